"""Write a mail anew so that any reader of standard mail, and Odoo's gateway, can take it in.

The result says the same as the original: same people, subject, references, bodies and files. It
differs in form: pure ASCII, every body UTF-8 with a right label, every part of a known type, every
header parsable and of bounded length. The original bytes should be kept beside it all the same.
"""

import hashlib
import logging
import re
from base64 import encodebytes
from collections.abc import Callable
from email.policy import SMTP
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from .mail_charset import decode_header_text
from .mail_html import gentle_html
from .mail_parse import (
    ADDRESS_HEADERS,
    TolerantMessage,
    addresses,
    content_type,
    disposition,
    file_name,
    parameter,
    parse,
    parse_headers,
    part_bytes,
    part_text,
    raw_header,
    safe_file_name,
    split_addresses,
)

_logger = logging.getLogger(__name__)

_ONCE = frozenset(
    (
        "from",
        "sender",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "return-path",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
        "content-description",
        "auto-submitted",
    )
)
_MIME_HEADERS = frozenset(
    (
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
        "content-description",
        "content-location",
        "content-base",
        "content-length",
        "content-md5",
        "content-language",
        "lines",
        "status",
        "mime-version",
    )
)
_NAME = re.compile(r"[!-9;-~]{1,80}\Z")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~.-]*\Z")
_MESSAGE_ID = re.compile(r"<?([^<>\s@]{1,400}@[^<>\s@]{1,400})>?")
_REFERENCE = re.compile(r"<[^<>\s]{1,500}>|[^<>\s,;()]{1,400}@[^<>\s,;()]{1,400}")
_SAFE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+>\Z")
_SAFE_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" (?:19|20)\d\d [0-2]\d:[0-5]\d(?::[0-5]\d)? [+-](?:0\d|1[0-4])[0-5]\d\Z"
)
_ADDRESS_LITERAL = re.compile(r"\[[A-Za-z0-9.:]{2,60}\]\Z")
_CONTENT_ID = re.compile(r"[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]")
_FILE_SUFFIX = {
    "text/calendar": "invite.ics",
    "text/html": "text.html",
    "text/plain": "text.txt",
    "message/rfc822": "mail.eml",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/x-amp-html": "text.amp.html",
    "text/enriched": "text.enriched",
    "text/csv": "table.csv",
}
_LONGEST_SUBJECT = 1000
_LONGEST_OTHER = 8000
_MOST_BODIES = 30
_MOST_HTML_COST = 5 * 2**20
_MOST_REFERENCES = 60
_ADDRESSES_A_HEADER = 50
_MOST_PEOPLE = 300
NO_MESSAGE_ID = "no-message-id.invalid"


def repair(raw: bytes, *, ours: Callable[[str], bool] | None = None) -> bytes:
    """Return a well-formed mail that says the same as ``raw``; never raises.

    - Headers: decoded (also raw or mislabelled 8-bit ones), encoded anew and folded. Message-ID is kept;
      a missing one becomes a hash of the content, so that the same mail gets the same one twice. Groups
      in address headers are dissolved; long lists are spread over several header fields. A second From,
      Subject and so on becomes ``X-Spare-From``.
    - Bodies: text in UTF-8; after 30 text parts, or 5 MB of HTML counted as often as Odoo
      scans it, the rest become files. HTML is made bearable for Odoo's
      sanitiser by :func:`gentle_html`. Text parts that are files keep their bytes.
    - Parts of unknown types become ``application/octet-stream``; file names lose paths and controls.

    :param raw: bytes of a mail that passed :func:`check_limits`
    :param ours: tells whether an address is one of the library's; when given, a header of more than 300
        people keeps the first 300 and ours, and names the rest in ``X-Spare-To`` and the like: strict
        parsers take half a millisecond for each
    """
    try:
        return _Writer(raw, ours).write()
    except Exception:
        # whatever no fixture has shown yet: the mail arrives as a file rather than not at all
        _logger.info("Mail could not be written anew, passing it on as a file", exc_info=True)
        return _as_file(raw)


def plausible_message_id(value: str) -> str | None:
    """The message id in a header value in angle brackets, None when it has none that could be real."""
    value = decode_header_text(value[:2000])
    match = _MESSAGE_ID.search("".join(value.split()) if value.count("@") == 1 else value)
    if not match or not match[1].isascii() or not match[1].isprintable():
        return None
    found = f"<{match[1]}>"
    return found if _SAFE_ID.match(found) or _parsable("Message-ID", found) else None


def content_hash(raw: bytes) -> str:
    """Hash of what the author wrote: who, when, what; not how it travelled."""
    # the headers only: this is asked before the limits are checked
    message = parse_headers(raw)
    digest = hashlib.sha256()
    for name in ("from", "to", "cc", "subject", "date", "in-reply-to", "references"):
        digest.update(f"{name}:{message.header_text(name)}\n".encode("utf-8", "replace"))
    body = raw.replace(b"\r\n", b"\n").lstrip(b" \t\n").partition(b"\n\n")[2]
    digest.update(b"\n".join(line.rstrip() for line in body.rstrip().split(b"\n")))
    return digest.hexdigest()


def encode_header(text: str, first: int = 0) -> str:
    """Fold ``text`` into lines of at most 76 characters, as encoded words where it is not plain ASCII.

    :param first: characters that the header's name takes on the first line
    """
    if text.isascii() and text.isprintable() and "=?" not in text:
        return _fold(text.split(" "), first)
    words, chunk, room = [], b"", 42 - min(first, 20)
    for char in text:
        data = char.encode("utf-8", "replace")
        if len(chunk) + len(data) > room:
            words.append(chunk)
            chunk, room = b"", 42
        chunk += data
    words.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{encodebytes(word).replace(chr(10).encode(), b'').decode()}?=" for word in words)


def _fold(words: list[str], first: int) -> str:
    lines, line, used = [], [], first
    for word in words:
        if line and used + len(word) + 1 > 76:
            lines.append(" ".join(line))
            line, used = [], 1
        line.append(word)
        used += len(word) + 1
    lines.append(" ".join(line))
    return "\r\n ".join(lines)


class _Writer:
    """One mail being written; counts what must be bounded over the whole mail."""

    def __init__(self, raw: bytes, ours: Callable[[str], bool] | None = None):
        self.raw = raw
        self.ours = ours
        self.boundaries = 0
        self.texts = 0
        self.body_bytes = 0
        self.html_cost = 0
        self.files = 0

    def write(self) -> bytes:
        message = parse(self.raw)
        lines, body = self._content(message, embedded=False)
        head = self._headers(message, own=True)
        return "\r\n".join([*head, "MIME-Version: 1.0", *lines, "", ""]).encode("ascii", "replace") + body

    # headers

    def _headers(self, message: TolerantMessage, own: bool) -> list[str]:
        """Lines of all headers but the MIME ones; ``own`` is the mail itself, not one embedded in it."""
        lines, seen, together = [], set(), set()
        for name, value in message.raw_items():
            key, value = name.lower(), str(value)
            if key in _MIME_HEADERS or not _NAME.match(name):
                continue
            if key in seen and key in _ONCE:
                name, key = _spare_name(name), "x-original"
            if key in ("in-reply-to", "references", *ADDRESS_HEADERS) and key not in _ONCE:
                if key in together:
                    continue
                together.add(key)
                value = (
                    " ".join(str(item) for other, item in message.raw_items() if other.lower() == key)
                    if key in ("in-reply-to", "references")
                    else value
                )
            seen.add(key)
            lines += self._header(message, name, key, value)
        if own and "message-id" not in {line.partition(":")[0].lower() for line in lines}:
            lines.append(f"Message-ID: <{content_hash(self.raw)}@{NO_MESSAGE_ID}>")
        return lines

    def _header(self, message: TolerantMessage, name: str, key: str, value: str) -> list[str]:
        if key == "return-path" and not decode_header_text(value).strip("<> "):
            return [f"{name}: <>"]
        if key in ADDRESS_HEADERS or key == "return-path":
            people = split_addresses(value[:_LONGEST_OTHER]) if key in _ONCE else addresses(message, key)
            return self._people(name, people) or _text_line(_spare_name(name), decode_header_text(value))
        if key == "message-id":
            found = plausible_message_id(value)
            if found:
                return [f"{name}: {found}"]
            return _text_line(_spare_name(name), decode_header_text(value))
        if key in ("in-reply-to", "references"):
            if len(value) > 20_000:
                value = value[:4000] + " " + value[-16_000:]
            found = _REFERENCE.findall(decode_header_text(value))
            found = [item if item.startswith("<") else f"<{item}>" for item in found if item.isascii()]
            if len(found) > _MOST_REFERENCES:
                found = found[:5] + found[5 - _MOST_REFERENCES :]
            return [f"{name}: {_fold(found, len(name) + 2)}"] if found else []
        if key in ("date", "resent-date", "orig-date", "delivery-date"):
            return _date_line(name, decode_header_text(value))
        return _text_line(name, decode_header_text(value), _LONGEST_SUBJECT if key == "subject" else _LONGEST_OTHER)

    def _people(self, name: str, people: list[tuple[str, str]]) -> list[str]:
        """Lines of an address header; of a very long one only those who matter."""
        if self.ours is None or len(people) <= _MOST_PEOPLE:
            return _address_lines(name, people)
        rest = people[_MOST_PEOPLE:]
        kept = people[:_MOST_PEOPLE] + [person for person in rest if self.ours(person[1])]
        names = ", ".join(address for _name, address in rest if not self.ours(address))
        return _address_lines(name, kept) + _text_line(_spare_name(name), names, 2**19)

    # bodies

    def _content(self, part: TolerantMessage, embedded: bool) -> tuple[list[str], bytes]:
        """MIME header lines and body of a part."""
        kind, payload = content_type(part), part.get_payload()
        if kind.startswith("multipart/") and isinstance(payload, list):
            return self._multipart(part, kind, payload)
        if kind == "message/delivery-status" and isinstance(payload, list):
            return self._status(payload)
        if kind in ("message/rfc822", "message/global", "message/news") and isinstance(payload, list):
            return self._embedded(part, payload)
        if kind.startswith("message/"):
            text = _flatten(payload)
            return self._file_lines(part, "application/octet-stream", kind.replace("/", "-") + ".txt") + [
                "Content-Transfer-Encoding: base64"
            ], _encode(text.encode("utf-8", "replace"))
        if kind.startswith("text/"):
            return self._text(part, kind)
        kind = "application/octet-stream" if kind.startswith("multipart/") else kind
        return self._file(part, kind, part_bytes(part))

    def _multipart(self, part, kind, payload):
        self.boundaries += 1
        # '=_' can stand in no base64 and no quoted-printable body
        boundary = f"=_part_{self.boundaries}_="
        subtype = kind.partition("/")[2]
        if subtype not in ("alternative", "related", "report"):
            subtype = "mixed"
        line = f'Content-Type: multipart/{subtype}; boundary="{boundary}"'
        report = re.sub(r"[^a-z-]", "", parameter(part, "report-type").lower())[:60]
        if subtype == "report" and report:
            line += f";\r\n report-type={report}"
        chunks = []
        for child in payload:
            lines, body = self._content(child, embedded=True)
            chunks += [
                f"--{boundary}\r\n".encode(),
                "\r\n".join([*lines, "", ""]).encode("ascii", "replace"),
                body,
                b"" if body.endswith(b"\r\n") else b"\r\n",
            ]
        if not payload:
            chunks = [f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\r\n".encode()]
        return [line], b"".join([*chunks, f"--{boundary}--\r\n".encode()])

    def _status(self, blocks):
        """Fields of a delivery report; each block a header block of plain ASCII."""
        texts = []
        for block in blocks:
            lines = [
                line
                for name, value in block.raw_items()
                if _NAME.match(name)
                for line in _text_line(name, decode_header_text(str(value)), 2000)
            ]
            if lines:
                texts.append("\r\n".join(lines) + "\r\n")
        return ["Content-Type: message/delivery-status"], "\r\n".join(texts).encode("ascii", "replace")

    def _embedded(self, part, payload):
        inner = payload[0]
        lines, body = self._content(inner, embedded=True)
        head = self._headers(inner, own=False) or ["X-Original-Headers: none"]
        name = file_name(part)
        if name and not name.lower().endswith(".eml"):
            name += ".eml"
        outer = ["Content-Type: message/rfc822"]
        if name or disposition(part) == "attachment":
            outer += _disposition_lines("attachment", safe_file_name(name or "mail.eml"))
        return outer, "\r\n".join([*head, "MIME-Version: 1.0", *lines, "", ""]).encode("ascii", "replace") + body

    def _text(self, part, kind):
        if (
            disposition(part) == "attachment"
            or file_name(part)
            or kind not in ("text/plain", "text/html", "text/calendar", "text/rfc822-headers")
        ):
            return self._file(part, "application/octet-stream" if kind != "text/calendar" else kind, part_bytes(part))
        text = part_text(part)
        if kind == "text/calendar" or self._is_one_too_many(kind, len(text)):
            return self._file(
                part, kind if kind == "text/calendar" else "application/octet-stream", text.encode("utf-8", "replace")
            )
        if kind == "text/html":
            text = gentle_html(text)
        return [f"Content-Type: {kind}; charset=utf-8", "Content-Transfer-Encoding: base64"], _encode(
            text.encode("utf-8", "replace")
        )

    def _is_one_too_many(self, kind, size):
        """Whether a text has to become a file: Odoo sanitises all earlier text again for each HTML part."""
        if kind == "text/rfc822-headers":
            return False
        self.texts += 1
        self.body_bytes += size
        if kind == "text/html":
            self.html_cost += self.body_bytes
        return self.texts > _MOST_BODIES or self.texts > 1 and kind == "text/html" and self.html_cost > _MOST_HTML_COST

    def _file(self, part, kind, data):
        lines = self._file_lines(part, kind, _FILE_SUFFIX.get(content_type(part), ""))
        return [*lines, "Content-Transfer-Encoding: base64"], _encode(data)

    def _file_lines(self, part, kind, default):
        self.files += 1
        name = safe_file_name(file_name(part) or default, f"attachment-{self.files}.bin")
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        found = disposition(part)
        lines = [
            f"Content-Type: {kind}{charset}",
            *_disposition_lines("inline" if found == "inline" else "attachment", name),
        ]
        content_id = _CONTENT_ID.sub("", decode_header_text(raw_header(part, "content-id")))[:200]
        return lines + ([f"Content-ID: <{content_id}>"] if content_id else [])


def _as_file(raw: bytes) -> bytes:
    """A mail with the headers that matter and the original as its only part."""
    message = parse_headers(raw)
    lines = [
        *_address_lines("From", addresses(message, "from")[:1]),
        *_address_lines("To", addresses(message, "to")[:50]),
        *_text_line("Subject", message.header_text("subject"), _LONGEST_SUBJECT),
    ]
    found = plausible_message_id(message.raw_header("message-id"))
    digest = hashlib.sha256(raw).hexdigest()
    lines += [
        f"Message-ID: {found}" if found else f"Message-ID: <{digest}@{NO_MESSAGE_ID}>",
        "MIME-Version: 1.0",
        "Content-Type: application/octet-stream",
        *_disposition_lines("attachment", "original.eml"),
        "Content-Transfer-Encoding: base64",
        "",
        "",
    ]
    return "\r\n".join(lines).encode("ascii", "replace") + _encode(raw)


def _disposition_lines(value: str, name: str) -> list[str]:
    """Content-Disposition with a file name that may need RFC 2231."""
    if name.isascii() and '"' not in name and "\\" not in name:
        return [f'Content-Disposition: {value};\r\n filename="{name}"']
    encoded = quote(name.encode("utf-8", "replace"), safe="")
    # sections must not end within an escape, so each one is cut where '%' starts
    pieces = re.findall(r"(?:%[0-9A-F]{2}|[^%]){1,20}", encoded)
    if len(pieces) == 1:
        return [f"Content-Disposition: {value};\r\n filename*=utf-8''{encoded}"]
    pieces[0] = "utf-8''" + pieces[0]
    sections = [f"filename*{number}*={piece}" for number, piece in enumerate(pieces)]
    return [f"Content-Disposition: {value};\r\n " + ";\r\n ".join(sections)]


def _encode(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", b"\r\n")


def _flatten(payload) -> str:
    """Readable text of a part whose fields were parsed as an embedded mail (receipts, complaint reports)."""
    if isinstance(payload, str):
        return decode_header_text(payload[:20_000])
    lines = []
    for block in payload or ():
        lines += [f"{name}: {decode_header_text(str(value))}" for name, value in block.raw_items()]
        inner = block.get_payload()
        lines += [
            "",
            inner.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if isinstance(inner, str) else "",
        ]
    return "\n".join(lines)


def _text_line(name: str, text: str, limit: int = _LONGEST_OTHER) -> list[str]:
    # a run of blanks would be read as one, so it is written as one
    text = text[:limit].strip()
    return [f"{name}: {encode_header(text, len(name) + 2)}"] if text else []


def _address_lines(name: str, people: list[tuple[str, str]]) -> list[str]:
    """Header lines for ``people``, at most 50 a field: parsers take quadratic time on a long one."""
    mailboxes = [written for written in (_mailbox(*person) for person in people) if written]
    step = _ADDRESSES_A_HEADER
    return [f"{name}: " + ",\r\n ".join(mailboxes[start : start + step]) for start in range(0, len(mailboxes), step)]


def _mailbox(name: str, address: str) -> str:
    local, _at, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode() if not domain.isascii() else domain
    except UnicodeError:
        return ""
    if not _ADDRESS_LITERAL.match(domain):
        domain = re.sub(r"[^A-Za-z0-9._-]", "", domain.partition(":")[0]).strip(".")
    local = re.sub(r"[\x00-\x20<>()\[\],;:\\\"@\x7f]", "", local)[:200]
    if not local or not domain:
        return ""
    local = (
        encode_header(local).replace("\r\n ", "") if not local.isascii() else re.sub(r"\.{2,}", ".", local).strip(".")
    )
    if not local:
        return ""
    name = " ".join(name[:200].split())
    if not name or name == address:
        return f"{local}@{domain}" if not name else f"<{local}@{domain}>"
    if not name.isascii() or "=?" in name:
        return f"{encode_header(name)} <{local}@{domain}>"
    if not _ATOMS.match(name) or "." in name:
        name = '"' + re.sub(r'[\\"]', "", name) + '"'
    return f"{name} <{local}@{domain}>"


def _date_line(name: str, text: str) -> list[str]:
    if _SAFE_DATE.match(text):
        return [f"{name}: {text}"]
    try:
        return [f"{name}: {format_datetime(parsedate_to_datetime(text))}"]
    except Exception:
        # parsedate_to_datetime raises TypeError, ValueError, OverflowError, IndexError on odd dates
        return _text_line(_spare_name(name), text, 200)


def _spare_name(name: str) -> str:
    """Header under which a value is kept that cannot stand under its own name."""
    return name if name.lower().startswith("x-spare-") else f"X-Spare-{name}"


def _parsable(name: str, value: str) -> bool:
    """Whether Python's own header parser takes the value."""
    try:
        return str(SMTP.header_factory(name, value)) == value
    except Exception:
        return False

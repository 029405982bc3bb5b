"""Any bytes to a tree of mail parts whose every accessor is safe to call."""

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from .mail_charset import decode_header_text, decode_text

ADDRESS_HEADERS = frozenset(
    (
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "bcc",
        "resent-from",
        "resent-sender",
        "resent-to",
        "resent-cc",
        "resent-bcc",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "disposition-notification-to",
    )
)
_LONGEST_PARSED_HEADER = 4000
_LONGEST_HEAD = 2**20 + 2**16
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,100}\Z")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_KNOWN_HEADER = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|mime-version|content-[a-z-]+|received|return-path"
    rb"|references|in-reply-to|auto-submitted|precedence|list-[a-z-]+|x-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE,
)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_ANY_BOUNDARY = re.compile(r"(?:\A|\n)--([^\s\-][^\r\n]{0,69}?)[ \t]*\r?\n")
_PARAMETER = re.compile(r"""([^\s=;"]{1,80})\s{0,20}=\s{0,20}("(?:[^"\\]|\\.)*"?|[^;\s"][^;"\r\n]*|)""", re.DOTALL)
_MAIN_TYPES = frozenset(("text", "image", "audio", "video", "application", "multipart", "message"))


class TolerantPolicy(EmailPolicy):
    """Headers that the standard parser chokes on (or would parse for minutes) are read as plain text."""

    def header_fetch_parse(self, name, value):
        if hasattr(value, "name"):
            return value
        header = _structured(name, value) if len(value) <= _LONGEST_PARSED_HEADER else None
        return decode_header_text(value) if header is None else header


class TolerantMessage(EmailMessage):
    """A message that gives its headers and its bodies unparsed as well."""

    def get_payload(self, i=None, decode=False):
        # the library would decode raw 8-bit text by its label here, and lose what the label does not fit
        if i is None and not decode:
            return self._payload
        return super().get_payload(i, decode)

    def raw_header(self, name: str) -> str:
        """First raw value of a header, unfolded but not decoded; empty when there is none."""
        name = name.lower()
        return next((str(value) for key, value in self.raw_items() if key.lower() == name), "")

    def header_text(self, name: str) -> str:
        """First value of a header as readable text on one line; empty when there is none."""
        return decode_header_text(self.raw_header(name))

    def header_texts(self, name: str) -> list[str]:
        """All values of a header as readable text."""
        name = name.lower()
        return [decode_header_text(str(value)) for key, value in self.raw_items() if key.lower() == name]


MIME_POLICY = TolerantPolicy(message_factory=TolerantMessage, linesep="\r\n", raise_on_defect=False)


@lru_cache(maxsize=1024)
def _structured(name: str, value: str):
    try:
        return MIME_POLICY.header_factory(name, "".join(value.splitlines()))
    except Exception:
        # the header parsers of Python raise dozens of exceptions of every class on odd input
        return None


def parse(raw: bytes) -> TolerantMessage:
    """Return the mail as a tree; never raises, whatever the bytes.

    Repairs on the way: NUL bytes, empty lines before the headers, header lines folded without a blank,
    embedded mails that are encoded or no mails, multiparts without their boundary, impossible content
    types. Call :func:`check_limits` first: this function is not quick on hostile nesting.

    :param raw: bytes of a mail, or of anything
    :return: a message whose ``get_content_type``, ``walk``, ``get`` and ``raw_items`` do not raise
    """
    try:
        message = BytesParser(policy=MIME_POLICY).parsebytes(tidy(raw))
        _mend(message, 0)
    except Exception:
        # RecursionError and the parser's own slips: keep the headers, and the rest as text
        message = parse_headers(raw)
        body = tidy(raw).partition(b"\n\n")[2] or raw
        _set_type(message, "text/plain")
        message.set_payload(body.decode("ascii", "surrogateescape"))
    return message


def parse_headers(raw: bytes) -> TolerantMessage:
    """Return only the headers of a mail; cheap and safe also for a mail over the limits."""
    head = tidy(raw[:_LONGEST_HEAD]).partition(b"\n\n")[0]
    try:
        return BytesParser(policy=MIME_POLICY).parsebytes(head + b"\n\n", headersonly=True)
    except Exception:
        return TolerantMessage(policy=MIME_POLICY)


def content_type(part: EmailMessage) -> str:
    """Content type in lower case, always of the form ``main/sub`` with a main type that exists."""
    kind = _mime(part, "content-type")[0]
    if kind and not _TYPE.match(kind):
        return "text/plain" if kind.startswith("text") else "application/octet-stream"
    if not kind:
        return part.get_default_type()
    return kind if kind.partition("/")[0] in _MAIN_TYPES else "application/octet-stream"


def parameter(part: EmailMessage, name: str, header: str = "content-type") -> str:
    """A parameter of a MIME header as text, empty when there is none."""
    return _mime(part, header)[1].get(name, "")


def disposition(part: EmailMessage) -> str:
    """``inline``, ``attachment`` or empty."""
    return _mime(part, "content-disposition")[0]


def file_name(part: EmailMessage) -> str:
    """File name as the sender gave it, decoded; it may be hostile, see :func:`safe_file_name`."""
    return parameter(part, "filename", "content-disposition") or parameter(part, "name")


def safe_file_name(name: str, default: str = "attachment") -> str:
    """Return a name without path, control characters and overlength; the suffix survives."""
    name = re.split(r"[/\\]", name.replace("\x00", ""))[-1]
    name = "".join(char for char in name if char.isprintable() and char not in '<>:"|?*').strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if len(name) > 120:
        name = stem[:100] + dot + suffix[:16] if stem else name[:120]
    return name or default


def part_bytes(part: EmailMessage) -> bytes:
    """Content of a leaf with its transfer encoding undone; a wrong encoding is noticed and left alone."""
    payload = part.get_payload()
    if not isinstance(payload, str):
        return b""
    data = payload.encode("utf-8", "surrogateescape")
    encoding = decode_header_text(raw_header(part, "content-transfer-encoding")).strip(" ;\"'").lower()
    if encoding.startswith("quoted"):
        return a2b_qp(data)
    if encoding.replace(" ", "").startswith("base64"):
        return _base64(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        try:
            return part.get_payload(decode=True) or b""
        except Exception:
            return data
    return data


def part_text(part: EmailMessage) -> str:
    """Text of a text part in the charset that it really has, lines ended by a line feed."""
    text = decode_text(part_bytes(part), parameter(part, "charset"))[0]
    return text.replace("\r\n", "\n").replace("\r", "\n")


def raw_header(part: EmailMessage, name: str) -> str:
    """First raw value of a header of any message class; empty when there is none."""
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def is_attached(part: EmailMessage) -> bool:
    """A part that is a file rather than a piece of the text."""
    return disposition(part) == "attachment" or bool(file_name(part))


def body_parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The text parts that a reader sees as the mail's own text: no attachment, no embedded mail."""
    stack = [message]
    while stack:
        part = stack.pop()
        kind = content_type(part)
        payload = part.get_payload()
        if kind.startswith("multipart/") and isinstance(payload, list):
            stack.extend(reversed(payload))
        elif kind.startswith("text/") and not is_attached(part):
            yield part


def bodies(message: EmailMessage) -> tuple[str | None, str | None]:
    """Plain and HTML text of a mail, each None when the mail has none."""
    plain = [part_text(part) for part in body_parts(message) if content_type(part) == "text/plain"]
    html = [part_text(part) for part in body_parts(message) if content_type(part) == "text/html"]
    return "\n".join(plain) if plain else None, "\n".join(html) if html else None


def addresses(message: EmailMessage, *names: str) -> list[tuple[str, str]]:
    """Name and address of everybody in the named headers, groups dissolved; never raises."""
    wanted = {name.lower() for name in names}
    found = []
    for key, value in message.raw_items():
        if key.lower() in wanted:
            found += split_addresses(str(value))
    return found


def split_addresses(value: str) -> list[tuple[str, str]]:
    """Name and address of each mailbox in a raw header value."""
    if not value.strip():
        return []
    try:
        pairs = _getaddresses(_without_breaks(value))
    except Exception:
        pairs = []
    good = [(decode_header_text(name), _clean_address(address)) for name, address in pairs if "@" in address]
    return good or [("", address) for address in find_addresses(decode_header_text(value))]


def find_addresses(text: str, limit: int = 10_000) -> list[str]:
    """Everything that looks like an address in free text, in order, in linear time."""
    found: dict[str, None] = {}
    place = text.find("@")
    while place >= 0 and len(found) < limit:
        left = re.search(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}\Z", text[max(0, place - 64) : place])
        right = re.match(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}", text[place + 1 : place + 255])
        if left and right:
            found[f"{left[0].lstrip(chr(39) + '.=')}@{right[0].rstrip('-')}"] = None
        place = text.find("@", place + 1)
    return [address for address in found if not address.startswith("@")]


def _getaddresses(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value], strict=False)
    except TypeError:
        return getaddresses([value])


def _without_breaks(value: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", value)


def _clean_address(address: str) -> str:
    """The address without blanks; a raw or encoded local part becomes text."""
    if "=?" in address or not address.isascii():
        address = decode_header_text(address)
    return "".join(char for char in address if char.isprintable() and char not in ' <>"(),;\\')


def _base64(data: bytes) -> bytes:
    """Undo base64 unless the bytes plainly are something else."""
    strange = len(_NOT_BASE64.findall(data[:20_000]))
    if strange * 20 > min(len(data), 20_000):
        return data
    try:
        return a2b_base64(data + b"===")
    except BinasciiError:
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return a2b_base64(clean[: len(clean) // 4 * 4])


def _mime(part: EmailMessage, header: str) -> tuple[str, dict[str, str]]:
    return _mime_value(raw_header(part, header))


@lru_cache(maxsize=512)
def _mime_value(value: str) -> tuple[str, dict[str, str]]:
    """Split ``text/plain; charset=x; name*0*=...`` into its value and its parameters."""
    value = value[:20_000].replace("\r", "").replace("\n", "")
    head, _semicolon, rest = value.partition(";")
    if "=" in head and "/" not in head:
        head, rest = "", value
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, text in _PARAMETER.findall(rest):
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:])
        name, encoded, number = _parameter_name(name.lower())
        pieces.setdefault(name, {}).setdefault(number, (encoded, text.strip()))
    kind = re.sub(r"\(.{0,200}?\)", "", head).strip(" \t\"'").lower()
    return kind, {name: _join_parameter(parts) for name, parts in pieces.items()}


def _parameter_name(name: str) -> tuple[str, bool, int]:
    encoded = name.endswith("*")
    base, _star, number = name.rstrip("*").partition("*")
    return base, encoded, int(number) if number.isdecimal() and len(number) < 5 else 0


def _join_parameter(parts: dict[int, tuple[bool, str]]) -> str:
    """Put the sections of RFC 2231 together; encoded words are read too, though no standard has them here."""
    values = [parts[number] for number in sorted(parts)]
    if not any(encoded for encoded, _text in values):
        return decode_header_text("".join(text for _encoded, text in values))
    charset = None
    if values[0][0] and values[0][1].count("'") >= 2:
        charset, _language, first = values[0][1].split("'", 2)
        values[0] = (True, first)
    data = b"".join(
        unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
        if encoded
        else text.encode("utf-8", "surrogateescape")
        for encoded, text in values
    )
    return decode_text(data, charset)[0]


def tidy(raw: bytes) -> bytes:
    """Bytes that the standard parser reads as a mail: line feeds only, headers in one block."""
    if b"\x00" in raw:
        raw = raw.replace(b"\x00", b"")
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw = raw.lstrip(b" \t\n\xef\xbb\xbf")
    head, gap, body = raw.partition(b"\n\n")
    if len(head) > 2**21 or not gap:
        return raw
    lines = head.split(b"\n")
    bad = [
        number
        for number, line in enumerate(lines)
        if number and line[:1] not in (b" ", b"\t") and not _HEADER_LINE.match(line)
    ]
    if not bad:
        return raw
    last_known = max((number for number, line in enumerate(lines) if _KNOWN_HEADER.match(line)), default=-1)
    for number in bad:
        # a line that is no header but stands before further headers was folded without its blank
        if number < last_known:
            lines[number] = b" " + lines[number]
    return b"\n".join(lines) + gap + body


def _mend(part: TolerantMessage, depth: int) -> None:
    """Make the tree below ``part`` consistent with the content types that it declares."""
    kind = content_type(part)
    payload = part.get_payload()
    if kind.startswith("multipart/") and isinstance(payload, str):
        _mend_multipart(part, payload, depth)
        return
    if kind == "message/delivery-status":
        _mend_status(part, payload)
        return
    if kind.startswith("message/"):
        _mend_embedded(part, payload)
        payload = part.get_payload()
    if isinstance(payload, list):
        for child in payload:
            _mend(child, depth + 1)


def _mend_multipart(part: TolerantMessage, payload: str, depth: int) -> None:
    """A multipart that was not split: find the boundary that its body uses, or call it text."""
    match = _ANY_BOUNDARY.search(payload[: 2**16]) if depth < 30 else None
    if match:
        headers = f'Content-Type: multipart/mixed; boundary="{match[1]}"\n\n'.encode("utf-8", "surrogateescape")
        again = _parse_again(headers + payload.encode("utf-8", "surrogateescape"))
        if again and again.is_multipart() and len(again.get_payload()) > 0:
            part.set_payload(again.get_payload())
            for child in part.get_payload():
                _mend(child, depth + 1)
            return
    _set_type(part, "text/plain")


def _mend_embedded(part: TolerantMessage, payload) -> None:
    """An embedded mail is a list of one mail, also when it was sent encoded or is none."""
    if isinstance(payload, list) and payload:
        encoding = raw_header(part, "content-transfer-encoding").strip().lower()
        inner = payload[0]
        if encoding not in ("base64", "quoted-printable") or inner.keys() or not isinstance(inner.get_payload(), str):
            return
        data = inner.get_payload().encode("utf-8", "surrogateescape")
        data = _base64(data) if encoding == "base64" else a2b_qp(data)
        again = _parse_again(tidy(data))
        if again:
            part.set_payload([again])
        return
    inner = TolerantMessage(policy=MIME_POLICY)
    inner.set_payload(payload if isinstance(payload, str) else "")
    part.set_payload([inner])


def _mend_status(part: TolerantMessage, payload) -> None:
    """A delivery report that was sent encoded was split before it was decoded."""
    encoding = raw_header(part, "content-transfer-encoding").strip().lower()
    if (
        encoding not in ("base64", "quoted-printable")
        or not isinstance(payload, list)
        or any(block.keys() for block in payload)
    ):
        return
    text = "\n".join(block.get_payload() for block in payload if isinstance(block.get_payload(), str))
    data = text.encode("utf-8", "surrogateescape")
    data = _base64(data) if encoding == "base64" else a2b_qp(data)
    again = _parse_again(b"Content-Type: message/delivery-status\n\n" + data.replace(b"\r\n", b"\n"))
    if again:
        part.set_payload(again.get_payload())


def _parse_again(data: bytes) -> TolerantMessage | None:
    """Parse bytes that came out of an encoding or under another boundary; None when they are over the limits."""
    from .mail_limits import MailRefused, check_limits

    try:
        check_limits(data)
    except MailRefused:
        return None
    return BytesParser(policy=MIME_POLICY).parsebytes(data)


def _set_type(part: TolerantMessage, kind: str) -> None:
    del part["Content-Type"]
    part.set_raw("Content-Type", kind)

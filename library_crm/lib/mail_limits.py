"""Limits of a mail, checked on its bytes before anything parses it.

Parsers of mail look at every line once for each open part, so that a few hundred kilobytes of nested
parts take minutes. This scan looks at each byte a fixed number of times, whatever the nesting.
"""

import re

from .mail_parse import MIME_POLICY, TolerantMessage, tidy

_LINE = re.compile(rb"[^\n]*(?:\n|\Z)")
_HEADER = re.compile(rb"[!-9;-~]*[ \t]*:|[ \t]|From |>From ")
# a container that opens in the middle of a delivery report
_CONTAINER = re.compile(rb"^content-type:\s{0,80}[\"']?(?:multipart|message)", re.IGNORECASE | re.MULTILINE)
_LONGEST_MIME_HEADER = 20_000


class MailRefused(ValueError):
    """A mail that must not be parsed here; ``reason`` is one of the codes below.

    ``too_big``, ``too_many_parts``, ``too_deep``, ``unreadable``, and ``too_slow`` for the caller's own clock.
    """

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


def check_limits(
    raw: bytes,
    *,
    max_bytes: int = 60 * 2**20,
    max_parts: int = 500,
    max_depth: int = 30,
    max_headers: int = 2000,
    max_header_bytes: int = 2**20,
    max_html_bytes: int = 4 * 2**20,
) -> None:
    """Refuse a mail that would cost too much to parse; takes time linear in its size.

    :param raw: the mail as it came in
    :param max_bytes: size of the whole mail
    :param max_parts: MIME parts, blocks of delivery reports included
    :param max_depth: how deep multiparts and embedded mails may nest
    :param max_headers: header lines (not folded lines) of one part
    :param max_header_bytes: bytes of the headers of one part; 10 000 recipients fit in
    :param max_html_bytes: encoded bytes of all HTML bodies together
    :raise MailRefused: with the reason; an empty mail is ``unreadable``
    """
    if len(raw) > max_bytes:
        raise MailRefused("too_big", f"{len(raw)} bytes")
    if not raw.strip(b"\0 \t\r\n"):
        raise MailRefused("unreadable", "the mail is empty")
    # the very bytes that will be parsed: what the tidying brings to light must be counted
    _Scan(tidy(raw), max_parts, max_depth, max_headers, max_header_bytes, max_html_bytes).run()


class _Scan:
    """One walk over the bytes; knows the boundaries that are open and nothing else."""

    def __init__(self, raw, max_parts, max_depth, max_headers, max_header_bytes, max_html_bytes):
        self.raw = raw
        self.max_parts, self.max_depth = max_parts, max_depth
        self.max_headers, self.max_header_bytes = max_headers, max_header_bytes
        self.max_html_bytes = max_html_bytes
        self.parts = self.html_bytes = 0
        self.open: list[bytes | None] = []  # None stands for an embedded mail
        self.level: dict[bytes, int] = {}
        self.digests: set[bytes] = set()

    def run(self):
        place = 0
        while place is not None:
            self._count_part()
            place, kind = self._read_headers(place)
            if kind == "message":
                self._push(None)
                continue
            start = place
            place, end = self._next_part(place)
            if kind == "html":
                self.html_bytes += end - start
                if self.html_bytes > self.max_html_bytes:
                    raise MailRefused("too_big", "HTML body")
            elif kind == "status":
                self._read_status(start, end)

    def _read_status(self, start, end):
        """A parser reads each block of a delivery report like a mail, and would open what it declares."""
        self._count_part(self.raw.count(b"\n\n", start, end))
        hidden = sum(1 for _match in _CONTAINER.finditer(self.raw, start, end))
        if hidden:
            self._count_part(self.raw.count(b"\n--", start, end))
            if len(self.open) + hidden > self.max_depth:
                raise MailRefused("too_deep", "inside a delivery report")

    def _count_part(self, number=1):
        self.parts += number
        if self.parts > self.max_parts:
            raise MailRefused("too_many_parts", f"more than {self.max_parts}")

    def _push(self, boundary):
        self.open.append(boundary)
        if boundary is not None:
            self.level[boundary] = len(self.open) - 1
        if len(self.open) > self.max_depth:
            raise MailRefused("too_deep", f"more than {self.max_depth} levels")

    def _pop_to(self, size):
        for boundary in self.open[size:]:
            self.level.pop(boundary, None)
        del self.open[size:]

    def _read_headers(self, place):
        """Return where the body starts and what kind of part this is; opens a multipart's boundary."""
        start, lines, content_type = place, 0, None
        while place < len(self.raw):
            line = _LINE.match(self.raw, place)
            text = line[0]
            if not text.strip(b"\r\n"):
                place = line.end()
                break
            if not _HEADER.match(text) or self._is_delimiter(text):
                break
            if text[:1] not in b" \t":
                lines += 1
                # of several, parsers believe the first
                in_type = content_type is None and text[:13].lower() == b"content-type:"
                content_type = text[13:] if in_type else content_type
            elif lines and in_type:
                content_type += text
            place = line.end()
            if lines > self.max_headers or place - start > self.max_header_bytes:
                raise MailRefused("too_big", "headers")
            if content_type and len(content_type) > _LONGEST_MIME_HEADER:
                raise MailRefused("unreadable", "Content-Type")
        return place, self._kind(content_type)

    def _kind(self, content_type):
        if not content_type:
            # in a digest a part is an embedded mail unless it says otherwise
            return "message" if self.open and self.open[-1] in self.digests else "leaf"
        part = TolerantMessage(policy=MIME_POLICY)
        part.set_raw("Content-Type", content_type.decode("ascii", "surrogateescape").strip())
        kind = part.get_content_type()
        if kind.startswith("multipart/"):
            boundary = part.get_boundary()
            if boundary:
                boundary = boundary.encode("utf-8", "surrogateescape")
                if boundary not in self.level:
                    self._push(boundary)
                    self.digests.discard(boundary)
                    if kind == "multipart/digest":
                        self.digests.add(boundary)
            return "leaf"
        if kind == "message/delivery-status":
            return "status"
        return "message" if kind.startswith("message/") else "html" if kind == "text/html" else "leaf"

    def _is_delimiter(self, line):
        return line[:2] == b"--" and self._find_level(line) is not None

    def _find_level(self, line):
        """Level of the open boundary that ``line`` ends or continues, and whether it ends it."""
        name = line[2:].rstrip(b" \t\r\n")
        if name in self.level:
            return self.level[name], False
        if name[-2:] == b"--" and name[:-2] in self.level:
            return self.level[name[:-2]], True
        return None

    def _next_part(self, place):
        """Return where the next part's headers start (None at the end) and where this part ended."""
        end = None
        place = place - 1 if place and self.raw[place - 1 : place] == b"\n" else place
        while self.level:
            place = self.raw.find(b"\n--", place)
            if place < 0:
                break
            line = _LINE.match(self.raw, place + 1)
            place = line.end() - 1 if line[0].endswith(b"\n") else line.end()
            found = self._find_level(line[0])
            if found is None:
                continue
            end = line.start() if end is None else end
            level, closes = found
            self._pop_to(level if closes else level + 1)
            if not closes:
                return self._skip_repeated(line.end(), self.open[level]), end
        return None, len(self.raw) if end is None else end

    def _skip_repeated(self, place, boundary):
        """A parser takes several delimiters in a row as one, the closing kind too."""
        while self.raw.startswith(b"--" + boundary, place):
            line = _LINE.match(self.raw, place)
            if line[0][2:].rstrip(b" \t\r\n") not in (boundary, boundary + b"--"):
                break
            place = line.end()
        return place

"""HTML of mails read by one pass over its characters: linear time, no recursion, no lost text.

Tree parsers stop at some depth and sanitisers take quadratic time on stray angle brackets, so hostile
or merely ugly HTML is brought into order here before they see it.
"""

import html as html_entities
import re
from collections.abc import Iterator

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr basefont frame keygen".split())
# a parser closes these by itself, so they do not add to the depth
_SELF_CLOSING = frozenset("p li td th tr option dt dd thead tbody tfoot optgroup".split())
_HIDDEN = frozenset("script style head title template noframes object applet".split())
_RAW_TEXT = frozenset("script style title textarea xmp iframe noframes".split())
_BLOCK = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_FORM_TAGS = {
    "form": "div",
    "fieldset": "div",
    "legend": "div",
    "textarea": "div",
    "button": "span",
    "select": "span",
    "option": "span",
    "optgroup": "span",
    "label": "span",
}
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:_-]{0,60})")
_QUOTED_TAG = re.compile(r"""<[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>""")
_ATTRIBUTE = re.compile(r"""([a-zA-Z_:][-a-zA-Z0-9_:.]{0,60})(?:\s{0,20}=\s{0,20}("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_DEEPEST = 150
_TAG_WINDOW = 1000


def html_to_plain(html: str | None) -> str:
    """Return the text of ``html`` in lines; every visible word survives, whatever the nesting.

    Text in forms is kept, scripts, styles and comments are dropped. Runs in linear time.
    """
    text = _Plain()
    for tag, closing, content in tokens(html or ""):
        if tag is None:
            text.add(content)
        else:
            text.tag(tag, closing)
    return text.result()


def gentle_html(html: str) -> str:
    """Return HTML that a tree parser and Odoo's sanitiser take in whole and in reasonable time.

    Stray angle brackets become text, form elements become plain ones (the sanitiser drops their text),
    and a document nested deeper than 150 elements becomes paragraphs of its text.
    """
    html = html.replace("\x00", "")
    written, depth, deepest = [], 0, 0
    for tag, closing, content in tokens(html, hide=False):
        if tag is None:
            written.append(content.replace("<", "&lt;"))
            continue
        if tag not in _VOID and tag not in _SELF_CLOSING:
            depth = max(0, depth - 1) if closing else depth + (not content.endswith("/>"))
            deepest = max(deepest, depth)
        written.append(_plain_element(tag, closing, content))
    if deepest > _DEEPEST:
        return text_to_html(html_to_plain(html))
    return "".join(written)


def text_to_html(text: str) -> str:
    """Plain text as paragraphs and line breaks."""
    paragraphs = [html_entities.escape(part).replace("\n", "<br>") for part in text.split("\n\n")]
    return "".join(f"<p>{part}</p>" for part in paragraphs if part)


def attributes(tag: str) -> dict[str, str]:
    """Attributes of a start tag, names in lower case."""
    found = {}
    for name, value in _ATTRIBUTE.findall(tag[:4000].strip("<>/").partition(" ")[2]):
        found.setdefault(name.lower(), html_entities.unescape(value.strip("\"'")))
    return found


def tokens(html: str, hide: bool = True) -> Iterator[tuple[str | None, bool, str]]:
    """Yield ``(tag, is closing, source)`` for tags and ``(None, False, source)`` for text.

    Comments, declarations and processing instructions are left out; with ``hide`` also whatever a
    reader does not see (scripts, styles, the head's title). A script or style that never closes would
    swallow the rest in a browser: its tag is left out.
    """
    find = _Finder(html)
    place = 0
    while place < len(html):
        start = find("<", place)
        if start < 0:
            start = len(html)
        if start > place:
            yield None, False, html[place:start]
        if start == len(html):
            return
        place = _special_end(html, start, find)
        if place:
            continue
        name = _TAG_NAME.match(html, start)
        end = _tag_end(html, start, find) if name else -1
        if end < 0:
            yield None, False, "<"
            place = start + 1
            continue
        tag, closing, place = name[1].lower(), html[start + 1] == "/", end + 1
        if hide and tag in _HIDDEN and tag != "head":
            if not closing and not html[start:place].endswith("/>"):
                place = _skip_hidden(tag, place, find)
            continue
        if hide or closing or tag not in _RAW_TEXT:
            yield tag, closing, html[start:place]
            continue
        stop = find.closing(tag, place)
        if stop > place or not find.is_absent(tag):
            yield tag, closing, html[start:place]
            yield None, False, html[place:stop]
            place = stop


class _Finder:
    """Searches forward, and remembers what is not there so that it is not looked for again."""

    def __init__(self, html: str):
        self.html = html
        self.absent: set[str] = set()

    def __call__(self, needle: str, place: int) -> int:
        if needle in self.absent:
            return -1
        found = self.html.find(needle, place)
        if found < 0:
            self.absent.add(needle)
        return found

    def is_absent(self, needle: str) -> bool:
        """Whether an earlier search came to the end without finding it."""
        return needle in self.absent

    def closing(self, tag: str, place: int) -> int:
        """Start of ``</tag`` after ``place``; an element that never closes hides nothing."""
        if tag in self.absent:
            return place
        match = re.compile(rf"</{tag}", re.IGNORECASE).search(self.html, place)
        if not match:
            self.absent.add(tag)
        return match.start() if match else place


def _special_end(html: str, start: int, find: _Finder) -> int:
    """End of a comment or declaration that starts here, 0 when there is none."""
    if not html.startswith(("<!", "<?"), start):
        return 0
    if html.startswith("<!--", start) and (end := find("-->", start + 2)) >= 0:
        return end + 3
    end = find(">", start)
    return end + 1 if end >= 0 else start + 2


def _tag_end(html: str, start: int, find: _Finder) -> int:
    """Place of the bracket that closes the tag, -1 when another tag starts first."""
    end = find(">", start)
    if end < 0:
        return -1
    inner = html[start:end] if end - start < _TAG_WINDOW * 4 else html[start : start + _TAG_WINDOW * 4]
    if inner.count('"') % 2 or inner.count("'") % 2:
        match = _QUOTED_TAG.match(html[start : start + _TAG_WINDOW])
        if match:
            return start + match.end() - 1
    return end if html.find("<", start + 1, end) < 0 or '"' in inner else -1


def _skip_hidden(tag: str, place: int, find: _Finder) -> int:
    stop = find.closing(tag, place)
    end = find(">", stop) if stop > place else place - 1
    return end + 1 if end >= 0 else stop


def _plain_element(tag: str, closing: bool, source: str) -> str:
    """The tag as written, but no form element and no bracket inside."""
    if tag in _FORM_TAGS:
        return f"</{_FORM_TAGS[tag]}>" if closing else f"<{_FORM_TAGS[tag]}>"
    return "<" + source[1:].replace("<", "&lt;") if "<" in source[1:] else source


class _Plain:
    """Collects text in lines, as a reader would see them."""

    def __init__(self):
        self.lines: list[str] = []
        self.line: list[str] = []
        self.preformatted = 0

    def add(self, source: str):
        text = html_entities.unescape(source) if "&" in source else source
        if self.preformatted:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self.end_line()
                self.line.append(line)
            return
        self.line.append(_BLANKS.sub(" ", text))

    def tag(self, tag: str, closing: bool):
        if tag == "br":
            self.end_line(force=True)
        elif tag in _BLOCK:
            self.end_line()
            if (
                tag in ("p", "blockquote", "h1", "h2", "h3", "table", "ul", "ol", "pre")
                and self.lines
                and self.lines[-1]
            ):
                self.lines.append("")
            if tag == "pre":
                self.preformatted = max(0, self.preformatted + (-1 if closing else 1))
            if tag == "li" and not closing:
                self.line.append("- ")
            if tag == "hr":
                self.lines += ["_" * 20, ""]
        elif tag in ("td", "th") and closing:
            self.line.append(" ")

    def end_line(self, force: bool = False):
        line = "".join(self.line).replace("\xa0", " ")
        line = line.rstrip() if self.preformatted else line.strip()
        if line or force or self.preformatted:
            self.lines.append(line)
        self.line = []

    def result(self) -> str:
        self.end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()


_QUOTE_MARKS = (
    "yahoo_quoted",
    "protonmail_quote",
    "zmail_extra",
    "tutanota_quote",
    "isreplycontent",
    "origbody",
    "moz-forward-container",
    "olk_src_body_section",
    "o_library_quoted",
)
_SIGNATURE_MARKS = (
    "gmail_signature",
    "moz-signature",
    "ms-outlook-mobile-signature",
    "apple-signature",
    "protonmail_signature",
    "odoo_signature",
    "spneditorsign",
    "ntes-mailmaster-sign",
    "mail-signature",
    "zm-signature",
    "foxmail-sign",
    "xm_mail_oringinal_sign",
    "applemailsignature",
    "o_library_signature",
)


def quote_kind(tag: str, source: str) -> str | None:
    """``quoted`` or ``signature`` when a mail program marked the element so."""
    if tag == "blockquote":
        return "quoted"
    if tag not in ("div", "span", "table", "section", "pre", "p", "td", "font"):
        return None
    found = attributes(source) if "class" in source or "id" in source else {}
    names = f"{found.get('class', '')} {found.get('id', '')}".lower()
    if any(mark in names for mark in _SIGNATURE_MARKS) or found.get("id", "").lower() in (
        "signature",
        "x_signature",
        "sign",
    ):
        return "signature"
    # Gmail's container holds the answers between the quotes as well; the quotes in it are elements of their own
    return "quoted" if any(mark in names for mark in _QUOTE_MARKS) and "gmail_quote" not in names else None


class QuotingReader(_Plain):
    """Reads HTML into lines and remembers which of them stand in a quote or a signature."""

    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.marks: list[str | None] = []
        self.places: dict[str, int] = {}

    def take(self, tag: str | None, closing: bool, content: str):
        """Take one token of :func:`tokens`."""
        if tag is None:
            self.add(content)
            return
        if tag in _VOID or tag in _SELF_CLOSING:
            self.tag(tag, closing)
            return
        kind = None if closing else quote_kind(tag, content)
        changes = kind or closing and self._closes_mark(tag)
        if changes:
            self.end_line()
        self._mark_lines()
        self.tag(tag, closing)
        self._mark_lines()
        if closing:
            self._close(tag)
        elif not content.endswith("/>"):
            self.open.append((tag, kind or self._current()))
            self.places[tag] = self.places.get(tag, 0) + 1

    def _current(self) -> str | None:
        return self.open[-1][1] if self.open else None

    def _closes_mark(self, tag: str) -> bool:
        return self._current() is not None and self.places.get(tag, 0) > 0

    def _close(self, tag: str):
        if not self.places.get(tag):
            return
        while self.open:
            name, _kind = self.open.pop()
            self.places[name] -= 1
            if name == tag:
                return

    def _mark_lines(self):
        """Lines finished since the last call stand in the element that is open now."""
        self.marks += [self._current()] * (len(self.lines) - len(self.marks))

    def end_line(self, force: bool = False):
        super().end_line(force)
        self._mark_lines()

    def result(self) -> list[tuple[str | None, str]]:
        self.end_line()
        return list(zip(self.marks, self.lines, strict=True))

"""Take people out of a text: what is known about them, and what looks personal.

The result is a proposal for a person to read, never a promise: nobody can list all the ways in which a story gives
its teller away.
"""

import re
from dataclasses import dataclass

from lxml import etree, html

from .redact_names import name_spans
from .redact_patterns import is_personal_url, pattern_spans
from .text_tokens import fold

LABELS = {
    "name": "[name]",
    "email": "[e-mail]",
    "phone": "[phone]",
    "card": "[card]",
    "id": "[id]",
    "link": "[link]",
    "greeting": "[name]",
    "signature": "[name]",
}
LABELS_ZH = {
    "name": "［姓名］",
    "email": "［邮箱］",
    "phone": "［电话］",
    "card": "［证号］",
    "id": "［证件］",
    "link": "［链接］",
    "greeting": "［称呼］",
    "signature": "［署名］",
}
_SEPARATORS = r"[\s().\-–/]{0,3}"
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr li "
    "main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_LINKS = ("href", "src", "action", "cite", "background")
_TEXT_LIMIT = 500_000


@dataclass(frozen=True)
class Find:
    """One place of a text: `kind` is a key of LABELS; `is_certain` is false where it may be an ordinary word."""

    start: int
    end: int
    kind: str
    is_certain: bool = True

    def __iter__(self):
        return iter((self.start, self.end, self.kind))


def find_identity(text, names=(), emails=(), phones=(), cards=(), words=()):
    """The places of `text` that are personal, in order, without overlaps.

    :param str text: plain text
    :param names: names of the people, in any script and order
    :param words: other words to find, as they stand
    :return: list of Find
    """
    text = text[:_TEXT_LIMIT]
    finds = [Find(start, end, "name", certain) for start, end, certain in name_spans(text, names)]
    finds += [Find(start, end, kind) for start, end, kind in pattern_spans(text)]
    folded = fold(text)
    known = ((emails, "email", _exactly), (cards, "card", _spaced), (phones, "phone", _phone), (words, "name", _word))
    for values, kind, pattern in known:
        for value in filter(None, values):
            if found := pattern(fold(value.strip())):
                finds += [Find(match.start(), match.end(), kind) for match in re.finditer(found, folded)]
    return _merged(finds)


def _exactly(value):
    return re.escape(value) if len(value) > 2 else None


def _word(value):
    """A word or phrase; one of an alphabet is no part of a longer word."""
    before, after = (r"(?<!\w)", r"(?!\w)") if value.isascii() else ("", "")
    return f"{before}{re.escape(value)}{after}" if value else None


def _spaced(value):
    """A number in which blanks and dashes may stand anywhere."""
    signs = re.findall(r"\w", value)
    return rf"(?<!\w){_SEPARATORS.join(map(re.escape, signs))}(?!\w)" if len(signs) > 3 else None


def _phone(value):
    """A phone number with or without the code of its country."""
    digits = re.sub(r"\D", "", value)
    if len(digits) < 5:
        return None
    local = digits[-max(7, len(digits) - 3) :]
    return rf"(?<!\d)(?:\+?\d{{0,3}}{_SEPARATORS})?{_SEPARATORS.join(local)}(?!\d)"


def _merged(finds):
    """Finds in order; those that overlap become one, which is of the kind of the longest."""
    merged = []
    for find in sorted(finds, key=lambda find: (find.start, -find.end)):
        last = merged[-1] if merged else None
        if last and find.start < last.end:
            longest = max(last, find, key=lambda item: item.end - item.start)
            merged[-1] = Find(
                last.start, max(last.end, find.end), longest.kind, last.is_certain or find.is_certain
            )
        else:
            merged.append(find)
    return merged


def redact(text, names=(), emails=(), phones=(), cards=(), words=(), labels=None, keep_doubtful=False):
    """Plain `text` without its people.

    :param dict labels: what to put in place of each kind (LABELS)
    :param bool keep_doubtful: leave what may be an ordinary word, for a person to decide
    :return: (clean text, list of Find); a Find unpacks to start, end and kind in the given text
    """
    finds = find_identity(text or "", names, emails, phones, cards, words)
    removed = [find for find in finds if find.is_certain or not keep_doubtful]
    return _replaced(text or "", removed, labels or LABELS), finds


def _replaced(text, finds, labels, offset=0):
    """`text`, which begins at `offset` of what was searched, with labels for the parts of `finds` in it.

    A find that began before `offset` has its label there already.
    """
    out, position = [], 0
    for find in finds:
        start, end = find.start - offset, find.end - offset
        if end <= 0 or start >= len(text):
            continue
        out += [text[position : max(start, position)], labels[find.kind] if start >= 0 else ""]
        position = min(end, len(text))
    return "".join([*out, text[position:]])


def redact_html(source, names=(), emails=(), phones=(), cards=(), words=(), labels=None, keep_doubtful=False):
    """An HTML fragment without its people: text, links and titles; the tags stay as they are.

    A name is found across inline tags (``<b>Lin</b> Wei``), not across paragraphs.

    :return: (clean HTML, list of Find in the text of the fragment)
    """
    if not (source or "").strip():
        return source or "", []
    known = {"names": names, "emails": emails, "phones": phones, "cards": cards, "words": words}
    root, nodes, text = _parsed(source)
    finds = find_identity(text, **known)
    removed = [find for find in finds if find.is_certain or not keep_doubtful]
    for element, place, offset in nodes:
        setattr(element, place, _replaced(getattr(element, place), removed, labels or LABELS, offset))
    for element in root.iter(etree.Element):
        _clean_attributes(element, known, labels)
    inner = html.tostring(root, encoding="unicode")
    return re.sub(r"\A<div>|</div>\Z", "", inner), finds


def lines_of_html(source):
    """The text of an HTML fragment for reading: a line for each block."""
    return re.sub(r"\s*\n\s*", "\n", text_of_html(source).replace("\u2060", "")).strip()


def text_of_html(source):
    """The text in which `redact_html` finds, so that its finds can be shown."""
    return _parsed(source)[2] if (source or "").strip() else ""


def _parsed(source):
    """(element around the fragment, its text nodes, its text)."""
    root = html.fragment_fromstring(str(source).replace("\x00", "")[: 4 * _TEXT_LIMIT], create_parent="div")
    for comment in root.xpath("//comment() | //processing-instruction()"):
        comment.drop_tree()
    return root, *_text_nodes(root)


def _text_nodes(root):
    """([(element, 'text' or 'tail', offset)], the whole text with line ends between blocks)."""
    nodes, pieces, length = [], [], 0

    def add(element, place):
        nonlocal length
        value = getattr(element, place)
        if value:
            nodes.append((element, place, length))
            pieces.append(value)
            length += len(value)

    for event, element in etree.iterwalk(root, events=("start", "end")):
        # between blocks a line ends; a link ends a word, which a change of type face does not
        if border := "\n" if element.tag in _BLOCKS else "\u2060" if element.tag == "a" else "":
            pieces.append(border)
            length += 1
        if event == "start":
            add(element, "text")
        elif element is not root:
            add(element, "tail")
    return nodes, "".join(pieces)


def _clean_attributes(element, known, labels):
    """Remove what points to a person from the attributes of `element`."""
    for name, value in list(element.attrib.items()):
        if name in _LINKS:
            is_contact = value.strip().lower().startswith(("mailto:", "tel:", "sms:"))
            is_personal = value[:10].count("/") >= 2 and is_personal_url(value)
            if is_contact or is_personal or find_identity(value[:2000], **known):
                del element.attrib[name]
        elif name.startswith("data-oe-"):
            del element.attrib[name]  # mentions and fields of the editor name records
        elif name in ("alt", "title", "aria-label"):
            element.attrib[name] = redact(value, **known, labels=labels)[0]

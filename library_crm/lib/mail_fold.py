"""Fold quotes and signatures of an HTML mail without losing a word.

The wrapper is ``<div class="o_library_quoted" data-o-mail-quote="1">``. Odoo's sanitiser keeps the
attribute ``data-o-mail-quote`` (it sets it itself when it sees a quote), also where it removes classes,
and its message view shows "Read more" in place of such an element; ``<details>`` would not survive.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from lxml import etree
from lxml import html as lxml_html

from . import mail_quote
from .mail_html import gentle_html, quote_kind
from .mail_lines import FRESH, sort_lines

QUOTED_CLASS = "o_library_quoted"
SIGNATURE_CLASS = "o_library_signature"
_ATTRIBUTION_CLASSES = ("gmail_attr", "moz-cite-prefix", "yahoo_quoted_begin")
_BLOCK = frozenset(
    "address article blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr"
    " li main ol p pre section table tbody td tfoot th thead tr ul".split()
)
_MOST_ELEMENTS = 50_000
_QUOTE_HERE = ">"


def fold_html(html: str) -> str:
    """Return ``html`` with every quote and signature in a wrapper that Odoo folds.

    Nothing is removed but what :func:`gentle_html` changes. The result still has to be sanitised.
    A forwarded mail without own words stays open, as it is the content.
    """
    html = gentle_html(html)
    if not html.strip():
        return html
    try:
        root = _parse(html)
        if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
            return html
        _fold(root)
        return _inner_html(root)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        # no tree, no fold: the text stays as it came
        return html


def _parse(html: str):
    document = lxml_html.document_fromstring(
        f"<html><body><div>{html}</div></body></html>".replace("\x0b", " ")
        .replace("\x0c", " ")
        .encode("utf-8", "replace"),
        parser=lxml_html.HTMLParser(encoding="utf-8"),
    )
    body = document.find("body")
    return document if body is None else body


def _inner_html(root) -> str:
    text = "".join([root.text or "", *(etree.tostring(child, encoding="unicode", method="html") for child in root)])
    if len(root) == 1 and not (root.text or "").strip() and text.startswith("<div>") and text.endswith("</div>"):
        return text[5:-6]
    return text


def _fold(root) -> None:
    for element in list(root.iter("pre")):
        _fold_preformatted(element)
    marked = list(_marked(root))
    lines = list(_text_lines(root, dict(marked)))
    cut, _forwarded = mail_quote.hard_cut([text for text, _anchor in lines])
    if cut is None:
        # Odoo marks the lines From, Sent, To as a quote, and not what they stand above: read those lines, too
        by_program = {element: kind for element, kind in marked if element.get("data-o-mail-quote") is None}
        seen = list(_text_lines(root, by_program))
        cut, _forwarded = mail_quote.hard_cut([text for text, _anchor in seen])
        lines = lines if cut is None else seen
    fresh = any(text != _QUOTE_HERE for text, _anchor in lines[:cut])
    if cut is not None and fresh:
        _wrap_from(root, lines[cut][1])
    elif cut is None and not fresh:
        return
    for element, kind in marked:
        if not _inside_wrapper(element):
            _wrap_element(element, kind)


def _fold_preformatted(element) -> None:
    """Fold plain text, which came line by line: a wrapper for each run of quoted or signature lines."""
    if any(child.tag not in ("span", "font") for child in element.iterdescendants(etree.Element)):
        return
    lines = [(None, line) for line in "".join(element.itertext()).split("\n")]
    kinds, _cut, _forwarded = sort_lines(lines)
    if FRESH not in {kind for (_none, line), kind in zip(lines, kinds, strict=True) if line.strip()}:
        return
    for child in list(element):
        element.remove(child)
    element.text, last = "", None
    for kind, run in groupby(zip(kinds, lines, strict=True), key=itemgetter(0)):
        text = "\n".join(line for _kind, (_none, line) in run)
        text = text if last is None and element.text == "" else f"\n{text}"
        if kind == FRESH and last is None:
            element.text = text
        elif kind == FRESH:
            last.tail = text
        else:
            last = _wrapper(kind, "span")
            last.text = text
            element.append(last)


def _marked(root) -> Iterator[tuple[etree._Element, str]]:
    """Outermost elements that a mail program marked as quote or signature."""
    inside: set = set()
    for element in root.iter(etree.Element):
        parent = element.getparent()
        if parent is not None and parent in inside:
            inside.add(element)
            continue
        start = (
            f"<{element.tag} "
            + " ".join(f'{name}="{value}"' for name, value in element.attrib.items() if name in ("class", "id"))
            + ">"
        )
        kind = quote_kind(str(element.tag).lower(), start) or _marked_by_odoo(element)
        if kind and element is not root:
            inside.add(element)
            yield element, kind


def _marked_by_odoo(element) -> str | None:
    """Odoo marks a quote's container too, which may hold the answers between the quotes: that mark goes."""
    if element.get("data-o-mail-quote") is None or element.tag in ("hr", "br"):
        return None
    outside, depth, passed, answered = [], 0, False, False
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            depth += depth > 0 or node.tag == "blockquote"
            passed = passed or depth > 0
            text = node.text
            if not depth:
                outside.append(node)
        else:
            depth = max(0, depth - 1)
            text = node.tail if node is not element else None
        answered = answered or passed and not depth and bool(text and text.strip())
    if not answered:
        return "quoted"
    for node in outside:
        node.attrib.pop("data-o-mail-quote", None)
    return None


def _text_lines(root, skip: dict) -> Iterator[tuple[str, tuple]]:
    """Visible lines, each with the place of its first text: (element, is tail).

    A marked quote gives one line ``>`` in its stead, a marked signature none.
    """
    line: list[str] = []
    anchor = None
    hidden = 0  # depth inside a marked element

    def flush():
        nonlocal line, anchor
        text, place = " ".join("".join(line).split()), anchor
        line, anchor = [], None
        return (text, place) if text else None

    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces = [(None if hidden else element.tail, True)]
        elif event == "start":
            hidden = hidden + 1 if hidden or element in skip else 0
            pieces = [(None if hidden else element.text, False)]
            if (element.tag in _BLOCK or element.tag == "br" or element in skip) and (done := flush()):
                yield done
            if skip.get(element) == "quoted":
                yield _QUOTE_HERE, (element, False)
        else:
            if element.tag in _BLOCK and (done := flush()):
                yield done
            if element is root:
                break
            hidden = max(0, hidden - 1)
            pieces = [(None if hidden else element.tail, True)]
        for text, is_tail in pieces:
            if text and text.strip():
                anchor = anchor or (element, is_tail)
                line.append(text)
    if done := flush():
        yield done


def _wrapper(kind: str, tag: str = "div"):
    wrapper = etree.Element(tag)
    wrapper.set("class", SIGNATURE_CLASS if kind == "signature" else QUOTED_CLASS)
    wrapper.set("data-o-mail-quote", "1")
    return wrapper


def _inside_wrapper(element) -> bool:
    while element is not None:
        if (element.get("class") or "") in (QUOTED_CLASS, SIGNATURE_CLASS):
            return True
        element = element.getparent()
    return False


def _wrap_element(element, kind: str) -> None:
    """Put a wrapper around ``element`` and the line above it that says who wrote it."""
    parent = element.getparent()
    wrapper = _wrapper(kind)
    before = element.getprevious()
    takes_line = (
        kind == "quoted"
        and before is not None
        and not (before.tail or "").strip()
        and any(mark in (before.get("class") or "") for mark in _ATTRIBUTION_CLASSES)
    )
    first = before if takes_line else element
    parent.insert(parent.index(first), wrapper)
    wrapper.tail, element.tail = element.tail, None
    if takes_line:
        wrapper.append(before)
    wrapper.append(element)


def _wrap_from(root, anchor: tuple) -> None:
    """Wrap everything from a place to the end, level by level, so that the tree keeps its form."""
    element, is_tail = anchor
    if is_tail:
        parent = element.getparent()
        wrapper = _wrapper("quoted")
        wrapper.text, element.tail = element.tail, None
        _move_after(parent, parent.index(element) + 1, wrapper)
        element = wrapper
    else:
        while element.getparent() is not root and _is_first(element) and element.getparent() is not None:
            element = element.getparent()
        if element is root:
            return
        wrapper = _wrapper("quoted")
        parent = element.getparent()
        _move_after(parent, parent.index(element), wrapper)
        element = wrapper
    while (parent := element.getparent()) is not None and parent is not root:
        above = parent.getparent()
        place = above.index(parent) + 1
        if place < len(above) or (parent.tail or "").strip():
            wrapper = _wrapper("quoted")
            wrapper.text, parent.tail = parent.tail, None
            _move_after(above, place, wrapper)
        element = parent


def _move_after(parent, place: int, wrapper) -> None:
    """Move the children of ``parent`` from ``place`` on into ``wrapper`` and put that in their stead."""
    for child in list(parent)[place:]:
        wrapper.append(child)
    if parent.tag in ("table", "tbody", "thead", "tr", "ul", "ol"):
        # a div cannot stand there: mark the rows themselves
        for child in list(wrapper):
            child.set("data-o-mail-quote", "1")
            parent.append(child)
        if not len(wrapper) and not (wrapper.text or "").strip():
            return
    parent.append(wrapper)


def _is_first(element) -> bool:
    parent = element.getparent()
    return (
        parent is not None
        and parent.index(element) == 0
        and not (parent.text or "").strip()
        and parent.tag not in ("table", "tbody", "tr")
    )

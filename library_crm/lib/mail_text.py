"""New text first: what the sender wrote now, apart from quotes and signatures."""

import re
from dataclasses import dataclass

from . import mail_quote as quote
from .mail_fold import fold_html
from .mail_html import QuotingReader, html_to_plain, tokens

__all__ = ["FoldedText", "fold_html", "html_to_plain", "new_text"]

_FRESH, _QUOTED, _SIGNATURE = "fresh", "quoted", "signature"
_MOST_TEXT = 1_000_000
_LONGEST_SIGNATURE = 25


@dataclass(frozen=True)
class FoldedText:
    """A mail's text in three pieces that together hold every word of it.

    :ivar fresh: what this sender wrote now, answers between quoted lines included
    :ivar quoted: text of earlier mails with the lines that introduce it
    :ivar signature: signature and "Sent from my ..." lines
    """

    fresh: str
    quoted: str = ""
    signature: str = ""


def new_text(plain: str | None, html: str | None, subject: str = "") -> FoldedText:
    """Split the text of a mail into new text, quotes and signature.

    The plain part is read unless it is empty or plainly poorer than the HTML part. A forwarded mail is
    the content when its sender added nothing.

    :param plain: text of the plain parts, or None
    :param html: text of the HTML parts, or None
    :param subject: helps to tell a forward from an answer without words
    """
    lines = _lines(plain, html)
    cut, forwarded = quote.hard_cut([f"> {line}" if kind == _QUOTED and line else line for kind, line in lines])
    kinds = _classify(lines, cut)
    _mark_signatures(lines, kinds)
    folded = _collect(lines, kinds)
    if not folded.fresh and folded.quoted and (forwarded or cut is not None or quote.is_forward_subject(subject)):
        return FoldedText(folded.quoted, "", folded.signature)
    return folded


def _lines(plain: str | None, html: str | None) -> list[tuple[str | None, str]]:
    """Lines with the kind that HTML told, or None."""
    plain = (plain or "").replace("\r\n", "\n").replace("\r", "\n")[:_MOST_TEXT]
    if html and html.strip():
        reader = QuotingReader()
        for tag, closing, content in tokens(html[: _MOST_TEXT * 4]):
            reader.take(tag, closing, content)
        from_html = reader.result()
        # a plain part of a few words beside a long HTML part is a notice to use another program
        words = sum(len(line.split()) + len(line) // 20 for _kind, line in from_html)
        if len(plain.split()) + len(plain) // 20 < words * 0.3 or not plain.strip():
            return from_html
    return [(None, line.rstrip()) for line in plain.split("\n")]


def _classify(lines: list[tuple[str | None, str]], cut: int | None) -> list[str]:
    texts = [line for _kind, line in lines]
    kinds = [kind or _FRESH for kind, _line in lines]
    end = len(lines) if cut is None else cut
    for place in range(end, len(lines)):
        kinds[place] = _QUOTED
    for place in range(end):
        if quote.quoted_by_mark(texts[place]):
            kinds[place] = _QUOTED
    for place in range(end):
        if kinds[place] == _QUOTED or not texts[place].strip():
            continue
        length = quote.attribution_length(texts, place)
        if length and _quoted_next(texts, kinds, place + length):
            kinds[place : place + length] = [_QUOTED] * length
    _join_blank_lines(texts, kinds)
    return kinds


def _quoted_next(texts: list[str], kinds: list[str], place: int) -> bool:
    for number in range(place, min(place + 4, len(texts))):
        if texts[number].strip():
            return kinds[number] == _QUOTED
    return False


def _join_blank_lines(texts: list[str], kinds: list[str]) -> None:
    """An empty line between quoted lines is quoted too."""
    for place in range(1, len(texts) - 1):
        if not texts[place].strip() and kinds[place - 1] == _QUOTED and kinds[place + 1] == _QUOTED:
            kinds[place] = _QUOTED


def _mark_signatures(lines: list[tuple[str | None, str]], kinds: list[str]) -> None:
    """Signatures end a run of fresh lines: after ``-- `` or as lines about the device."""
    place = 0
    while place < len(lines):
        if kinds[place] != _FRESH:
            place += 1
            continue
        end = place
        while end < len(lines) and kinds[end] == _FRESH:
            end += 1
        start = _signature_start([line for _kind, line in lines[place:end]])
        for number in range(place + start, end):
            kinds[number] = _SIGNATURE
        place = end


def _signature_start(run: list[str]) -> int:
    """Place in a run of fresh lines where its signature starts, its length when there is none."""
    end = len(run)
    for place in range(len(run) - 1, -1, -1):
        if (
            quote.SEPARATOR.match(run[place])
            and len([line for line in run[place:] if line.strip()]) <= _LONGEST_SIGNATURE
        ):
            # a dialogue or a list may hold several rules: the last one that leaves text before it
            end = place
            break
    last = end - 1
    while last >= 0:
        if run[last].strip():
            if not quote.is_device_line(run[last]):
                break
            end = last
        last -= 1
    return end


def _collect(lines: list[tuple[str | None, str]], kinds: list[str]) -> FoldedText:
    pieces: dict[str, list[str]] = {_FRESH: [], _QUOTED: [], _SIGNATURE: []}
    for (_kind, line), kind in zip(lines, kinds, strict=True):
        pieces[kind].append(line)
    return FoldedText(*(_tidy(pieces[kind]) for kind in (_FRESH, _QUOTED, _SIGNATURE)))


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n").rstrip()

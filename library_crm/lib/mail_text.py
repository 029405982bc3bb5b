"""New text first: what the sender wrote now, apart from quotes and signatures."""

import re
from dataclasses import dataclass

from . import mail_quote as quote
from .mail_fold import fold_html
from .mail_html import QuotingReader, html_to_plain, tokens
from .mail_lines import FRESH, QUOTED, SIGNATURE, sort_lines

__all__ = ["FoldedText", "fold_html", "html_to_plain", "new_text"]

_MOST_TEXT = 1_000_000


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
    kinds, cut, forwarded = sort_lines(lines)
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


def _collect(lines: list[tuple[str | None, str]], kinds: list[str]) -> FoldedText:
    pieces: dict[str, list[str]] = {FRESH: [], QUOTED: [], SIGNATURE: []}
    for (_kind, line), kind in zip(lines, kinds, strict=True):
        pieces[kind].append(line)
    return FoldedText(*(_tidy(pieces[kind]) for kind in (FRESH, QUOTED, SIGNATURE)))


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n").rstrip()

"""The difference between two texts as safe HTML: what went in <del>, what came in <ins>."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from .text_tokens import CJK_RUN

_PIECE = re.compile(r"\s+|\w+|[^\w\s]")
_PIECES_LIMIT = 20_000


def split_pieces(text):
    """Words, single ideographs, signs and blanks of `text`; joined they are the text."""
    pieces = []
    for piece in _PIECE.findall(text):
        position = 0
        for run in CJK_RUN.finditer(piece):
            pieces += [piece[position : run.start()], *run[0]] if run.start() > position else run[0]
            position = run.end()
        if position < len(piece):
            pieces.append(piece[position:])
    return pieces


def compare(before, after):
    """[(tag, old, new)] with tag equal, delete, insert or replace; joined they are the two texts."""
    old, new = split_pieces(before), split_pieces(after)
    if len(old) > _PIECES_LIMIT or len(new) > _PIECES_LIMIT:
        # word by word would take minutes: line by line
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) > 2000)
    return [
        (tag, "".join(old[from_old:to_old]), "".join(new[from_new:to_new]))
        for tag, from_old, to_old, from_new, to_new in matcher.get_opcodes()
    ]


def diff_html(before, after):
    """Both plain texts in one, escaped, line ends kept as <br/>."""
    out = []
    for tag, old, new in compare(before, after):
        if tag == "equal":
            out.append(escape(new))
        else:
            out += [Markup("<del>%s</del>") % old] if old else []
            out += [Markup("<ins>%s</ins>") % new] if new else []
    return Markup("").join(out).replace("\n", Markup("<br/>"))


def marked_html(text, finds, labels):
    """Plain `text`, escaped, in which each find is shown as removed, with the label that takes its place.

    :param finds: objects with start, end, kind and is_certain, in order; an uncertain one is only marked
    """
    out, position = [], 0
    for find in finds:
        out.append(escape(text[position : find.start]))
        part = text[find.start : find.end]
        if find.is_certain:
            out.append(Markup("<del>%s</del><ins>%s</ins>") % (part, labels[find.kind]))
        else:
            out.append(Markup("<mark>%s</mark>") % part)
        position = find.end
    out.append(escape(text[position:]))
    return Markup("").join(out).replace("\n", Markup("<br/>"))

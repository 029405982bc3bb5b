"""The piece of a text that shows why it was found, with the hits marked, as safe HTML."""

import re
from bisect import bisect_left
from functools import lru_cache

from markupsafe import Markup, escape

from .text_tokens import CJK_RUN, fold, stem, tokens

_WORD_REST = r"[\w’']*"
_HITS_LIMIT = 2000


@lru_cache(maxsize=64)
def _pattern(query_tokens):
    """Pattern that finds candidates of hits in a folded text, or None."""
    ideographs = [token for token in query_tokens if CJK_RUN.fullmatch(token)]
    pairs = [token for token in ideographs if len(token) > 1]
    # a stem may end in other letters than the word: `librari` stands for `library`
    stems = {token[:-1] if len(token) > 3 else token for token in query_tokens if not CJK_RUN.fullmatch(token)}
    parts = [re.escape(pair) for pair in (pairs or ideographs)]
    parts += [rf"(?<![^\W_]){re.escape(part)}{_WORD_REST}" for part in stems]
    # a lookahead, so that overlapping pairs are all found
    return re.compile(f"(?=({'|'.join(sorted(parts, key=len, reverse=True))}))") if parts else None


def find_hits(text, query_tokens):
    """[(start, end, token)] where one of `query_tokens` stands in `text`.

    Single ideographs count only where the query has no pair: each of them stands everywhere.
    """
    query_tokens = frozenset(query_tokens)
    pattern = _pattern(query_tokens)
    hits = []
    for match in pattern.finditer(fold(text)) if pattern else ():
        start, end = match.span(1)
        found = match[1]
        token = found if CJK_RUN.fullmatch(found) else stem(found)
        if token in query_tokens and start < end:
            hits.append((start, end, token))
    return hits


def _best_window(hits, width):
    """Start and end of the `width` characters with the most different hits, the earliest of equals."""
    starts = [start for start, _end, _token in hits]
    best = (0, 0, width)
    for index, start in enumerate(starts):
        inside = hits[index : bisect_left(starts, start + width)]
        worth = len({token for _start, _end, token in inside})
        if worth > best[0]:
            best = (worth, start, start + width)
    return best[1:]


def _marked(text, hits, start, end):
    """`text[start:end]` escaped, with <mark> around the union of the hits."""
    out, position = [], start
    for hit_start, hit_end, _token in hits:
        hit_start, hit_end = max(hit_start, position), min(hit_end, end)
        if hit_start >= hit_end:
            continue
        if out and hit_start == position:
            out[-1] += text[hit_start:hit_end]
        else:
            out += [text[position:hit_start], text[hit_start:hit_end]]
        position = hit_end
    out.append(text[position:end])
    # safe: every piece is escaped
    return Markup(
        "".join(f"<mark>{escape(piece)}</mark>" if index % 2 else str(escape(piece)) for index, piece in enumerate(out))
    )


def mark(text, query_tokens):
    """The whole `text` as safe HTML with the hits marked."""
    return _marked(text, find_hits(text, query_tokens), 0, len(text))


def snippet(text, query, width=200):
    """About `width` characters of `text` around its best hits, as safe HTML.

    :param str text: plain text; shown from its beginning if nothing is found in it
    :param query: what was asked, as text or as tokens
    """
    text = re.sub(r"\s+", " ", text).strip()
    query_tokens = tokens(query) if isinstance(query, str) else query
    # where no pair stands, the single ideographs are what it was found by
    hits = find_hits(text, query_tokens) or find_hits(text, [token for token in query_tokens if len(token) == 1])
    hits = hits[:_HITS_LIMIT]
    start, end = _best_window(hits, width - width // 4)
    start = _word_start(text, max(0, start - width // 4))
    end = min(len(text), start + width)
    if end < len(text):
        end = _word_start(text, end)
    return (
        Markup("… " if start else "")
        + _marked(text, hits, start, end).strip()
        + Markup(" …" if end < len(text) else "")
    )


def _word_start(text, position):
    """The nearest start of a word at or up to 20 characters before `position`; ideographs need none."""
    for candidate in range(position, max(0, position - 20), -1):
        if text[candidate - 1].isspace() or CJK_RUN.match(text[candidate]):
            return candidate
    return position if position > 20 else 0

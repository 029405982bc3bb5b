"""What a text speaks of, as terms that a person can read: words and pairs of words, and pieces of Chinese.

A term has a key (folded and stemmed, so that both scripts and all endings meet) and the way in which it was written.
Chinese has no blanks: every piece of two to six characters is a term, and `without_parts` leaves the longest ones.
"""

from collections import Counter, defaultdict

from .text_tokens import CJK_RUN, fold, stem, words

LONGEST_PIECE = 6
SHORTEST_WORD = 3
SHARE_OF_PART = 0.8
"""A part that hardly ever stands alone says nothing that the whole does not."""
TEXT_LIMIT = 2000

# words that hold a sentence together, and what everybody writes to a library
_IDLE_EN = frozenset(stem(word) for word in """
a about after again all also am an and any are as ask at be been before but by can could did do does done for from get
give had has have hello help hi how i if in into is it its just know library like may me more most much my need needed
no not now of on one only or other our out over please question re some so such than thank thanks that the their them
then there these they this those to too under up us use very want was we were what when where which while who why will
with would you your find look looking search
""".split())
_IDLE_ZH = frozenset("的了吗呢吧啊我你您他她们是也都就还把被给请怎么哪这那不没些什想")
"""Pieces that begin or end with one of these are no terms."""


def is_idle(token):
    """Whether a token of `text_tokens` only holds a sentence together."""
    return token in _IDLE_EN or set(token) <= _IDLE_ZH


def terms(text):
    """The terms of a text.

    :param str text: plain text in any script
    :return: {key: as it was written}, each once
    """
    text = (text or "")[:TEXT_LIMIT]
    folded = fold(text)
    return {**_pieces(text, folded), **_words(text, folded)}


def _pieces(text, folded):
    found = {}
    for run in CJK_RUN.finditer(folded):
        start, end = run.span()
        for first in range(start, end - 1):
            if folded[first] in _IDLE_ZH:
                continue
            for stop in range(first + 2, min(first + LONGEST_PIECE, end) + 1):
                if folded[stop - 1] in _IDLE_ZH:
                    continue
                found.setdefault(folded[first:stop], text[first:stop])
    return found


def _words(text, folded):
    found, before = {}, None
    for start, end in words(folded):
        key = stem(folded[start:end])
        speaks = len(key) >= SHORTEST_WORD and key not in _IDLE_EN and not key.isdigit()
        if speaks:
            found.setdefault(key, text[start:end])
            if before and text[before[2]:start].isspace():
                found.setdefault(f"{before[0]} {key}", f"{text[before[1]:before[2]]} {text[start:end]}")
        before = (key, start, end) if speaks else None
    return found


def without_parts(counts):
    """Keys whose texts are not nearly all those of a longer key that holds them.

    :param dict counts: {key: number of texts}
    :return: set of keys
    """
    by_part = defaultdict(int)
    for key, count in counts.items():
        for part in _parts(key):
            if part in counts:
                by_part[part] = max(by_part[part], count)
    return {key for key, count in counts.items() if by_part[key] < SHARE_OF_PART * count}


def _parts(key):
    if key.isascii() or " " in key:
        return key.split(" ") if " " in key else ()
    return {key[first:stop] for first in range(len(key)) for stop in range(first + 2, len(key) + 1)} - {key}


def common(texts, share=0.5, most=3):
    """Terms that at least a share of the texts have, the most frequent ones first, as they were written.

    :param texts: list of str
    """
    counts, written = Counter(), defaultdict(Counter)
    for text in texts:
        for key, surface in terms(text).items():
            counts[key] += 1
            written[key][surface] += 1
    often = {key: count for key, count in counts.items() if count >= max(2, share * len(texts))}
    kept = without_parts(often)
    ordered = sorted(kept, key=lambda key: (-often[key], -len(key), key))
    return [readable(written[key]) for key in ordered[:most]]


def readable(surfaces):
    """The usual way of writing a term, of a Counter."""
    return max(surfaces, key=lambda one: (surfaces[one], one.islower(), one))

"""Which known words a mistyped one may have meant.

The index knows stems. A mistyped ending keeps a word from being stemmed (`dissertaton`), so a stem is held against
as many letters of the word as it has itself; which whole word was meant is told by the words of the texts.
"""

import re
from collections import defaultdict

FEW_HITS = 3
"""A search that finds so many needs no second guess."""
MOST_LETTERS = 24
LEAST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def allowed_errors(word):
    """Typing errors that a word of its length may hold."""
    return 1 if len(word) < 6 else 2


def near_stems(word, vocabulary, limit=8):
    """The stems of `vocabulary` that `word` may have meant, likeliest first.

    :param str word: what was typed, folded
    :param vocabulary: (stem, number of documents) pairs
    """
    from rapidfuzz import process  # noqa: PLC0415 - a compiled library that only a search in vain needs
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    by_length = defaultdict(dict)
    for stem, count in vocabulary:
        by_length[len(stem)][stem] = count
    found = []
    errors = allowed_errors(word)
    for letters, stems in by_length.items():
        if letters < LEAST_LETTERS - 1 or letters > len(word) + errors:
            continue
        beginning = word if letters >= len(word) else word[:letters]
        matches = process.extract(beginning, list(stems), scorer=OSA.distance, score_cutoff=errors, limit=limit)
        # a stem that is much shorter than the word says less about it
        found += [(distance + max(0, len(word) - letters - 2) / 2, -stems[stem], stem)
                  for stem, distance, _place in matches]
    return [stem for _cost, _count, stem in sorted(found)[:limit]]


def best_word(word, texts):
    """The word of `texts` that is nearest to the mistyped one, or None if none is near.

    :param str word: what was typed, folded
    :param texts: folded texts
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    errors = allowed_errors(word)
    counts = defaultdict(int)
    for text in texts:
        for match in _WORD.finditer(text):
            if abs(len(match[0]) - len(word)) <= errors:
                counts[match[0]] += 1
    near = ((OSA.distance(word, known, score_cutoff=errors), -count, known) for known, count in counts.items())
    best = min((one for one in near if 0 < one[0] <= errors), default=None)
    return best and best[2]

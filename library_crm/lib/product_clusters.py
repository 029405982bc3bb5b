"""Texts that ask for, or give, much the same: where one product would serve many.

Each text is its words, weighted by how rare they are (BM25's idf), and neighbours are the texts with a cosine above a
bar. The text with most neighbours gathers them first, then the next one of what is left: groups are stars round a text,
so that no chain of half-alike texts grows into one.
"""

import math
import re
from collections import Counter, defaultdict

from .bm25 import idf
from .text_tokens import CJK_RUN, fold, tokens, words

ALIKE = 0.3
SMALLEST = 3
MOST_FREQUENT = 0.2
WORDS_SHOWN = 5
# words as `_spoken` gives them: lower case, simplified characters
_DATA = {"data", "dataset", "statistics", "figures", "数据", "统计"}
_COURSE = {"learn", "learning", "course", "workshop", "training", "teach", "学习", "课程", "培训", "讲座"}


# words that name nothing; a Chinese piece with one of these signs is cut out of a sentence, not a word
_EMPTY = frozenset(
    "about and any are can could did does find for from have how into like looking much need our please some such than"
    " that the their them there these they this was what when where which who why will with would you your".split()
)
_EMPTY_SIGNS = frozenset("的了吗呢吧我你您他她们有没是在请问怎么如何哪里什么能可以想要和与及或")


# the, for, how: what is left of a language without its content; GIS and 3D stay
_SMALL = re.compile(r"\b[A-Za-z]?[a-z]{1,2}\b")


def groups(texts, alike=ALIKE, smallest=SMALLEST):
    """Groups of texts that belong together, largest first.

    :param texts: {key: text}
    :return: list of lists of keys, the middle of the star first
    """
    vectors = _vectors(texts)
    neighbours = _neighbours(vectors, alike)
    order = sorted(neighbours, key=lambda key: (-len(neighbours[key]), str(key)))
    taken, found = set(), []
    for key in order:
        if key in taken:
            continue
        star = [key, *sorted((other for other in neighbours[key] if other not in taken), key=str)]
        if len(star) >= smallest:
            found.append(star)
            taken.update(star)
    return sorted(found, key=len, reverse=True)


def _vectors(texts):
    counted = {key: Counter(tokens(_SMALL.sub(" ", text))) for key, text in texts.items()}
    frequency = Counter(token for counts in counted.values() for token in counts)
    # a word of everybody tells nobody apart; in a handful of texts that cannot be said
    most = max(MOST_FREQUENT * len(texts), 2 * SMALLEST)
    vectors = {}
    for key, counts in counted.items():
        weights = {
            token: (1 + math.log(count)) * idf(frequency[token], len(texts))
            for token, count in counts.items() if 1 < frequency[token] <= most
        }  # fmt: skip
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        if norm:
            vectors[key] = {token: weight / norm for token, weight in weights.items()}
    return vectors


def _neighbours(vectors, alike):
    holders = defaultdict(list)
    for key, weights in vectors.items():
        for token, weight in weights.items():
            holders[token].append((key, weight))
    found = {}
    for key, weights in vectors.items():
        scores = defaultdict(float)
        for token, weight in weights.items():
            for other, other_weight in holders[token]:
                scores[other] += weight * other_weight
        found[key] = {other for other, score in scores.items() if other != key and score >= alike}
    return found


def shared_words(chosen, everything, limit=WORDS_SHOWN):
    """The words that tell some texts from all others: in most of them, and rare elsewhere.

    :param chosen: texts of a group
    :param everything: all texts, the group's included
    """
    within = Counter(word for text in chosen for word in _spoken(text))
    overall = Counter(word for text in everything for word in _spoken(text) if word in within)
    weights = {
        word: count * idf(overall[word], len(everything)) for word, count in within.items() if 2 * count > len(chosen)
    }
    found = []
    for word in sorted(weights, key=lambda word: (-weights[word], -len(word), word)):
        if not any(word in longer or longer in word for longer in found):
            found.append(word)
    return found[:limit]


def _spoken(text):
    """The words of a text as people write them, and the pieces of two to six characters of its Chinese."""
    folded = fold(text.lower())
    found = {folded[start:end] for start, end in words(folded) if end - start > 2}
    for run in CJK_RUN.findall(folded):
        found.update(run[at:at + size] for size in range(2, 7) for at in range(len(run) - size + 1))
    return {word for word in found if not word.isdigit() and word not in _EMPTY and _EMPTY_SIGNS.isdisjoint(word)}


def kind_of(chosen):
    """What would serve best: a data set, a course or a guide, by the words that are used."""
    spoken = [_spoken(text) for text in chosen]
    found = {
        name: sum(not wanted.isdisjoint(one) for one in spoken)
        for name, wanted in (("dataset", _DATA), ("course", _COURSE))
    }
    name, score = max(found.items(), key=lambda item: item[1])
    return name if 2 * score > len(chosen) else "guide"

"""To which classes a text belongs, by its words, and which words say so.

Each class is one document of the words that stand for it: its names and synonyms in all languages, which weigh most,
and the words of texts that were put into it already. A new text is scored against these documents by BM25.
"""

from collections import Counter

from .bm25 import idf, saturation
from .matched_words import FILLERS, matched_words
from .text_tokens import CJK_RUN, stem, tokens

NAME_WEIGHT = 4.0
TEXT_WEIGHT = 0.5
TEXTS_COUNTED = 12
LEAST_SCORE = 2.0
LEAST_SHARE = 0.45
"""A class is suggested when it reaches this share of the best one's score."""
_WEAK = frozenset(map(stem, FILLERS | frozenset(
    "general other new use using used study studies based science sciences technology book books work works".split()
)))  # fmt: skip


def telling(text):
    """The tokens of a text that can tell a class: no fillers, no single ideographs, no numbers."""
    return [token for token in tokens(text) if token not in _WEAK and len(token) > 1 and not token.isdigit()
            or len(token) > 2 and CJK_RUN.search(token)]


class ClassTable:
    """The words of the classes.

    :param names: {class: list of names and synonyms}
    :param texts: [(text, classes)] of what is classified already
    """

    def __init__(self, names, texts=()):
        weights = {key: Counter() for key in names}
        for key, parts in names.items():
            for token in {token for part in parts for token in telling(part)}:
                weights[key][token] += NAME_WEIGHT
        seen = {key: Counter() for key in names}
        for text, classes in texts:
            found = set(telling(text))
            for key in classes:
                if key in seen:
                    seen[key].update(found)
        for key, counts in seen.items():
            for token, count in counts.items():
                # a word of one text alone may be anybody's
                if count > 1:
                    weights[key][token] += TEXT_WEIGHT * min(count, TEXTS_COUNTED)
        self.count = len(names)
        self.sizes = {key: sum(words.values()) for key, words in weights.items()}
        self.average = sum(self.sizes.values()) / len(names) if names else 1.0
        self.postings = {}
        for key, words in weights.items():
            for token, weight in words.items():
                self.postings.setdefault(token, []).append((key, weight))

    def suggest(self, text, limit=3, broader=None):
        """The classes of a text.

        :param broader: {class: classes above it}; a class is left out where one below it has the same words
        :return: [(class, score, words of the text that led to it)], best first; empty where nothing tells
        """
        earned = {}
        for token in set(telling(text)):
            postings = self.postings.get(token, ())
            weight = idf(len(postings), self.count)
            for key, times in postings:
                earned.setdefault(key, {})[token] = weight * saturation(times, self.sizes[key], self.average)
        scores = {key: sum(words.values()) for key, words in earned.items()}
        best = max(scores.values(), default=0)
        ranked = sorted((key for key, score in scores.items() if score >= max(LEAST_SCORE, best * LEAST_SHARE)),
                        key=lambda key: (-scores[key], key))
        above = {up for key in ranked for up in (broader or {}).get(key, ())
                 if earned.get(up, {}).keys() <= earned[key].keys()}
        return [(key, round(scores[key], 3), matched_words(text, earned[key]))
                for key in [key for key in ranked if key not in above][:limit]]

"""Okapi BM25 (Robertson and Zaragoza 2009) as the search index uses it, and as plain reference.

The weight of a word in a document grows with its frequency there, ever more slowly (K1), shrinks with the
length of the document (B) and with the number of documents that hold the word (`idf`).
"""

from collections import Counter
from math import log

K1 = 1.2
B = 0.75


def idf(frequency, count):
    """Weight of a word that stands in `frequency` of `count` documents; never negative."""
    frequency = min(frequency, count)
    return log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def saturation(occurrences, length, average):
    """Share of a word's weight that `occurrences` in a document of `length` words earn; below K1 + 1."""
    if occurrences <= 0:
        return 0.0
    return occurrences * (K1 + 1) / (occurrences + K1 * (1 - B + B * length / (average or 1)))


class Bm25:
    """Exact BM25 over token lists held in memory: the reference for tests and benchmarks.

    :param documents: list of token lists
    """

    def __init__(self, documents):
        self.lengths = [len(document) for document in documents]
        self.average = sum(self.lengths) / len(documents) if documents else 1.0
        self.postings = {}
        for number, document in enumerate(documents):
            for token, occurrences in Counter(document).items():
                self.postings.setdefault(token, []).append((number, occurrences))

    def scores(self, query):
        """{number of a document: score} of all documents that share a word with the token list `query`."""
        scores = {}
        for token, repeated in Counter(query).items():
            postings = self.postings.get(token, ())
            weight = repeated * idf(len(postings), len(self.lengths))
            for number, occurrences in postings:
                earned = weight * saturation(occurrences, self.lengths[number], self.average)
                scores[number] = scores.get(number, 0.0) + earned
        return scores

    def top(self, query, limit=10):
        """The `limit` best (number, score), best first; equal scores in the order of the documents."""
        return sorted(self.scores(query).items(), key=lambda item: (-item[1], item[0]))[:limit]

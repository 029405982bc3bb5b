"""How a document is written into the search index, and how it is scored when read back.

A document becomes one line of terms, ``loan renew:3 借书:2 …``: each different token once, followed by a class
of its frequency. A GIN index over these terms finds, for "renew three times", the documents without touching
any other. Frequencies are exact to 5 and in steps above, where BM25 hardly tells them apart.

What is exact for more than 5 as well stands beside the line, `loan:7 book:31`, for the few documents whose score is
worked out in full.

A word in the title counts as `TITLE_WEIGHT` words of the text; the length of the document counts it once.
"""

from collections import Counter

from .bm25 import K1, B, idf
from .text_tokens import CJK_RUN, tokens

TITLE_WEIGHT = 3
INDEX_VERSION = 2
"""To be raised with every change of tokens or terms: documents of an older version are indexed again."""

QUERY_LIMIT = 4000
"""Characters of a question that are read."""
TOKENS_LIMIT = 64
"""Different words of a question that are looked up, the rarest ones."""
ESSENTIAL = 12
"""Words of a question by which it is told whether something is the same question."""
ENOUGH = 200
"""Documents that a look-up must have found before words are left out for being frequent."""

_BOUNDS = (1, 2, 3, 4, 5, 7, 11, 19)
_OCCURRENCES = (1, 2, 3, 4, 5, 6.4, 9, 14.5, 28)
_EXACT = 5
CLASSES = range(len(_OCCURRENCES))


def frequency_class(occurrences):
    """Class of a frequency: 0 for once, up to 8 for twenty times and more."""
    for number, bound in enumerate(_BOUNDS):
        if occurrences <= bound:
            return number
    return len(_BOUNDS)


def code(token, number):
    """How `token` in frequency class `number` is written."""
    return f"{token}:{number + 1}" if number else token


def split_code(term):
    """(token, frequency class) of a term; the inverse of `code`."""
    token, colon, digit = term.rpartition(":")
    return (token, int(digit) - 1) if colon else (term, 0)


def encode(title, body):
    """(terms, length, often) of a document: terms in one line and sorted, and the frequencies that they round."""
    in_title, in_body = Counter(tokens(title)), Counter(tokens(body))
    length = in_title.total() + in_body.total()
    weighted = in_body + Counter({token: count * TITLE_WEIGHT for token, count in in_title.items()})
    terms = " ".join(code(token, frequency_class(count)) for token, count in sorted(weighted.items()))
    often = " ".join(f"{token}:{count}" for token, count in sorted(weighted.items()) if count > _EXACT)
    return terms, length, often


def _read_often(often):
    """{token: frequency} of what `encode` wrote beside the terms."""
    pairs = (entry.rpartition(":") for entry in often.split(" "))
    return {token: int(count) for token, _colon, count in pairs}


def is_single(term):
    """Whether a term is a single ideograph, in whatever frequency."""
    return bool(CJK_RUN.fullmatch(split_code(term)[0])) and len(split_code(term)[0]) == 1


class Scorer:
    """BM25 over encoded documents for one query.

    :param dict frequencies: for each token of the query how many documents hold it, as a list by frequency class
    :param int count: number of documents
    :param float average: their average length
    :param dict repeated: how often each token stands in the query, once where it is not named
    """

    def __init__(self, frequencies, count, average, repeated=None):
        self.slope = K1 * B / (average or 1)
        self.count = count
        self.rarest = sorted(frequencies, key=lambda token: (sum(frequencies[token]), token))
        self.frequencies = frequencies
        self.repeated = repeated or {}
        self._parts, self._tokens, self._weights = {}, {}, {}
        self._rounded = {code(token, number) for token in frequencies for number in CLASSES if number >= _EXACT}
        for token, by_class in frequencies.items():
            self._weights[token] = idf(sum(by_class), count) * self.repeated.get(token, 1)
            for number in CLASSES:
                term = code(token, number)
                self._tokens[term], self._parts[term] = token, self._part(token, _OCCURRENCES[number])

    def _part(self, token, occurrences):
        """(numerator, constant) of what `occurrences` of a token earn; see `arms`."""
        return self._weights[token] * occurrences * (K1 + 1), occurrences + K1 * (1 - B)

    def keep_rarest(self, limit):
        """Forget all but the `limit` rarest tokens of a long question."""
        for token in self.rarest[limit:]:
            for number in CLASSES:
                del self._parts[code(token, number)]
        del self.rarest[limit:]

    def ideographs_needed(self):
        """How many of the single ideographs of a short question a document has to hold to be about it.

        借书 is looked up as 借, 书 and 借书; what holds 书 alone is about something else.
        """
        single = sum(is_single(token) for token in self.rarest)
        is_short = single <= 4 and all(CJK_RUN.fullmatch(token) for token in self.rarest)
        return single // 2 + 1 if is_short and single > 1 else 0

    def arms(self, budget):
        """The terms to look up, rarest words and highest frequencies first, for about `budget` documents.

        :return: (list of (term, numerator, constant), most that the terms left out could add to a score);
                 a document of length n earns numerator / (constant + slope * n) for a term
        """
        arms, spent, left = [], 0, 0.0
        for token in self.rarest:
            best_left = 0.0
            for number in reversed(CLASSES):
                term, documents = code(token, number), self.frequencies[token][number]
                if spent >= ENOUGH and spent + documents > budget:
                    numerator, constant = self._parts[term]
                    best_left = max(best_left, numerator / constant)
                else:
                    spent += documents
                    arms.append((term, *self._parts[term]))
            left += best_left
        return arms, left

    def rare_terms(self, most):
        """The terms of the rarest tokens that stand in at most `most` documents together.

        Whatever else was asked, a document that holds one of these may be the one that is meant.
        """
        rare, documents = set(), 0
        for token in self.rarest:
            documents += sum(self.frequencies[token])
            if documents > most:
                break
            rare.update(code(token, number) for number in CLASSES)
        return rare

    def score(self, terms, length, often=""):
        """Score of a document written as `terms` and `often`: the sum of `weights`, without saying of what."""
        found = self._parts.keys() & terms.split(" ")
        if often and not self._rounded.isdisjoint(found):
            return sum(self.weights(terms, length, often).values())
        damping, score = self.slope * length, 0.0
        for term in found:
            numerator, constant = self._parts[term]
            score += numerator / (constant + damping)
        return score

    def weights(self, terms, length, often=""):
        """What each token of the query earns in a document written as `terms` and `often`."""
        exact = _read_often(often) if often else {}
        found = {}
        for term in self._parts.keys() & terms.split(" "):
            token = self._tokens[term]
            numerator, constant = self._part(token, exact[token]) if token in exact else self._parts[term]
            found[token] = numerator / (constant + self.slope * length)
        return found

    def ideal(self, length):
        """Score of a document of `length` words that holds each token of the query once: the query itself.

        A token that no document holds weighs as if one did, so that a small index does not make everything unlike; of
        a long letter only the weightiest words count, since nobody repeats the rest.
        """
        share = (K1 + 1) / (1 + K1 * (1 - B) + self.slope * length)
        weights = (
            idf(max(1, sum(self.frequencies[token])), self.count) * self.repeated.get(token, 1) for token in self.rarest
        )
        return sum(sorted(weights, reverse=True)[:ESSENTIAL]) * share

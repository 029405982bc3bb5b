"""Why something was found: the words of the question that stand in it, as the person wrote them."""

from .text_tokens import CJK_RUN, fold, stem, words

FILLERS = frozenset(
    "about and any are can could did does find for from has have how into need not please some that the their there"
    " this was what when where which who will with would you your".split()
)
"""Words that say nothing to whoever reads a reason; they count like all others where something is found."""


def matched_words(question, weights, limit=4):
    """The weightiest words and phrases of `question` that a document shares with it.

    Neighbouring pairs of ideographs become one phrase: of 怎么续借图书 a document on 续借 and 图书 shares 续借图书.

    :param str question: as it was typed
    :param dict weights: {token: weight} of the tokens that the document holds
    :return: list of str, weightiest first
    """
    folded = fold(question)
    found = {}
    for start, end in words(folded):
        word = folded[start:end]
        weight = weights.get(stem(word))
        if weight and len(word) > 2 and word not in FILLERS:
            found.setdefault(stem(word), (weight, question[start:end]))
    for run in CJK_RUN.finditer(folded):
        for start, end, weight in _phrases(run[0], weights):
            found.setdefault(run[0][start:end], (weight, question[run.start() + start : run.start() + end]))
    best = sorted(found.values(), key=lambda pair: -pair[0])
    return [word for _weight, word in best[:limit]]


def _phrases(run, weights):
    """(start, end, weight) of the longest pieces of a run of ideographs whose pairs all match."""
    if len(run) == 1:
        return [(0, 1, weights[run])] if run in weights else []
    phrases, start, total = [], None, 0.0
    for position in range(len(run)):
        pair = run[position : position + 2]
        if len(pair) == 2 and pair in weights:
            start = position if start is None else start
            total += weights[pair]
        elif start is not None:
            phrases.append((start, position + 1, total))
            start, total = None, 0.0
    return phrases

"""What the search index is held against, computed in the same run.

`exact` is the addon's own BM25 in memory, without an index; `matrix` is BM25 again, written by another way (a sparse
matrix of weights) over a tokeniser of the caller's; `characters` is TF-IDF over character n-grams.
"""

import re

import numpy as np

WORDS = re.compile(r"\w+")
K1, B = 1.2, 0.75
TOP = 60


def ranked(scores):
    """Numbers of the best documents that share anything with the question, best first, of one row of scores."""
    best = np.argsort(-scores, kind="stable")[:TOP]
    return [int(number) for number in best if scores[number] > 0]


def exact(documents, queries, tokens):
    """Rankings of the addon's reference BM25."""
    from odoo.addons.library_crm.lib.bm25 import Bm25

    index = Bm25([tokens(text) for text in documents])
    return [[number for number, _score in index.top(tokens(query), TOP)] for query in queries]


def matrix(documents, queries, tokens):
    """Rankings of a BM25 that shares no line with ours."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=tokens)
    counts = vectorizer.fit_transform(documents).astype(float).tocsr()
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    holding = np.asarray((counts > 0).sum(axis=0)).ravel()
    weights = np.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
    rows, columns = counts.nonzero()
    damped = K1 * (1 - B + B * lengths[rows] / lengths.mean())
    counts.data = counts.data * (K1 + 1) / (counts.data + damped) * weights[columns]
    return _rankings(vectorizer.transform(queries).astype(float), counts)


def plain_words(text):
    """Words as they stand, in lower case: what most search boxes do."""
    return WORDS.findall(text.lower())


def characters(documents, queries):
    """Rankings of TF-IDF over character n-grams."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    weights = vectorizer.fit_transform(documents).tocsr()
    return _rankings(vectorizer.transform(queries), weights)


def _rankings(queries, documents):
    turned = documents.T.tocsc()
    return [ranked(np.asarray((queries[row] @ turned).todense()).ravel()) for row in range(queries.shape[0])]


def quality(rankings, wanted, answers=None):
    """(MRR@10, recall@5) of rankings of documents, or of the answers that the documents stand for.

    :param rankings: for each question the numbers of documents, best first
    :param wanted: for each question the number, or the answer, that is right
    :param answers: answer of each document; a list of answers names each once, where its best document stands

    >>> quality([[3, 1], [2, 0]], [1, 9])
    (0.25, 0.5)
    >>> quality([[0, 1, 2]], ["b"], answers=["a", "a", "b"])
    (0.5, 1.0)
    """
    reciprocal = found = 0.0
    for ranking, right in zip(rankings, wanted, strict=True):
        named = list(dict.fromkeys(answers[number] for number in ranking)) if answers else ranking
        if right in named[:10]:
            place = named.index(right)
            reciprocal += 1 / (place + 1)
            found += place < 5
    return reciprocal / len(wanted), found / len(wanted)

"""Measures of a forecast against what came true, with NumPy alone.

Each takes plain arrays of equal length and answers None where the question has no answer (nobody came back, nobody
stayed away, an empty list), so that a screen can say "too few to tell" and never shows a figure made of nothing.
"""

ALARM = (0.8, 1.25)  # predicted / actual outside this range means that the model no longer fits the library


def auc(happened, score):
    """Area under the ROC curve: chance that somebody to whom it happened has the higher score; ties count half.

    :param happened: array of bool
    :param score: array of float, higher means more likely
    :return: float in 0..1, or None if it happened to all or to none

    >>> auc([False, False, True, True], [.1, .4, .35, .8])
    0.75
    >>> auc([True, True], [1, 2]) is None
    True
    """
    import numpy as np
    import pandas as pd

    happened = np.asarray(happened, dtype=bool)
    positive = int(happened.sum())
    negative = len(happened) - positive
    if not positive or not negative:
        return None
    ranks = pd.Series(np.asarray(score, dtype=float)).rank().to_numpy()
    return float((ranks[happened].sum() - positive * (positive + 1) / 2) / (positive * negative))


def brier(happened, chance):
    """Mean squared distance between the chance given and what came true; 0 is perfect, None without data.

    >>> round(brier([True, False], [.9, .2]), 3)
    0.025
    """
    import numpy as np

    happened, chance = np.asarray(happened, dtype=float), np.asarray(chance, dtype=float)
    return float(((chance - happened) ** 2).mean()) if len(happened) else None


def ratio(happened, chance):
    """Predicted / actual: how many were expected for each to whom it happened; None if it happened to nobody.

    >>> ratio([True, False, True, False], [.5, .5, .5, .5])
    1.0
    """
    import numpy as np

    actual = float(np.asarray(happened, dtype=float).sum())
    return float(np.asarray(chance, dtype=float).sum() / actual) if actual else None


def alarm(predicted_to_actual):
    """Whether predicted / actual has left `ALARM`; what cannot be known raises none.

    >>> alarm(1.0), alarm(0.79), alarm(1.26), alarm(None)
    (False, True, True, False)
    """
    return predicted_to_actual is not None and not ALARM[0] <= predicted_to_actual <= ALARM[1]


def recall_and_ndcg(recommended, wanted, n=10):
    """Recall@n and NDCG@n, averaged over those who wanted anything.

    :param recommended: {person: list of things, best first}
    :param wanted: {person: set of things}
    :return: (recall, ndcg, persons judged); (None, None, 0) if nobody wanted anything

    >>> recall_and_ndcg({"ana": ["x", "y"]}, {"ana": {"x", "z"}}, n=2)
    (0.5, 0.6131471927654584, 1)
    """
    from math import log2

    recalls, gains = [], []
    for person, things in wanted.items():
        if not things:
            continue
        hits = [thing in things for thing in list(recommended.get(person, ()))[:n]]
        best = sum(1 / log2(place + 2) for place in range(min(n, len(things))))
        recalls.append(sum(hits) / len(things))
        gains.append(sum(1 / log2(place + 2) for place, hit in enumerate(hits) if hit) / best)
    if not recalls:
        return None, None, 0
    return sum(recalls) / len(recalls), sum(gains) / len(gains), len(recalls)

"""How well people agree who code the same things on an ordered scale: weighted kappa, with its interval.

Kappa is scikit-learn's; for more than two people it is the mean over all pairs (R. J. Light, Psychological Bulletin 76
(1971) 365-377). The interval is SciPy's bootstrap over the things that were coded.
"""

from itertools import combinations
from warnings import catch_warnings, simplefilter

FEWEST_THINGS = 5
"""Fewer things coded in common say nothing."""
RESAMPLES = 500
DRIFT_CLEAR = 0.1
"""A kappa that moved by less is no news."""
WORDS = (
    (0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"), (1.01, "almost_perfect"),
)
"""J. R. Landis and G. G. Koch, Biometrics 33 (1977) 159-174; upper limits."""


def kappa(one, other, levels, weights="quadratic"):
    """Weighted kappa of two people.

    :param one, other: their codes of the same things, in the same order
    :param levels: all codes of the scale in order
    :param weights: "quadratic", "linear" or None
    :return: -1 … 1; None where it is not defined, because both gave one and the same code throughout

    >>> round(kappa([1, 2, 3, 4], [1, 2, 3, 3], range(1, 7)), 2)
    0.88
    >>> kappa([2, 2], [2, 2], range(1, 7)) is None
    True
    """
    from sklearn.metrics import cohen_kappa_score

    if not len(one) or len(set(one) | set(other)) < 2:
        return None
    return float(cohen_kappa_score(one, other, labels=list(levels), weights=weights))


def agreement(codes, levels, weights="quadratic", fewest=FEWEST_THINGS, seed=1, person=None):
    """How well some people agree.

    :param codes: {person: {thing: code}}; only things that two people both coded count for them
    :param person: how well this one agrees with each of the others; without it, all with all
    :return: dict: told, n (things that at least two coded), people, value, low, high, word (WORDS)
    """
    pairs = _pairs(codes, person)
    things = sorted({thing for pair in pairs for thing in pair}, key=str)
    nothing = {"told": False, "n": len(things), "people": len(codes), **dict.fromkeys(("value", "low", "high", "word"))}
    if len(things) < fewest:
        return nothing
    value = _mean_kappa(pairs, things, levels, weights)
    if value is None:
        return nothing
    low, high = _interval(pairs, things, levels, weights, seed)
    return {"told": True, "n": len(things), "people": len(codes), "value": value, "low": low, "high": high,
            "word": word_of(value)}


def word_of(value):
    """The customary word for a kappa.

    >>> word_of(0.65), word_of(-0.1)
    ('substantial', 'poor')
    """
    return next(word for limit, word in WORDS if value < limit)


def drift(before, now):
    """What became of the agreement since it was last looked at.

    :param before, now: answers of `agreement`
    :return: "better", "worse" (the intervals lie apart), "perhaps_better", "perhaps_worse", "same", or None

    >>> one = {"told": True, "value": 0.8, "low": 0.7, "high": 0.9}
    >>> drift(one, {"told": True, "value": 0.3, "low": 0.1, "high": 0.5})
    'worse'
    """
    if not before["told"] or not now["told"]:
        return None
    moved = now["value"] - before["value"]
    if now["low"] > before["high"]:
        return "better"
    if now["high"] < before["low"]:
        return "worse"
    if abs(moved) < DRIFT_CLEAR:
        return "same"
    return "perhaps_better" if moved > 0 else "perhaps_worse"


def _pairs(codes, person):
    """For each two people, one of them `person` if there is one, {thing: (code, code)} of what both coded."""
    found = []
    for first, second in combinations(codes, 2):
        if person is not None and person not in (first, second):
            continue
        one, other = codes[first], codes[second]
        both = {thing: (one[thing], other[thing]) for thing in one if thing in other}
        if both:
            found.append(both)
    return found


def _mean_kappa(pairs, things, levels, weights):
    """The mean over all pairs in which it is defined; things may come several times."""
    values = []
    for pair in pairs:
        both = [pair[thing] for thing in things if thing in pair]
        value = kappa([one for one, _other in both], [other for _one, other in both], levels, weights)
        if value is not None:
            values.append(value)
    return sum(values) / len(values) if values else None


def _interval(pairs, things, levels, weights, seed):
    """Percentiles of the bootstrap; draws in which nothing is defined count as full agreement."""
    import numpy as np
    from scipy.stats import bootstrap

    def statistic(sample):
        value = _mean_kappa(pairs, [things[int(number)] for number in sample], levels, weights)
        return 1.0 if value is None else value

    with catch_warnings():
        simplefilter("ignore")  # a bootstrap without spread warns, and its interval is the value
        found = bootstrap(
            (np.arange(len(things)),), statistic, n_resamples=RESAMPLES, vectorized=False, method="percentile",
            random_state=np.random.default_rng(seed),
        ).confidence_interval
    return float(found.low), float(found.high)

"""Those who did something beside others like them who did not: pairs, and the difference with an interval.

Pairs agree exactly in what has no order (type, stage) and are nearest in what is counted (uses before). A person
stands in one pair at most. It is no proof: whoever took part wanted to, and that is not among the things compared.
"""

FEWEST = 5
SURE = 0.95
FURTHEST = 0.5
"""Two people are alike in a count if they lie at most so many standard deviations of the counts apart."""


def pairs(treated, others, furthest=FURTHEST):
    """Find for each of `treated` the nearest of `others` that nobody has taken.

    The best assignment within each group of equal `exact` values; whoever is too far away stays alone.

    :param treated, others: lists of dicts with `id`, `exact` (tuple) and `counts` (tuple of numbers, equal lengths)
    :return: list of (id of the treated, id of the other)

    >>> def person(number, kind, uses): return {"id": number, "exact": (kind,), "counts": (uses,)}
    >>> pairs([person(1, "a", 5), person(2, "a", 6)], [person(7, "a", 6), person(8, "a", 5), person(9, "b", 5)])
    [(1, 8), (2, 7)]
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    people = [*treated, *others]
    if not treated or not others:
        return []
    counts = np.log1p(np.array([one["counts"] for one in people], dtype=float))
    spread = counts.std(axis=0)
    scaled = counts / np.where(spread > 0, spread, 1.0)
    places = {}
    for number, one in enumerate(people):
        places.setdefault(one["exact"], ([], []))[number >= len(treated)].append(number)
    found = []
    for ours, theirs in places.values():
        if not ours or not theirs:
            continue
        apart = cdist(scaled[ours], scaled[theirs])
        # a pair that is too far apart costs more than any number of good ones
        costs = np.where(apart > furthest, 1e6 + apart, apart)
        for row, column in zip(*linear_sum_assignment(costs), strict=True):
            if apart[row, column] <= furthest:
                found.append((people[ours[row]]["id"], people[theirs[column]]["id"]))
    return sorted(found)


def difference(values, fewest=FEWEST):
    """The mean difference within pairs, with the interval of Student's t for pairs.

    :param values: list of (value of the treated, value of the other)
    :return: dict `told`, `n`, `treated`, `other`, `value`, `low`, `high`, `clear` (the interval does not hold 0);
        `told` is False and all numbers but `n` are None where fewer than `fewest` pairs are known

    >>> difference([(1, 2)])["told"]
    False
    """
    n = len(values)
    names = ("treated", "other", "value", "low", "high", "clear")
    if n < max(fewest, 2):
        return {"told": False, "n": n, **dict.fromkeys(names)}
    import numpy as np
    from scipy.stats import ttest_rel

    left, right = np.array(values, dtype=float).T
    middle = float((left - right).mean())
    if np.ptp(left - right) == 0:
        low = high = middle
    else:
        interval = ttest_rel(left, right).confidence_interval(SURE)
        low, high = float(interval.low), float(interval.high)
    return {"told": True, "n": n, "treated": float(left.mean()), "other": float(right.mean()), "value": middle,
            "low": low, "high": high, "clear": low > 0 or high < 0}

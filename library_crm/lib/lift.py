"""Two groups beside each other: difference, lift and how sure one may be, and nothing about fewer than five people.

A rate's interval is Wilson's, a difference's Newcombe's (1998, method 10), a lift's Katz's on the logarithm: all hold
for small groups and for rates near 0 and 1 better than the textbook formula.
"""

from math import exp, inf, log, sqrt

Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations
FEWEST = 5


def wilson(hits, count, z=Z):
    """Interval of a rate: (low, high); (0.0, 1.0) if nobody was asked.

    >>> [round(limit, 3) for limit in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not count:
        return 0.0, 1.0
    rate, more = hits / count, z * z / count
    middle = (rate + more / 2) / (1 + more)
    half = z / (1 + more) * sqrt(rate * (1 - rate) / count + more / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def compare(hits, count, other_hits, other_count, fewest=FEWEST, z=Z):
    """One group's rate beside another's.

    :param hits, count: members of the group of whom it is true, and all; `other_`: of the group beside it
    :param fewest: if either group has fewer members, or a figure would tell of fewer, nothing is said
    :return: dict: `told` (False: all figures are None), `n`, `other_n`, `rate`, `rate_low`, `rate_high`, `other_rate`,
        `other_low`, `other_high`, `difference`, `difference_low`, `difference_high`, `lift` (rate / other rate),
        `lift_low`, `lift_high`, `clear` (the interval of the difference does not hold 0)
    :raise ValueError: if more hits than members, or a negative number

    >>> found = compare(40, 100, 20, 100)
    >>> round(found["difference"], 2), round(found["lift"], 2), found["clear"]
    (0.2, 2.0, True)
    >>> compare(1, 3, 20, 100)["told"]
    False
    """
    if not (0 <= hits <= count and 0 <= other_hits <= other_count):
        raise ValueError("hits must lie between 0 and the number of members")
    keys = ("n", "other_n", "rate", "rate_low", "rate_high", "other_rate", "other_low", "other_high", "difference",
            "difference_low", "difference_high", "lift", "lift_low", "lift_high", "clear")
    if not _may_tell(hits, count, fewest) or not _may_tell(other_hits, other_count, fewest):
        return {"told": False, **dict.fromkeys(keys)}
    rate, other = hits / count, other_hits / other_count
    low, high = wilson(hits, count, z)
    other_low, other_high = wilson(other_hits, other_count, z)
    difference = rate - other
    down = difference - sqrt((rate - low) ** 2 + (other_high - other) ** 2)
    up = difference + sqrt((high - rate) ** 2 + (other - other_low) ** 2)
    values = (count, other_count, rate, low, high, other, other_low, other_high, difference, down, up,
              *_lift(hits, count, other_hits, other_count, z), down > 0 or up < 0)
    return {"told": True, **dict(zip(keys, values, strict=True))}


def compare_groups(frame, group, outcome, fewest=FEWEST, z=Z):
    """Each group beside all others together.

    :param frame: DataFrame, one row a person
    :param group, outcome: names of its columns; the outcome is a truth value; rows without one are left out
    :return: DataFrame, a row a group in sorted order: `group` and the keys of `compare`
    """
    import pandas as pd

    rows = frame[[group, outcome]].dropna()
    counted = rows[outcome].astype(bool).groupby(rows[group], sort=True).agg(["sum", "size"])
    hits, count = int(counted["sum"].sum()), int(counted["size"].sum())
    return pd.DataFrame([
        {"group": name, **compare(int(one["sum"]), int(one["size"]), hits - int(one["sum"]), count - int(one["size"]),
                                  fewest, z)}
        for name, one in counted.iterrows()
    ])


def _may_tell(hits, count, fewest):
    """Whether a rate tells of at least `fewest` people; all and none of a group large enough is telling of all."""
    missed = count - hits
    return count >= max(fewest, 1) and all(part == 0 or part >= fewest for part in (hits, missed))


def _lift(hits, count, other_hits, other_count, z):
    """(lift, low, high); infinite where the other group has none, 1 where both have none."""
    if not hits and not other_hits:
        return 1.0, 0.0, inf
    if not other_hits:
        return inf, 1.0, inf
    if not hits:
        return 0.0, 0.0, 1.0
    lift = (hits / count) / (other_hits / other_count)
    spread = z * sqrt(1 / hits - 1 / count + 1 / other_hits - 1 / other_count)
    return lift, exp(log(lift) - spread), exp(log(lift) + spread)

"""A figure before and after a change: the difference, how sure one may be of it, and what that says.

Nothing is said about fewer than five on either side.
"""

from dataclasses import dataclass

from .lift import Z, wilson

FEWEST = 5
MONTH = 30
SEED = 20
RESAMPLES = 2000


@dataclass(frozen=True)
class Sample:
    """What was counted in a period.

    :ivar values: one number for each case, or the hits where `count` is the number of those asked
    """

    values: tuple = ()
    hits: int = 0
    count: int = 0
    days: int = 0


@dataclass(frozen=True)
class Change:
    """`difference` is after minus before, for counts the ratio after : before; `none` is its value if nothing changed.

    Figures are None where there are too few.
    """

    before: float | None
    after: float | None
    n_before: int
    n_after: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    none: float = 0.0


def share(before, after):
    """Shares beside each other; the interval is Newcombe's.

    >>> found = share(Sample(hits=40, count=100), Sample(hits=70, count=100))
    >>> round(found.difference, 2), round(found.low, 3), round(found.high, 3)
    (0.3, 0.164, 0.422)
    """
    values = [one.hits / one.count if one.count else None for one in (before, after)]
    base = (*values, before.count, after.count)
    if min(before.count, after.count) < FEWEST:
        return Change(*base)
    (low_b, high_b), (low_a, high_a) = (wilson(one.hits, one.count, Z) for one in (before, after))
    rate_b, rate_a = values
    difference = rate_a - rate_b
    low = difference - ((rate_a - low_a) ** 2 + (high_b - rate_b) ** 2) ** 0.5
    high = difference + ((high_a - rate_a) ** 2 + (rate_b - low_b) ** 2) ** 0.5
    return Change(*base, difference, low, high)


def mean(before, after):
    """Means beside each other; the interval is Welch's, from SciPy."""
    from scipy.stats import ttest_ind  # noqa: PLC0415

    base = _base(before, after, lambda values: sum(values) / len(values))
    if min(base[2:]) < FEWEST:
        return Change(*base)
    difference = base[1] - base[0]
    if len(set(before.values)) == len(set(after.values)) == 1:
        return Change(*base, difference, difference, difference)
    interval = ttest_ind(after.values, before.values, equal_var=False).confidence_interval(0.95)
    return Change(*base, difference, float(interval.low), float(interval.high))


def median(before, after):
    """Medians beside each other; the interval is SciPy's bootstrap, with the same draws each time."""
    import numpy as np  # noqa: PLC0415
    from scipy.stats import bootstrap  # noqa: PLC0415

    base = _base(before, after, lambda values: float(np.median(values)))
    if min(base[2:]) < FEWEST:
        return Change(*base)
    difference = base[1] - base[0]
    if len(set(before.values)) == len(set(after.values)) == 1:
        return Change(*base, difference, difference, difference)
    found = bootstrap(
        (np.array(after.values), np.array(before.values)),
        lambda one, other, axis: np.median(one, axis=axis) - np.median(other, axis=axis),
        n_resamples=RESAMPLES, method="percentile", random_state=SEED,
    ).confidence_interval
    return Change(*base, difference, float(found.low), float(found.high))


def rate(before, after):
    """Events a month beside each other; the interval of their ratio is the exact conditional one, from SciPy.

    Given the sum of both, the later count is binomial (Przyborowski and Wilenski 1940).
    """
    from scipy.stats import binomtest  # noqa: PLC0415

    monthly = [one.count * MONTH / one.days if one.days else None for one in (before, after)]
    base = (*monthly, before.count, after.count)
    both = before.count + after.count
    if both < FEWEST or not before.days or not after.days:
        return Change(*base, none=1.0)
    interval = binomtest(after.count, both).proportion_ci(0.95, method="exact")
    longer = before.days / after.days
    ratios = [_odds(one) * longer for one in (after.count / both, interval.low, interval.high)]
    return Change(*base, *ratios, none=1.0)


def _odds(chance):
    return chance / (1 - chance) if chance < 1 else float("inf")


def _base(before, after, figure):
    values = [figure(one.values) if one.values else None for one in (before, after)]
    return (*values, len(before.values), len(after.values))


def verdict(change, is_more_better, margin):
    """What a change says: 'better', 'worse', 'same' or 'unsure'.

    :param bool is_more_better: False where a small figure is a good one
    :param float margin: differences within it do not matter; 'same' only if the whole interval lies in it
    """
    if change.low is None:
        return "unsure"
    low, high = change.low - change.none, change.high - change.none
    if low > 0 or high < 0:
        return "better" if (low > 0) == is_more_better else "worse"
    return "same" if -margin <= low and high <= margin else "unsure"

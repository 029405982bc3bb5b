"""Minutes that were not spent because somebody had found the answer before: with the doubt in figures.

A case of a READ level that reused something is set against the median of cases of the same level that had nothing to
reuse. Both sides are samples; how much the sum could have come out otherwise is asked by drawing them anew (bootstrap,
percentiles).
"""

from typing import NamedTuple

LEAST = 5
"""Cases on either side, under which nothing is said."""
ROUNDS = 1000
CONFIDENCE = 0.95


class Value(NamedTuple):
    """What reuse was worth; without enough cases, only how many there are."""

    first: int
    reused: int
    median_first: float | None = None
    median_reused: float | None = None
    minutes: float | None = None
    low: float | None = None
    high: float | None = None


def avoided(first, reused, rounds=ROUNDS, seed=0):
    """Minutes avoided in all, and how sure that is.

    :param first: {level: minutes of cases without anything to reuse}
    :param reused: {level: minutes of cases that reused something}
    :return: {level: Value}, and under None the sum of the levels that have enough cases
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    values, sums, told = {}, np.zeros(rounds), []
    for level in sorted(set(first) | set(reused)):
        old, new = (np.asarray(side.get(level, []), dtype=float) for side in (first, reused))
        if min(len(old), len(new)) < LEAST:
            values[level] = Value(len(old), len(new))
            continue
        drawn = np.array([_sum(draw.choice(old, len(old)), draw.choice(new, len(new))) for _round in range(rounds)])
        sums += drawn
        told.append(level)
        values[level] = Value(
            len(old), len(new), float(np.median(old)), float(np.median(new)), float(_sum(old, new)), *_interval(drawn)
        )
    counts = [sum(value[place] for value in values.values()) for place in (0, 1)]
    if not told:
        return {**values, None: Value(*counts)}
    counts = [sum(values[level][place] for level in told) for place in (0, 1)]
    total = sum(values[level].minutes for level in told)
    return {**values, None: Value(*counts, None, None, total, *_interval(sums))}


def _sum(old, new):
    import numpy as np

    return np.median(old) * len(new) - new.sum()


def _interval(drawn):
    import numpy as np

    rest = (1 - CONFIDENCE) / 2 * 100
    return tuple(float(value) for value in np.percentile(drawn, [rest, 100 - rest]))

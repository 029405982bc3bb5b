"""Figures of surveys with how sure one may be of them. The statistics are SciPy's; here they only get their names.

Every figure is a dict that holds `told`: False where too few answered for it to be said, and then all numbers but `n`
are None.
"""

from math import sqrt

FEWEST = 5
FEWEST_NPS = 30
SURE = 0.95
LEAST_EXPECTED = 5
"""Below so many expected answers in a cell the chi-squared test is not to be trusted (Cochran 1954)."""
CLEAR = 0.05
WEAK, STRONG = 0.1, 0.3
"""Cramér's V: below the first the difference is small, from the second on large (Cohen 1988, for two rows)."""


def share(hits, n, fewest=FEWEST):
    """A share with Wilson's interval.

    :return: told, n, hits, value, low, high; all shares in 0…1

    >>> found = share(81, 263)
    >>> round(found["low"], 4), round(found["high"], 4)
    (0.2553, 0.3662)
    """
    if n < fewest:
        return {"told": False, "n": n, **dict.fromkeys(("hits", "value", "low", "high"))}
    from scipy.stats import binomtest

    interval = binomtest(int(hits), int(n)).proportion_ci(SURE, method="wilson")
    return {"told": True, "n": n, "hits": hits, "value": hits / n,
            "low": float(interval.low), "high": float(interval.high)}


def mean(counts, fewest=FEWEST):
    """The mean of answers on a scale, with the interval of Student's t.

    :param counts: {value: number of answers}
    :return: told, n, value, sd, low, high; without spread the interval is the value
    """
    n = sum(counts.values())
    if n < max(fewest, 2):
        return {"told": False, "n": n, **dict.fromkeys(("value", "sd", "low", "high"))}
    total = sum(value * count for value, count in counts.items())
    squares = sum(value * value * count for value, count in counts.items())
    return mean_of_sums(n, total, squares, fewest)


def mean_of_sums(n, total, squares, fewest=FEWEST):
    """`mean` from the sum of the answers and the sum of their squares."""
    if n < max(fewest, 2):
        return {"told": False, "n": n, **dict.fromkeys(("value", "sd", "low", "high"))}
    from scipy.stats import t

    middle = total / n
    sd = sqrt(max(0.0, (squares - n * middle * middle) / (n - 1)))
    low, high = t.interval(SURE, n - 1, loc=middle, scale=sd / sqrt(n)) if sd else (middle, middle)
    return {"told": True, "n": n, "value": middle, "sd": sd, "low": float(low), "high": float(high)}


def nps(promoters, detractors, n, fewest=FEWEST_NPS):
    """Net promoter score in points from -100 to 100, with its standard error.

    The score is the mean of +1, 0 and -1; its variance is that of one draw from three kinds of answers.

    :param promoters: answers of 9 and 10; `detractors`: of 0 to 6; `n`: all
    :return: told, n, value, error, low, high, promoters, detractors (shares in 0…1)

    >>> found = nps(162, 54, 324)
    >>> round(found["value"], 1), round(found["error"], 1)
    (33.3, 4.1)
    """
    if n < max(fewest, 1):
        names = ("value", "error", "low", "high", "promoters", "detractors")
        return {"told": False, "n": n, **dict.fromkeys(names)}
    from scipy.stats import norm, rv_discrete

    shares = (detractors / n, (n - promoters - detractors) / n, promoters / n)
    one = rv_discrete(values=((-1, 0, 1), shares))
    value, error = 100 * one.mean(), 100 * one.std() / sqrt(n)
    low, high = norm.interval(SURE, loc=value, scale=error) if error else (value, value)
    return {
        "told": True, "n": n, "value": float(value), "error": float(error),
        "low": max(-100.0, float(low)), "high": min(100.0, float(high)),
        "promoters": promoters / n, "detractors": detractors / n,
    }


def response(answered, asked, fewest=FEWEST):
    """How many of those who were asked have answered; `share` under its own name."""
    return share(answered, asked, fewest)


def nonresponse(groups, fewest=FEWEST):
    """Whether those who answered differ from those who were asked.

    Pearson's chi-squared test on answered and not answered by group, and Cramér's V for how much it matters. Groups in
    which fewer than `fewest` were asked are left out.

    :param groups: {name: (answered, asked)}
    :return: told, n (asked), statistic, degrees, p, v, verdict: "same" (no sign of a difference), "small", "some",
        "large", "few" (too few for the test), and `rates` {name: share()}
    """
    kept = {name: pair for name, pair in groups.items() if pair[1] >= fewest}
    rates = {name: share(answered, asked, fewest) for name, (answered, asked) in kept.items()}
    n = sum(asked for _answered, asked in kept.values())
    nothing = {"told": False, "n": n, "statistic": None, "degrees": None, "p": None, "v": None, "verdict": "few",
               "rates": rates}
    table = [[answered, asked - answered] for answered, asked in kept.values()]
    if len(table) < 2 or not all(sum(column) for column in zip(*table, strict=True)):
        return nothing
    from scipy.stats import chi2_contingency
    from scipy.stats.contingency import association

    found = chi2_contingency(table, correction=False)
    if found.expected_freq.min() < LEAST_EXPECTED:
        return nothing
    v = float(association(table, method="cramer"))
    verdict = "same" if found.pvalue >= CLEAR else "small" if v < WEAK else "some" if v < STRONG else "large"
    return {"told": True, "n": n, "statistic": float(found.statistic), "degrees": int(found.dof),
            "p": float(found.pvalue), "v": v, "verdict": verdict, "rates": rates}

"""How many uses to expect: BG/NBD of Fader, Hardie and Lee (2005), fitted with SciPy.

While active, a patron comes at random at a rate of their own (gamma over patrons: r, alpha); after each visit they
may leave for good with a chance of their own (beta over patrons: a, b). There is deliberately no "probability of being
alive": it is 1 for everybody with one visit and ordered patrons worse than chance on public data. For who comes back
see `comeback`; this is for the number of visits to expect.
"""

from dataclasses import asdict, dataclass

LIMIT = 9.0  # of the logarithm of a parameter


@dataclass(frozen=True)
class Fit:
    """Parameters found, the log likelihood they reach and how many patrons they come from."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    patrons: int

    def to_dict(self):
        """The fit as a dictionary of numbers, for JSON."""
        return asdict(self)


def summarise(events, cut, patron="patron", date="date", unit_days=7):
    """What BG/NBD needs to know of each patron at the end of the day `cut`.

    :return: DataFrame indexed by patron: `repeats` (visit days after the first), `recency` (time from the first to
        the last), `age` (time from the first to the cut); times in units of `unit_days`
    """
    import pandas as pd

    from . import visits

    found = visits.summary(events, cut, patron, date)
    return pd.DataFrame({
        "repeats": found["visit_days"] - 1,
        "recency": (found["tenure_days"] - found["days_since"]) / unit_days,
        "age": found["tenure_days"] / unit_days,
    })


def fit(history, minimum=2):
    """Maximum likelihood.

    :param history: DataFrame as `summarise` gives it
    :return: Fit, or None if fewer than `minimum` patrons or nobody has come again
    """
    import numpy as np
    from scipy.optimize import minimize

    if len(history) < minimum or not (history["repeats"] > 0).any() or not (history["age"] > 0).any():
        return None
    grouped = history.groupby(["repeats", "recency", "age"]).size().reset_index(name="patrons")
    columns = [grouped[name].to_numpy(dtype=float) for name in ("repeats", "recency", "age")]
    weight = grouped["patrons"].to_numpy(dtype=float)
    # time is measured so that the oldest patron is 10 units old, or alpha would be far from the other parameters
    scale = 10 / columns[2].max()
    columns[1:] = [column * scale for column in columns[1:]]

    def parameters(logs):
        # where nobody ever leaves, a and b run away together; beyond these limits nothing changes any more
        return np.exp(np.clip(logs, -LIMIT, LIMIT))

    def loss(logs):
        return -float((weight * _log_likelihood(parameters(logs), *columns)).sum()) / weight.sum()

    best = None
    for start in ((0.0, 0.0, 0.0, 0.0), (-1.0, 0.0, 0.0, 1.0)):
        found = minimize(loss, np.array(start), method="L-BFGS-B", bounds=[(-LIMIT, LIMIT)] * 4,
                         options={"maxiter": 2000, "ftol": 1e-14, "gtol": 1e-9})
        found = minimize(loss, found.x, method="Nelder-Mead",
                         options={"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-13})
        if best is None or found.fun < best.fun:
            best = found
    r, alpha, a, b = (float(value) for value in parameters(best.x))
    alpha = float(alpha / scale)
    columns[1:] = [column / scale for column in columns[1:]]
    reached = float((weight * _log_likelihood((r, alpha, a, b), *columns)).sum())
    return Fit(r, alpha, a, b, reached, len(history))


def log_likelihood(parameters, history):
    """Log likelihood of a history.

    :param parameters: Fit, or (r, alpha, a, b)
    :param history: DataFrame as `summarise` gives it
    """
    columns = (history[name].to_numpy(dtype=float) for name in ("repeats", "recency", "age"))
    return float(_log_likelihood(_four(parameters), *columns).sum())


def expected_uses(parameters, history, time):
    """Visit days to expect of each patron in the next `time` units, given their history (equation 10 of the paper).

    :param parameters: Fit, or (r, alpha, a, b)
    :param history: DataFrame as `summarise` gives it
    :param time: number, in the units of the history
    :return: Series of float with the index of `history`
    """
    import numpy as np
    import pandas as pd
    from scipy.special import hyp2f1

    r, alpha, a, b = _four(parameters)
    if abs(a - 1) < 1e-9:
        a += 1e-6  # the formula divides by a - 1; its limit is smooth
    x, recency, age = (history[name].to_numpy(dtype=float) for name in ("repeats", "recency", "age"))
    z = time / (alpha + age + time)
    log_power = (r + x) * (np.log(alpha + age) - np.log(alpha + age + time))
    p, q, s = r + x, b + x, a + b + x - 1
    with np.errstate(over="ignore", invalid="ignore"):
        power = np.exp(log_power) * hyp2f1(p, q, s, z)
        # the function leaves the range of floats for frequent patrons; by Euler's transformation it does not
        euler = np.exp(log_power + (s - p - q) * np.log1p(-z)) * hyp2f1(s - p, s - q, s, z)
    power = np.where(np.isfinite(power), power, np.where(np.isfinite(euler), euler, 0.0))
    first = s / (a - 1) * (1 - power)
    ratio = np.where(
        x > 0, a / (b + np.maximum(x, 1) - 1) * np.exp((r + x) * (np.log(alpha + age) - np.log(alpha + recency))), 0.0)
    return pd.Series(first / (1 + ratio), index=history.index, name="expected_uses")


def evaluate_bgnbd(events, cut, horizon_days, patron="patron", date="date", unit_days=7):
    """Fit at `cut` and expect the visit days of the next `horizon_days`.

    :return: dict: `patrons`, `fit` (Fit or None), `expected` and `actual` (visit days of all patrons together after
        the cut), `ratio` (expected / actual) and `auc` (of the expected number, for who came at all)
    """
    import pandas as pd

    from . import metrics, visits

    history = summarise(events, cut, patron, date, unit_days)
    found = fit(history)
    cut = pd.Timestamp(cut)
    days = pd.DataFrame({"patron": events[patron].to_numpy(), "day": visits.moments(events[date]).dt.normalize()})
    after = days[(days["day"] > cut) & (days["day"] <= cut + pd.Timedelta(days=horizon_days))].drop_duplicates()
    actual = int(after["patron"].isin(history.index).sum())
    if found is None:
        return {"patrons": len(history), "fit": None, "expected": None, "actual": actual, "ratio": None, "auc": None}
    expected = expected_uses(found, history, horizon_days / unit_days)
    returned = visits.came_back(events, cut, horizon_days, history.index, patron, date)
    return {
        "patrons": len(history), "fit": found, "expected": float(expected.sum()), "actual": actual,
        "ratio": float(expected.sum()) / actual if actual else None, "auc": metrics.auc(returned, expected),
    }


def _four(parameters):
    if isinstance(parameters, Fit):
        return parameters.r, parameters.alpha, parameters.a, parameters.b
    return tuple(float(value) for value in parameters)


def _log_likelihood(parameters, x, recency, age):
    """Log likelihood of each history (equation 6 of the paper)."""
    import numpy as np
    from scipy.special import betaln, gammaln

    r, alpha, a, b = parameters
    shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stayed = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
    again = np.maximum(x, 1)
    left = betaln(a + 1, b + again - 1) - betaln(a, b) - (r + x) * np.log(alpha + recency)
    return shared + np.where(x > 0, np.logaddexp(stayed, left), stayed)

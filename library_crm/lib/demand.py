"""How much of each subject class will be asked for in the months to come.

With two years of data a month is expected as the mean of the same month in all years, else as the mean of the last
twelve months: classes of a library look sparse but are seasonal. The interval comes from the errors that the same rule
would have made in the last twelve months. A class begins with its first use; the empty months before are no data.
"""

SEASON = 12
INTERVAL = 0.8
WIDTH = 0.5  # half of its size: what a class month is uncertain by where no season of errors is known


def monthly_counts(events, last=None, first=None, date="date", subject="subject", uses=None):
    """Uses by month and subject, months without use included.

    :param events: DataFrame; rows without date or subject are left out
    :param first, last: first and last month (dates); by default those of the events
    :param uses: name of a column of numbers, if a row stands for more than one use
    :return: DataFrame indexed by month (monthly PeriodIndex) with a column for each subject
    """
    import pandas as pd

    from . import visits

    rows = pd.DataFrame({
        "month": visits.moments(events[date]).dt.to_period("M").to_numpy(),
        "subject": events[subject].to_numpy(), "uses": events[uses].to_numpy() if uses else 1,
    }).dropna()
    begin = pd.Period(first, "M") if first is not None else rows["month"].min()
    end = pd.Period(last, "M") if last is not None else rows["month"].max()
    if rows.empty or begin is pd.NaT or end < begin:
        return pd.DataFrame(index=pd.PeriodIndex([], freq="M", name="month"))
    table = rows.pivot_table(index="month", columns="subject", values="uses", aggfunc="sum", fill_value=0)
    months = pd.period_range(begin, end, freq="M", name="month")
    return table.reindex(months, fill_value=0).astype(float).rename_axis(columns=None)


def forecast(counts, horizon=6, interval=INTERVAL):
    """What to expect in the `horizon` months after the last one of `counts`.

    :param counts: DataFrame as `monthly_counts` gives it
    :return: DataFrame, a row for each subject and month: `subject`, `month` (Period), `expected`, `low`, `high`,
        `method` ("same_month", "mean" or "nothing" for a class that was never used)
    """
    import pandas as pd

    rows = []
    for name in counts.columns:
        values = counts[name].to_numpy(dtype=float)
        expected, method = _expect(values, horizon)
        down, up = _errors(values, interval)
        for step in range(horizon):
            middle = float(expected[step])
            low, high = (-WIDTH * middle, WIDTH * middle) if down is None else (down, up)
            month = counts.index[-1] + 1 + step
            rows.append((name, month, middle, max(0.0, middle + low), middle + high, method))
    return pd.DataFrame(rows, columns=["subject", "month", "expected", "low", "high", "method"])


def evaluate_demand(events, first_origin, last_origin, horizon=6, fewest_uses=50, date="date", subject="subject",
                    uses=None):
    """Mean absolute scaled error with rolling origins: the first month forecast moves from one origin to the other.

    A class is judged from each origin before which it had at least `fewest_uses` uses and two years of data; its error
    is scaled by what the naive forecast of one month to the next missed on average before the origin.

    :return: dict: `series` (class and origin pairs judged), `mase`: {method: mean} of `same_month` (our rule),
        `seasonal_naive`, `mean` (of twelve months) and `naive`, `under_naive` (share by which ours is below it),
        `covered` (share of months within our interval); figures None if nothing could be judged
    """
    import numpy as np
    import pandas as pd

    counts = monthly_counts(events, date=date, subject=subject, uses=uses)
    found = {name: [] for name in ("same_month", "seasonal_naive", "mean", "naive")}
    covered = []
    for origin in pd.period_range(first_origin, last_origin, freq="M"):
        before, after = counts[counts.index < origin], counts[counts.index >= origin].iloc[:horizon]
        if len(after) < horizon:
            continue
        for name in counts.columns:
            values = _from_first_use(before[name].to_numpy(dtype=float))
            scale = float(np.abs(np.diff(values)).mean()) if len(values) > 1 else 0.0
            if len(values) < 2 * SEASON or values.sum() < fewest_uses or not scale:
                continue
            actual = after[name].to_numpy(dtype=float)
            for method, expected in _methods(values, horizon).items():
                found[method].append(float(np.abs(actual - expected).mean()) / scale)
            expected, (down, up) = _methods(values, horizon)["same_month"], _errors(values, INTERVAL)
            if down is not None:
                covered.append(float(((actual >= expected + down) & (actual <= expected + up)).mean()))
    mase = {name: float(np.mean(values)) if values else None for name, values in found.items()}
    return {
        "series": len(found["naive"]), "mase": mase,
        "under_naive": 1 - mase["same_month"] / mase["naive"] if mase["naive"] else None,
        "covered": float(np.mean(covered)) if covered else None,
    }


def _methods(values, horizon):
    """{method: expected months} of our rule and of those beside it."""
    import numpy as np

    return {
        "same_month": _expect(values, horizon)[0],
        "seasonal_naive": values[len(values) - SEASON + np.arange(horizon) % SEASON],
        "mean": np.full(horizon, values[-SEASON:].mean()),
        "naive": np.full(horizon, values[-1]),
    }


def _expect(values, horizon):
    """(expected months, name of the rule) after a series."""
    import numpy as np

    values = _from_first_use(values)
    if not len(values):
        return np.zeros(horizon), "nothing"
    if len(values) < 2 * SEASON:
        return np.full(horizon, values[-SEASON:].mean()), "mean"
    return np.array([values[(len(values) + step) % SEASON::SEASON].mean() for step in range(horizon)]), "same_month"


def _errors(values, interval):
    """Lower and upper quantile of last season's errors; (None, None) where the rule could not have been used then."""
    import numpy as np

    values = _from_first_use(values)
    if len(values) < 2 * SEASON:
        return None, None
    expected, _method = _expect(values[:-SEASON], SEASON)
    errors = values[-SEASON:] - expected
    low, high = np.quantile(errors, ((1 - interval) / 2, (1 + interval) / 2))
    return float(min(low, 0)), float(max(high, 0))


def _from_first_use(values):
    """The series without the empty months before its first use."""
    import numpy as np

    used = np.flatnonzero(values)
    return values[used[0]:] if len(used) else values[:0]

"""Cohorts: how long those who began together stay, and how long people take to the next step.

All functions take plain columns and a date as of which it is looked; who has not left or not taken the step by then is
counted as long as they were seen (Kaplan and Meier 1958), not as if they never would.
"""

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}


def cohort_matrix(events, as_of, period="quarter", patron="patron", date="date"):
    """Share of each cohort that came in its first, second, ... period.

    :param events: DataFrame with the columns named by `patron` and `date`
    :param as_of: date; later events are ignored, and a period that has not ended by then is not judged
    :param period: "month", "quarter" or "year"
    :return: DataFrame, a row for each period in which somebody came first (its first day): `patrons`, then columns
        0, 1, 2 ...: share that came so many periods later (0 is always 1.0, in a period that has ended), NaN where the
        period has not ended
    """
    import numpy as np
    import pandas as pd

    from . import visits

    if period not in PERIODS:
        raise ValueError(f"period is one of {', '.join(PERIODS)}, not {period!r}")
    as_of = pd.Timestamp(as_of).normalize()
    rows = pd.DataFrame({"patron": events[patron].to_numpy(),
                         "moment": visits.moments(events[date]).to_numpy()}).dropna()
    rows = rows[rows["moment"] < as_of + pd.Timedelta(days=1)]
    if rows.empty:
        return pd.DataFrame(columns=["patrons"], index=pd.DatetimeIndex([], name="cohort"))
    rows["number"] = rows["moment"].dt.to_period(PERIODS[period]).map(lambda one: one.ordinal)
    rows = rows[["patron", "number"]].drop_duplicates()
    rows["first"] = rows.groupby("patron")["number"].transform("min")
    came = rows.groupby(["first", rows["number"] - rows["first"]]).size().unstack(fill_value=0)
    today = (as_of + pd.Timedelta(days=1)).to_period(PERIODS[period]).ordinal
    came = came.reindex(columns=range(max(1, today - int(came.index.min()))), fill_value=0)
    sizes = rows.groupby("first")["patron"].nunique()
    shares = came.div(sizes, axis=0).astype(float)
    ended = np.add.outer(came.index.to_numpy(), came.columns.to_numpy()) < today
    shares = shares.where(ended)
    shares.insert(0, "patrons", sizes.astype(int))
    starts = [pd.Period(ordinal=int(one), freq=PERIODS[period]).start_time for one in shares.index]
    shares.index = pd.DatetimeIndex(starts, name="cohort")
    return shares.rename_axis(columns=None)


def survival(days, happened, z=1.959964):
    """Kaplan-Meier curve with Greenwood's interval on the log-log scale.

    :param days: array of days until it happened, or until nothing more was seen; unknown ones are left out
    :param happened: array of bool: it happened on that day (else only seen until then)
    :return: DataFrame indexed by `days` (0 first): `at_risk`, `happened`, `surviving` (share to whom it has not
        happened), `low`, `high`; empty without data

    >>> survival([1, 2, 2, 3], [True, True, False, False])["surviving"].tolist()
    [1.0, 0.75, 0.5, 0.5]
    """
    import numpy as np
    import pandas as pd

    rows = pd.DataFrame({"days": np.asarray(days, dtype=float), "happened": np.asarray(happened, dtype=bool)}).dropna()
    columns = ["at_risk", "happened", "surviving", "low", "high"]
    if rows.empty:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="days"))
    found = rows.groupby(rows["days"].clip(lower=0))["happened"].agg(["size", "sum"])
    found = found.reindex(sorted({0.0, *found.index}), fill_value=0)
    at_risk = len(rows) - found["size"].cumsum().shift(1, fill_value=0)
    events = found["sum"].astype(int)
    surviving = (1 - events / at_risk).cumprod()
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (events / (at_risk * (at_risk - events))).cumsum()
        half = z * np.sqrt(spread) / np.abs(np.log(surviving))
        low, high = surviving ** np.exp(half), surviving ** np.exp(-half)
    sure = surviving.isin((0.0, 1.0))
    table = pd.DataFrame({
        "at_risk": at_risk.astype(int), "happened": events, "surviving": surviving,
        "low": low.where(~sure, surviving), "high": high.where(~sure, surviving),
    })
    return table.rename_axis("days")


def time_to_convert(started, converted, as_of, within=(30, 90, 365)):
    """How many took a step, and how long after the start.

    :param started: array of dates; who has none, or only after `as_of`, is left out
    :param converted: array of dates, NaT where the step was not taken; a step before the start counts as day 0
    :param as_of: date up to which was looked
    :return: dict: `people`, `converted`, `rate` (of all so far), `median_days` (days after which half have, by the
        curve; None if fewer than half), `within`: {days: share that has taken the step by then, None where nobody was
        seen so long}, `curve` (as `survival` gives it)
    """
    import pandas as pd

    from . import visits

    as_of = pd.Timestamp(as_of).normalize()
    rows = pd.DataFrame({
        "start": visits.moments(pd.Series(list(started), dtype=object)).dt.normalize(),
        "step": visits.moments(pd.Series(list(converted), dtype=object)),
    })
    rows = rows[rows["start"] <= as_of]
    done = rows["step"].notna() & (rows["step"] < as_of + pd.Timedelta(days=1))
    days = (rows["step"].where(done, as_of) - rows["start"]).dt.days.clip(lower=0)
    curve = survival(days, done)
    half = curve.index[curve["surviving"] <= 0.5] if len(curve) else []
    longest = float(days.max()) if len(days) else -1.0
    return {
        "people": len(rows), "converted": int(done.sum()), "rate": float(done.mean()) if len(rows) else None,
        "median_days": float(half[0]) if len(half) else None,
        "within": {
            limit: float(1 - curve.loc[curve.index <= limit, "surviving"].iloc[-1])
            if limit <= longest or done.all() and len(rows) else None for limit in within},
        "curve": curve,
    }

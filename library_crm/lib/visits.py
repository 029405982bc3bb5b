"""When somebody came: the few figures of a history of uses that stages, forecasts and groups start from.

Input everywhere is a DataFrame of *events*, one row for each use, in any order, repeats allowed; the names of its
columns are arguments. Whatever lies after the cut is never looked at, so that a forecast cannot see the future.
"""

MONTH_MIDDLE = 14  # days from the first of a month to the day that stands for the month where only the month is known


def summary(events, cut, patron="patron", date="date", amount=None, resolution="day"):
    """Last visit, visit days and tenure of each patron at the end of the day `cut`.

    :param events: DataFrame with the columns named by `patron`, `date` (anything pandas reads as a date) and, if
        wanted, `amount` (number)
    :param cut: date or string; events after this day are ignored
    :param resolution: "day", or "month" if only the month of a visit may be used: its middle stands for the day
        of the first and the last visit, while visit days are still counted (they are kept as a number per month)
    :return: DataFrame indexed by patron, sorted, with `first`, `last` (Timestamp), `days_since`, `tenure_days`
        (int, never below 0), `visit_days` (int, distinct days) and, with `amount`, `amount` (its sum)
    """
    import pandas as pd

    cut = pd.Timestamp(cut).normalize()
    days = _days(events, patron, date)
    days = days[days["day"] <= cut]
    grouped = days.groupby("patron", sort=True)["day"]
    found = pd.DataFrame({"first": grouped.min(), "last": grouped.max(), "visit_days": grouped.nunique()})
    if resolution == "month":
        for name in ("first", "last"):
            middle = found[name].dt.to_period("M").dt.start_time + pd.Timedelta(days=MONTH_MIDDLE)
            found[name] = middle.clip(upper=cut)
    elif resolution != "day":
        raise ValueError(f"resolution is day or month, not {resolution!r}")
    found["days_since"] = (cut - found["last"]).dt.days.astype(int)
    found["tenure_days"] = (cut - found["first"]).dt.days.astype(int)
    found["visit_days"] = found["visit_days"].astype(int)
    if amount:
        known = events[pd.to_datetime(events[date]).dt.normalize() <= cut]
        found["amount"] = known.groupby(patron)[amount].sum().reindex(found.index).astype(float)
    found.index.name = "patron"
    return found


def came_back(events, cut, horizon_days, patrons, patron="patron", date="date"):
    """Whether each of `patrons` came in the `horizon_days` after the day `cut`.

    :param patrons: index or list of patrons
    :return: Series of bool indexed by `patrons`
    """
    import pandas as pd

    cut = pd.Timestamp(cut).normalize()
    days = _days(events, patron, date)
    after = days[(days["day"] > cut) & (days["day"] <= cut + pd.Timedelta(days=horizon_days))]
    index = pd.Index(patrons)
    return pd.Series(index.isin(after["patron"].unique()), index=index, dtype=bool)


def year_earlier(cut, horizon_days=0):
    """The same date one year before `cut`, or further back so that `horizon_days` end by the cut.

    >>> f"{year_earlier('2019-07-31', 182):%Y-%m-%d}", f"{year_earlier('2019-07-31', 400):%Y-%m-%d}"
    ('2018-07-31', '2018-06-26')
    """
    import pandas as pd

    cut = pd.Timestamp(cut).normalize()
    return min(cut - pd.DateOffset(years=1), cut - pd.Timedelta(days=horizon_days))


def _days(events, patron, date):
    """Distinct days of each patron; rows without a patron or a readable date are left out."""
    import pandas as pd

    days = pd.DataFrame({
        "patron": events[patron].to_numpy(),
        "day": pd.to_datetime(events[date], errors="coerce").dt.normalize().to_numpy(),
    })
    return days.dropna().drop_duplicates()

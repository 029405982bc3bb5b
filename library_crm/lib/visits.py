"""When somebody came: the few figures of a history of uses that stages, forecasts and groups start from.

Input everywhere is a DataFrame of *events*, one row for each use, in any order, repeats allowed; the names of its
columns are arguments. Whatever lies after the cut is never looked at, so that a forecast cannot see the future.
"""

MONTH_MIDDLE = 14  # days from the first of a month to the day that stands for the month where only the month is known


def summary(events, cut, patron="patron", date="date", amount=None, resolution="day"):
    """Last visit, visit days and tenure of each patron at the end of the day `cut`.

    :param events: DataFrame with the columns named by `patron`, `date` (see `moments`) and, if
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
        known = events[moments(events[date]).dt.normalize() <= cut]
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


def moments(values):
    """Dates as pandas knows them: dates, datetimes or ISO text; what cannot be read is NaT.

    :param values: Series or list
    :return: Series of datetime64 without time zone
    :raise ValueError: for numbers, which pandas would take for nanoseconds

    >>> moments(["2025-03-20", "2025-01-10 09:00", "soon"]).isna().tolist()
    [False, False, True]
    """
    import pandas as pd

    found = values if isinstance(values, pd.Series) else pd.Series(values)
    if pd.api.types.is_datetime64_any_dtype(found):
        return found.dt.tz_localize(None) if found.dt.tz is not None else found
    if pd.api.types.is_numeric_dtype(found) and len(found):
        raise ValueError("dates are numbers; make dates or ISO text of them")
    return pd.to_datetime(found, format="ISO8601", errors="coerce")


def _days(events, patron, date):
    """Distinct days of each patron; rows without a patron or a readable date are left out."""
    import pandas as pd

    days = pd.DataFrame({
        "patron": events[patron].to_numpy(),
        "day": moments(events[date]).dt.normalize().to_numpy(),
    })
    return days.dropna().drop_duplicates()

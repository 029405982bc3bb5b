"""Where a patron stands, by thresholds that a librarian can read and change.

Two answers: the *fine stage* (what the patron will probably do next: seven codes in falling order, beside `new` and
`none`) and the *lifecycle* (how far the relationship has come: what reports and segments speak of). Both exist in
Python, for whole arrays, and as SQL text; a test holds them together.

    days since last visit   visit days below `regular_visits`   from there on
    up to `active_days`     active                               loyal
    up to `cooling_days`    cooling                              loyal_cooling
    up to `lost_days`       at_risk                              loyal_at_risk
    more                    lost                                 lost

Thresholds are days that count. For a library whose year has terms, the days of vacation do not: see `counted_days`.
Visits are days with use of any kind (loan, remote use, visit, training, contribution), not loans alone: the caller
decides what a visit day is.
"""

from dataclasses import asdict, dataclass

STAGES = ("loyal", "active", "loyal_cooling", "cooling", "loyal_at_risk", "at_risk", "lost")
NEW = "new"  # first came so lately that nothing can be said yet
NONE = "none"  # never came
# share that comes back within half a year, in round figures, until a library's own are known
USUAL = {"loyal": 0.9, "active": 0.8, "loyal_cooling": 0.7, "cooling": 0.6, "loyal_at_risk": 0.45, "at_risk": 0.35,
         "lost": 0.05, "new": 0.6}
LIFECYCLE = ("prospect", "registered", "active", "regular", "loyal", "at_risk", "lapsed", "left")


@dataclass(frozen=True)
class Thresholds:
    """Days without a visit, and visit days, at which a stage ends.

    :param new_days: a patron whose first visit is at most this long ago and who has fewer than `regular_visits`
        visit days is new; 0 switches that stage off
    :param active_days, cooling_days, lost_days: longest time since the last visit in active, cooling and at risk
    :param regular_visits, loyal_visits: visit days from which on somebody is regular or loyal
    :raise ValueError: if they do not rise
    """

    new_days: int = 30
    active_days: int = 90
    cooling_days: int = 180
    lost_days: int = 365
    regular_visits: int = 4
    loyal_visits: int = 10

    def __post_init__(self):
        if not 0 <= self.active_days < self.cooling_days < self.lost_days:
            raise ValueError("active_days, cooling_days and lost_days must rise")
        if not 0 < self.regular_visits <= self.loyal_visits or self.new_days < 0:
            raise ValueError("regular_visits and loyal_visits must rise and new_days must not be negative")


def stage(days_since, visit_days, tenure_days, thresholds=None):
    """The fine stage of each patron.

    :param days_since: array of days since the last visit; NaN for who never came
    :param visit_days: array of days with a visit
    :param tenure_days: array of days since the first visit
    :return: object array of codes of `STAGES`, `NEW` or `NONE`

    >>> list(stage([3, 100, 200, 400, 3, float("nan")], [9, 9, 1, 9, 1, 0], [900, 900, 900, 900, 3, 0]))
    ['loyal', 'loyal_cooling', 'at_risk', 'lost', 'new', 'none']
    """
    import numpy as np

    limits = thresholds or Thresholds()
    since, visits, tenure = (np.asarray(values, dtype=float) for values in (days_since, visit_days, tenure_days))
    regular = visits >= limits.regular_visits
    never = np.isnan(since) | ~(visits > 0)
    fresh = (tenure <= limits.new_days) & ~regular & (limits.new_days > 0)
    return np.select(
        [never, since > limits.lost_days, fresh,
         (since <= limits.active_days) & regular, since <= limits.active_days,
         (since <= limits.cooling_days) & regular, since <= limits.cooling_days, regular],
        [NONE, "lost", NEW, "loyal", "active", "loyal_cooling", "cooling", "loyal_at_risk"],
        default="at_risk").astype(object)


def lifecycle(stages, visit_days, has_card, has_left=False, thresholds=None):
    """How far the relationship has come.

    :param stages: array of codes as `stage` gives them
    :param visit_days: array of days with a visit
    :param has_card: array (or one value) of bool: registered with the library
    :param has_left: array (or one value) of bool: the membership ended, or the person moved away
    :return: object array of codes of `LIFECYCLE`

    >>> list(lifecycle(["none", "none", "new", "loyal", "loyal", "cooling", "at_risk", "lost", "lost"],
    ...      [0, 0, 1, 5, 12, 2, 2, 9, 9], [0, 1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0, 1]))
    ['prospect', 'registered', 'active', 'regular', 'loyal', 'active', 'at_risk', 'lapsed', 'left']
    """
    import numpy as np

    limits = thresholds or Thresholds()
    stages = np.asarray(stages, dtype=object)
    visits = np.asarray(visit_days, dtype=float)
    card, left = (np.broadcast_to(np.asarray(values, dtype=bool), stages.shape) for values in (has_card, has_left))
    return np.select(
        [left, (stages == NONE) & ~card, stages == NONE, stages == "lost",
         np.isin(stages, ("loyal_at_risk", "at_risk")),
         visits >= limits.loyal_visits, visits >= limits.regular_visits],
        ["left", "prospect", "registered", "lapsed", "at_risk", "loyal", "regular"],
        default="active").astype(object)


def stage_sql(days_since="days_since", visit_days="visit_days", tenure_days="tenure_days", thresholds=None):
    """The same rule as SQL: (text, parameters) for a query with `%(name)s` placeholders.

    The three arguments are put into the text as they are and must therefore be SQL that we wrote, never input.

    >>> text, params = stage_sql()
    >>> text.startswith("CASE WHEN"), params["lost_days"]
    (True, 365)
    """
    since, visits, tenure = days_since, visit_days, tenure_days
    regular = f"{visits} >= %(regular_visits)s"
    text = " ".join((
        f"CASE WHEN {since} IS NULL OR NOT COALESCE({visits} > 0, FALSE) THEN 'none'",
        f"WHEN {since} > %(lost_days)s THEN 'lost'",
        f"WHEN %(new_days)s > 0 AND {tenure} <= %(new_days)s AND NOT {regular} THEN 'new'",
        f"WHEN {since} <= %(active_days)s AND {regular} THEN 'loyal'",
        f"WHEN {since} <= %(active_days)s THEN 'active'",
        f"WHEN {since} <= %(cooling_days)s AND {regular} THEN 'loyal_cooling'",
        f"WHEN {since} <= %(cooling_days)s THEN 'cooling'",
        f"WHEN {regular} THEN 'loyal_at_risk'",
        "ELSE 'at_risk' END",
    ))
    return text, asdict(thresholds or Thresholds())


def lifecycle_sql(stage_column="stage", visit_days="visit_days", has_card="has_card", has_left="FALSE",
                  thresholds=None):
    """`lifecycle` as SQL: (text, parameters); the arguments are SQL that we wrote, never input."""
    text = " ".join((
        f"CASE WHEN {has_left} THEN 'left'",
        f"WHEN {stage_column} = 'none' AND NOT {has_card} THEN 'prospect'",
        f"WHEN {stage_column} = 'none' THEN 'registered'",
        f"WHEN {stage_column} = 'lost' THEN 'lapsed'",
        f"WHEN {stage_column} IN ('loyal_at_risk', 'at_risk') THEN 'at_risk'",
        f"WHEN {visit_days} >= %(loyal_visits)s THEN 'loyal'",
        f"WHEN {visit_days} >= %(regular_visits)s THEN 'regular'",
        "ELSE 'active' END",
    ))
    return text, asdict(thresholds or Thresholds())


def merged_vacations(vacations):
    """Vacations as sorted list of (first day, last day) without overlaps, so that no day is taken off twice.

    :param vacations: iterable of (first day, last day), both included; dates or strings
    :raise ValueError: if one ends before it begins
    """
    import pandas as pd

    merged = []
    for first, last in sorted((pd.Timestamp(first), pd.Timestamp(last)) for first, last in vacations):
        if last < first:
            raise ValueError(f"vacation ends ({last:%Y-%m-%d}) before it begins ({first:%Y-%m-%d})")
        if merged and first <= merged[-1][1] + pd.Timedelta(days=1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def yearly_vacations(spans, first_year, last_year):
    """Vacations that return each year, as dates.

    :param spans: iterable of ("MM-DD", "MM-DD"), both included; a span over New Year begins in the first year

    >>> [f"{a:%Y-%m-%d} {b:%Y-%m-%d}" for a, b in yearly_vacations([("12-24", "01-06")], 2024, 2024)]
    ['2024-12-24 2025-01-06']
    """
    import pandas as pd

    return [
        (pd.Timestamp(f"{year}-{first}"), pd.Timestamp(f"{year + (last < first)}-{last}"))
        for year in range(first_year, last_year + 1) for first, last in spans
    ]


def counted_days(since, cut, vacations=()):
    """Days from each date of `since` to `cut`, days of vacation left out.

    :param since: array of dates; NaT gives NaN
    :param cut: date or string
    :param vacations: iterable of (first day, last day), both included
    :return: float array, never below 0

    >>> counted_days(["2025-06-30", "2025-07-20"], "2025-09-10", [("2025-07-01", "2025-08-31")]).tolist()
    [10.0, 10.0]
    """
    import pandas as pd

    from . import visits

    cut, day = pd.Timestamp(cut), pd.Timedelta(days=1)
    since = visits.moments(since).reset_index(drop=True)
    days = (cut - since) / day
    for first, last in merged_vacations(vacations):
        # the day of the last visit does not count, the day of the cut does
        start = since.clip(lower=first - day)
        days -= ((min(last, cut) - start) / day).clip(lower=0)
    return days.clip(lower=0).to_numpy()


def counted_days_sql(since, cut="CAST(%(as_of)s AS date)", vacations=()):
    """`counted_days` as SQL: (text, parameters); `since` and `cut` are SQL of type date that we wrote."""
    text, params = f"({cut} - {since})", {}
    for number, (first, last) in enumerate(merged_vacations(vacations)):
        begin, end = f"vacation_{number}_first", f"vacation_{number}_last"
        params.update({begin: first.date(), end: last.date()})
        text += (f" - GREATEST(0, LEAST(CAST(%({end})s AS date), {cut})"
                 f" - GREATEST({since}, CAST(%({begin})s AS date) - 1))")
    return f"GREATEST(0, {text})", params


def label(events, cut, thresholds=None, vacations=(), patron="patron", date="date", resolution="day"):
    """The summary of `visits.summary` with the column `stage`, as of the day `cut`."""
    from . import visits

    found = visits.summary(events, cut, patron, date, resolution=resolution)
    since = counted_days(found["last"], cut, vacations) if len(vacations) else found["days_since"]
    tenure = counted_days(found["first"], cut, vacations) if len(vacations) else found["tenure_days"]
    return found.assign(stage=stage(since, found["visit_days"], tenure, thresholds))


def rates(stages, returned):
    """Share of each stage that came back.

    :param stages: array of codes
    :param returned: array of bool
    :return: DataFrame indexed by `STAGES` and `NEW` with `patrons` (int) and `rate` (NaN where nobody is)
    """
    import pandas as pd

    order = [*STAGES, NEW]
    grouped = pd.DataFrame({"stage": list(stages), "rate": [bool(value) for value in returned]}).groupby("stage")
    found = grouped["rate"].agg(["size", "mean"]).reindex(order)
    return pd.DataFrame({
        "patrons": found["size"].fillna(0).astype(int), "rate": found["mean"].astype(float)}, index=order)


def chances(stages, observed, strength=2.0):
    """Chance of coming back of each patron: what was observed for the stage, drawn a little to what is usual.

    :param observed: DataFrame as `rates` gives it, from an earlier date
    :param strength: the usual rate (`USUAL`) counts like so many patrons more in each stage; where nobody was
        observed it stands alone
    :return: float array
    """
    import pandas as pd

    patrons = observed["patrons"].astype(float)
    usual = pd.Series(USUAL).reindex(observed.index)
    came, expected = (observed["rate"].fillna(0) * patrons).sum(), (usual * patrons).sum()
    if expected:
        # a library whose patrons come back half as often as usual does so in stages not observed yet, too
        usual = (usual * came / expected).clip(upper=1)
    chance = (observed["rate"].fillna(0) * patrons + strength * usual) / (patrons + strength)
    return pd.Series(list(stages), dtype=object).map(chance).fillna(0.0).to_numpy(dtype=float)


def evaluate_stages(events, cut, horizon_days=182, thresholds=None, vacations=(), patron="patron", date="date"):
    """What the stages of the day `cut` did in the next `horizon_days`; nothing after the cut is used to label.

    :return: dict with `table` (as `rates` gives it), `falls_strictly` (the seven rates fall from loyal to lost; None
        if a stage is empty), `patrons`, and `auc` of the stage as a chance: of the rate that the stage had one
        year earlier, or None if that cannot be told
    """
    from . import metrics, visits

    found = label(events, cut, thresholds, vacations, patron, date)
    returned = visits.came_back(events, cut, horizon_days, found.index, patron, date)
    table = rates(found["stage"], returned)
    seven = table.loc[list(STAGES), "rate"]
    earlier = visits.year_earlier(cut, horizon_days)
    before = label(events, earlier, thresholds, vacations, patron, date)
    auc = None
    if len(before):
        past = rates(before["stage"], visits.came_back(events, earlier, horizon_days, before.index, patron, date))
        auc = metrics.auc(returned, chances(found["stage"], past))
    return {
        "patrons": len(found),
        "table": table,
        "falls_strictly": None if seven.isna().any() else bool((seven.diff().iloc[1:] < 0).all()),
        "auc": auc,
    }


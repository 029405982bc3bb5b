"""What a patron will borrow next, from four tables of counts in which no person stands.

`next`: how often a session with subject A was followed by one with B. `together`: how many patrons had both.
`content`: B stands beside A in the classification. `recent`: how many patrons had B in the last year.
A session is what one patron had in one month (or on one day). What a patron had counts the less the older it is: it
halves every 90 days. Cells that fewer than five patrons made are not used.

    score(patron, B) = sum over tables of weight * sum over A of h(A) * table(A, B) / total(A), divided by sum of h(A)
                       + weight of recent * patrons with B / patrons
    h(A) = sum over the patron's sessions with A of 0.5 ^ (age in days / 90)

`next` and `together` come from events, `content` from the class marks; the weights are picked per library on the term
before, so that a table that does not help there weighs nothing. Input is a DataFrame of events or of monthly counts,
one row for each use, with the columns `patron`, `date` and `subject` (the names are arguments); repeats are harmless.
"""

from dataclasses import dataclass, replace

HALF_LIFE_DAYS = 90
FEWEST = 5  # patrons behind a cell that may be used
RECENT_DAYS = 365
HORIZON_DAYS = 182
MARGIN = 0.01
BLOCK = 2000  # patrons scored at a time
TABLES = ("next", "together", "content", "recent")
CANDIDATES = tuple(
    {"next": following, "together": together, "content": content, "recent": recent}
    for following, together, content, recent in (
        (1, 0, 0, 0.05), (1, 0, 0, 0.01), (1, 0, 0, 0.1), (1, 0, 0, 0.3), (1, 0, 0.1, 0.1), (1, 0.1, 0, 0.05),
        (1, 0.1, 0.1, 0.1), (1, 0.3, 0, 0.1), (1, 0, 0.3, 0.3), (0, 1, 0.1, 0.3), (0, 0, 0, 1),
    )
)
DEFAULT = CANDIDATES[0]


@dataclass(frozen=True)
class Tables:
    """Counts as DataFrames.

    `next`, `together`: columns `subject`, `other`, `times`, `patrons`; `totals`: `subject`, `next` (sessions with the
    subject that were followed by another), `together` (patrons with it); `recent`: `subject`, `patrons`;
    `people`: patrons with any use in the recent time.
    """

    next: object
    together: object
    totals: object
    recent: object
    people: int


def sessions(events, patron="patron", date="date", subject="subject", session="month"):
    """Distinct (patron, session, subject); rows without one of them are left out.

    :param session: "month" (its middle stands for it) or "day"
    :return: DataFrame with `patron`, `moment` (Timestamp), `subject`
    """
    import pandas as pd

    from . import visits

    if session not in ("month", "day"):
        raise ValueError(f"session is month or day, not {session!r}")
    found = pd.DataFrame({
        "patron": events[patron].to_numpy(),
        "moment": visits.moments(events[date]).dt.normalize().to_numpy(),
        "subject": events[subject].to_numpy(),
    }).dropna()
    found = found[found["subject"].astype(str) != ""]
    if session == "month":
        found["moment"] = found["moment"].dt.to_period("M").dt.start_time + pd.Timedelta(days=14)
    return found.drop_duplicates().sort_values(["patron", "moment", "subject"], ignore_index=True)


def count_tables(events, as_of, patron="patron", date="date", subject="subject", session="month",
                 recent_days=RECENT_DAYS):
    """The tables from all events before the day `as_of`.

    The order of events does not matter, and no event on or after `as_of` is looked at.

    :param as_of: date or string
    :return: Tables with raw counts; `usable` leaves out the small cells
    """
    import pandas as pd

    from . import visits

    as_of = pd.Timestamp(as_of).normalize()
    known = events[visits.moments(events[date]) < as_of]
    rows = sessions(known, patron, date, subject, session)
    lately = sessions(
        known[visits.moments(known[date]) >= as_of - pd.Timedelta(days=recent_days)], patron, date, subject, session)
    following, followed = _next_cells(rows)
    both, holders = _together_cells(rows)
    totals = pd.DataFrame({"next": followed, "together": holders}).fillna(0).astype(int)
    totals = totals.rename_axis("subject").reset_index()
    recent = lately.groupby("subject")["patron"].nunique().rename("patrons").reset_index()
    return Tables(following, both, totals, recent, int(lately["patron"].nunique()))


def _next_cells(rows):
    """(cells of one session to the patron's next, sessions of each subject that have a next)."""
    steps = rows[["patron", "moment"]].drop_duplicates()
    steps = steps.assign(then=steps.groupby("patron")["moment"].shift(-1)).dropna()
    first = rows.merge(steps, on=["patron", "moment"])
    second = rows.rename(columns={"moment": "then", "subject": "other"})
    return _cells(first.merge(second, on=["patron", "then"])), first.groupby("subject").size()


def _together_cells(rows):
    """(cells of two subjects of one patron, patrons of each subject)."""
    held = rows[["patron", "subject"]].drop_duplicates()
    pairs = held.merge(held.rename(columns={"subject": "other"}), on="patron")
    return _cells(pairs[pairs["subject"] != pairs["other"]]), held.groupby("subject").size()


def _cells(pairs):
    grouped = pairs.groupby(["subject", "other"], sort=True)["patron"]
    return grouped.agg(times="size", patrons="nunique").reset_index()


def merge(one, two, same_patrons=False):
    """Tables of two imports or branches together.

    :param same_patrons: whether the same patrons may stand in both; the number of patrons behind a cell is then at
        least the larger of the two, and no more is claimed. Otherwise they add up.
    """
    import pandas as pd

    def together(name, keys, sums, people=("patrons",)):
        rows = pd.concat([getattr(one, name), getattr(two, name)], ignore_index=True)
        how = {**dict.fromkeys(sums, "sum"), **dict.fromkeys(people, "max" if same_patrons else "sum")}
        return rows.groupby(keys, as_index=False, sort=True).agg(how)

    return Tables(
        next=together("next", ["subject", "other"], ["times"]),
        together=together("together", ["subject", "other"], ["times"]),
        totals=together("totals", ["subject"], ["next"], ["together"]),
        recent=together("recent", ["subject"], []),
        people=max(one.people, two.people) if same_patrons else one.people + two.people,
    )


def usable(tables, fewest=FEWEST):
    """The tables without cells that fewer than `fewest` patrons made."""
    return replace(tables, **{
        name: getattr(tables, name)[getattr(tables, name)["patrons"] >= fewest].reset_index(drop=True)
        for name in ("next", "together", "recent")
    })


def parent_mark(mark):
    """The class mark one step up: its last part or its last character away; empty at the top.

    >>> parent_mark("616.31"), parent_mark("616"), parent_mark("617-089"), parent_mark("TP311"), parent_mark("T")
    ('616', '61', '617', 'TP31', '')
    """
    mark = str(mark)
    for place in range(len(mark) - 1, 0, -1):
        if not mark[place].isalnum() and mark[place] not in ")\"'":
            return mark[:place]
    return mark[:-1]


def content_pairs(subjects, parents=None):
    """Subjects that stand beside each other in the classification.

    :param subjects: iterable of subjects
    :param parents: {subject: its parent}; without it, `parent_mark` is asked
    :return: DataFrame `subject`, `other`, `share`: siblings, parent and children of a subject share 1 equally
    """
    import pandas as pd

    known = sorted(set(subjects), key=str)
    rows = pd.DataFrame({"subject": known})
    rows["parent"] = [parents.get(one) if parents is not None else parent_mark(one) for one in known]
    rows = rows.dropna()
    rows = rows[rows["parent"].astype(str) != ""]
    others = rows.rename(columns={"subject": "other"})
    sideways = rows.merge(others, on="parent")[["subject", "other"]]
    upwards = rows[rows["parent"].isin(known)].rename(columns={"parent": "other"})[["subject", "other"]]
    downwards = upwards.rename(columns={"subject": "other", "other": "subject"})
    pairs = pd.concat([sideways, upwards, downwards], ignore_index=True).drop_duplicates()
    pairs = pairs[pairs["subject"] != pairs["other"]]
    pairs["share"] = 1.0 / pairs.groupby("subject")["other"].transform("size")
    return pairs.sort_values(["subject", "other"], key=lambda column: column.astype(str), ignore_index=True)


def history(events, as_of, patron="patron", date="date", subject="subject", session="month",
            half_life=HALF_LIFE_DAYS):
    """What each patron had before the day `as_of`, halved every `half_life` days.

    :return: DataFrame `patron`, `subject`, `weight`
    """
    import pandas as pd

    from . import visits

    as_of = pd.Timestamp(as_of).normalize()
    rows = sessions(events[visits.moments(events[date]) < as_of], patron, date, subject, session)
    age = (as_of - rows["moment"]).dt.days.clip(lower=0)
    rows["weight"] = 0.5 ** (age / half_life)
    return rows.groupby(["patron", "subject"], as_index=False, sort=True)["weight"].sum()


def recommend(past, tables, weights=None, n=10, parents=None, fewest=FEWEST, without_own=False):
    """The `n` subjects that each patron of `past` will most likely borrow next, each with its reason.

    :param past: DataFrame `patron`, `subject`, `weight` as `history` gives it
    :param weights: {table: weight}, default `DEFAULT`
    :param without_own: leave out what the patron had already
    :return: DataFrame, best first for each patron: `patron`, `rank` (1..), `subject`, `score`, `reason` (the table
        that speaks most for it), `because` (the subject A that does, None if `recent`), `times` (how often A led to
        it, of `total`; for `recent` the patrons with it, of all)
    """
    import pandas as pd

    columns = ["patron", "rank", "subject", "score", "reason", "because", "times", "total"]
    found = _rank(past, tables, weights, n, parents, fewest, without_own)
    if found is None:
        return pd.DataFrame(columns=columns)
    rows = []
    for row, places in enumerate(found.best):
        reasons = _reasons(found, row, places)
        for rank, (place, score) in enumerate(zip(places, found.scores[row], strict=True), 1):
            table, because = reasons[rank - 1]
            rows.append((found.patrons[row], rank, found.subjects[place], score, table,
                         None if because < 0 else found.subjects[because]))
    frame = pd.DataFrame(rows, columns=columns[:6])
    return _with_counts(frame, found.tables)[columns]


@dataclass(frozen=True)
class _Ranking:
    """What `_rank` found: for each patron the places in `subjects` of the best, and their scores."""

    tables: Tables
    patrons: object
    subjects: object
    held: object
    parts: dict
    popular: object
    best: list
    scores: list


def _rank(past, tables, weights, n, parents, fewest, without_own=False):
    """The best subjects of each patron as a `_Ranking`; None if there is nobody or nothing."""
    import numpy as np
    import pandas as pd

    weights = {**dict.fromkeys(TABLES, 0), **(weights or DEFAULT)}
    good = usable(tables, fewest)
    subjects = pd.Index(sorted(set(good.totals["subject"]) | set(past["subject"]), key=str))
    if past.empty:
        return None
    parts = _matrices(good, subjects, weights, parents)
    popular = np.zeros(len(subjects))
    popular[subjects.get_indexer(good.recent["subject"])] = good.recent["patrons"] / max(good.people, 1)
    popular *= weights["recent"]
    patrons, held = _held(past, subjects)
    together = sum(parts.values()) if parts else None
    best, scores = [], []
    for start in range(0, len(patrons), BLOCK):
        block = held[start:start + BLOCK]
        lines = np.tile(popular, (block.shape[0], 1))
        if together is not None:
            lines += (block @ together).toarray()
        if without_own:
            lines[block.nonzero()] = 0
        order = np.argsort(-lines, axis=1, kind="stable")[:, :n]
        for line, places in zip(lines, order, strict=True):
            places = places[line[places] > 0]
            best.append(places)
            scores.append(line[places])
    return _Ranking(good, patrons, subjects, held, parts, popular, best, scores)


def _matrices(good, subjects, weights, parents):
    """{table: sparse matrix of weight * share} of the tables that weigh something."""
    from scipy.sparse import csr_matrix

    shares = {}
    for name in ("next", "together"):
        cells = getattr(good, name).merge(good.totals[["subject", name]].rename(columns={name: "total"}), on="subject")
        shares[name] = cells.assign(share=cells["times"] / cells["total"].clip(lower=1))
    shares["content"] = content_pairs(subjects, parents) if weights["content"] else None
    return {
        name: csr_matrix(
            (weights[name] * cells["share"].to_numpy(dtype=float),
             (subjects.get_indexer(cells["subject"]), subjects.get_indexer(cells["other"]))),
            shape=(len(subjects), len(subjects)))
        for name, cells in shares.items() if weights[name] and len(cells)
    }


def _held(past, subjects):
    """(patrons, sparse matrix patron by subject, each row adding up to 1)."""
    import pandas as pd
    from scipy.sparse import csr_matrix

    codes, patrons = pd.factorize(past["patron"], sort=True)
    share = past["weight"] / past.groupby("patron")["weight"].transform("sum").clip(lower=1e-300)
    held = csr_matrix((share.to_numpy(dtype=float), (codes, subjects.get_indexer(past["subject"]))),
                      shape=(len(patrons), len(subjects)))
    held.sum_duplicates()
    return patrons, held


def _reasons(found, row, places):
    """For each place (table, place of the subject that led to it or -1): what speaks most for it."""
    import numpy as np

    own = found.held.indices[found.held.indptr[row]:found.held.indptr[row + 1]]
    had = found.held.data[found.held.indptr[row]:found.held.indptr[row + 1]]
    best = found.popular[places].copy()
    reasons = [("recent", -1)] * len(places)
    for name, matrix in found.parts.items():
        values = had[:, None] * matrix[own][:, places].toarray()
        leading = values.argmax(axis=0)
        value = values[leading, np.arange(len(places))]
        for number in np.flatnonzero(value > best):
            reasons[number] = (name, own[leading[number]])
        best = np.maximum(best, value)
    return reasons


def _with_counts(rows, good):
    """The rows with how often the reason held, of how many."""
    totals = good.totals.set_index("subject")
    recent = good.recent.set_index("subject")["patrons"]
    cells = {name: getattr(good, name).set_index(["subject", "other"])["times"] for name in ("next", "together")}
    times, total = [], []
    for reason, because, subject in zip(rows["reason"], rows["because"], rows["subject"], strict=True):
        if reason == "recent":
            times.append(int(recent.get(subject, 0)))
            total.append(good.people)
        elif reason == "content":
            times.append(None)
            total.append(None)
        else:
            times.append(int(cells[reason].get((because, subject), 0)))
            total.append(int(totals[reason].get(because, 0)))
    return rows.assign(times=times, total=total)


def pick_weights(events, as_of, horizon_days=HORIZON_DAYS, candidates=CANDIDATES, n=10, parents=None, fewest=FEWEST,
                 session="month", half_life=HALF_LIFE_DAYS, patron="patron", date="date", subject="subject"):
    """The weights that would have been best in the `horizon_days` before `as_of`, seen from their beginning.

    Nothing on or after `as_of` is looked at. Best is recall@n + NDCG@n; an earlier candidate stays unless a later one
    is better by `MARGIN`, or chance would change the weights from term to term.

    :return: dict {table: weight}; `DEFAULT` if that term has nobody to judge by
    """
    import pandas as pd

    names = {"patron": patron, "date": date, "subject": subject}
    before = pd.Timestamp(as_of).normalize() - pd.Timedelta(days=horizon_days)
    wanted = _wanted(events, before, horizon_days, **names)
    if not wanted:
        return dict(DEFAULT)
    tables = count_tables(events, before, session=session, **names)
    past = history(events, before, session=session, half_life=half_life, **names)
    past = past[past["patron"].isin(wanted)]
    best, reached = dict(DEFAULT), -1.0
    for weights in candidates:
        recall, gain, _people = _judge(past, tables, weights, wanted, n, parents, fewest)
        if recall + gain > reached + MARGIN:
            best, reached = dict(weights), recall + gain
    return best


def evaluate_next_subject(events, cut, horizon_days=HORIZON_DAYS, weights=None, n=10, parents=None, fewest=FEWEST,
                          session="month", half_life=HALF_LIFE_DAYS, patron="patron", date="date", subject="subject"):
    """How many of the subjects borrowed from the day `cut` on were among the `n` recommended; strict in time.

    Only events before `cut` are learned from, the weights included; judged are patrons with a use before and one in
    the `horizon_days` from `cut` on.

    :param events: DataFrame with the columns named by `patron`, `date`, `subject`
    :param weights: {table: weight}; without it, picked on the term before
    :return: dict: `patrons`, `recall`, `ndcg`, `weights`, and `beside`: {method: (recall, ndcg)} of each table
        alone, of `popular` (all time), `popular_year` (last 365 days) and `own` (own subjects, latest first, then
        popular ones)
    """
    import pandas as pd

    names = {"patron": patron, "date": date, "subject": subject}
    cut = pd.Timestamp(cut).normalize()
    wanted = _wanted(events, cut, horizon_days, **names)
    tables = count_tables(events, cut, session=session, **names)
    past = history(events, cut, session=session, half_life=half_life, **names)
    past = past[past["patron"].isin(wanted)]
    weights = weights or pick_weights(
        events, cut, horizon_days, n=n, parents=parents, fewest=fewest, session=session, half_life=half_life, **names)
    recall, gain, people = _judge(past, tables, weights, wanted, n, parents, fewest)
    beside = {
        name: _judge(past, tables, {name: 1}, wanted, n, parents, fewest)[:2]
        for name in ("next", "together", "content")
    }
    return {
        "patrons": people, "recall": recall, "ndcg": gain, "weights": weights,
        "beside": {**beside, **_plain_methods(events, cut, wanted, n, **names)},
    }


def _judge(past, tables, weights, wanted, n, parents, fewest):
    from . import metrics

    found = _rank(past, tables, weights, n, parents, fewest)
    best = {} if found is None else {
        patron: found.subjects[places].tolist() for patron, places in zip(found.patrons, found.best, strict=True)}
    return metrics.recall_and_ndcg(best, wanted, n)


def _wanted(events, cut, horizon_days, patron, date, subject):
    """{patron: set of subjects} of the time from `cut` on, of those with a use before."""
    import pandas as pd

    rows = sessions(events, patron, date, subject, "day")
    stop = cut + pd.Timedelta(days=horizon_days)
    after = rows[(rows["moment"] >= cut) & (rows["moment"] < stop)]
    after = after[after["patron"].isin(rows[rows["moment"] < cut]["patron"].unique())]
    return after.groupby("patron")["subject"].agg(set).to_dict()


def _plain_methods(events, cut, wanted, n, patron, date, subject):
    """What the simplest methods reach: {method: (recall, ndcg)}."""
    import pandas as pd

    from . import metrics

    rows = sessions(events, patron, date, subject, "day")
    rows = rows[rows["moment"] < cut]
    year = rows[rows["moment"] >= cut - pd.Timedelta(days=RECENT_DAYS)]

    def popular(among):
        people = among.groupby("subject")["patron"].nunique().sort_values(ascending=False, kind="stable")
        return people.index.tolist()

    def judge(best):
        return metrics.recall_and_ndcg(best, wanted, n)[:2]

    latest = rows.sort_values("moment", ascending=False, kind="stable").drop_duplicates(["patron", "subject"])
    own = latest.groupby("patron")["subject"].agg(list).to_dict()
    everybody = popular(rows)
    filled = {one: list(dict.fromkeys([*own[one], *everybody])) for one in wanted}
    return {
        "popular": judge(dict.fromkeys(wanted, everybody)),
        "popular_year": judge(dict.fromkeys(wanted, popular(year))),
        "own": judge(filled),
    }

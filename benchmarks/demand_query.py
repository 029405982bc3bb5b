"""The forecast as the product's query works it out, held against the library's own arithmetic on the same data."""

import datetime

COUNTED = "CREATE TEMPORARY TABLE counted (key bigint, month date, uses float8)"
TREE = "CREATE TEMPORARY TABLE tree (key bigint, ancestor bigint, distance int)"
EXPECTED = "WITH {steps} SELECT key, month, expected, low, high, method FROM expected WHERE back = 0"


def largest_difference(cursor, lib, events, last_months, horizon=6):
    """How far the query is from `lib.demand.forecast` at most, over all classes, months and limits.

    :param cursor: psycopg2's, of any database; only temporary tables are made
    :param lib: package with `demand` and `demand_sql`
    :param last_months: months ("2019-08") after each of which the next ones are expected
    :return: (figures compared, largest difference); a class or method that only one of the two has is infinitely far
    """
    import pandas as pd

    counts, compared, worst = lib.demand.monthly_counts(events), 0, 0.0
    for last in (pd.Period(name, "M") for name in last_months):
        before = counts[counts.index <= last]
        _fill(cursor, before)
        cursor.execute(
            EXPECTED.format(steps=lib.demand_sql.STEPS),
            lib.demand_sql.parameters(_day(last), _day(last + horizon), sparse=0),
        )
        found = {(key, month): rest for key, month, *rest in cursor.fetchall()}
        place = {name: number for number, name in enumerate(before.columns)}
        wanted = lib.demand.forecast(before, horizon)
        for row in wanted[wanted["method"] != "nothing"].itertuples():
            *figures, method = found.pop((place[row.subject], _day(row.month)), (float("inf"),) * 3 + (row.method,))
            worst = max([worst, *(abs(one - other) for one, other in
                                  zip(figures, (row.expected, row.low, row.high), strict=True))])  # fmt: skip
            compared += 3
            if method != row.method:
                worst = float("inf")
        if found:
            worst = float("inf")
    return compared, worst


def _fill(cursor, counts):
    cursor.execute("DROP TABLE IF EXISTS pg_temp.counted; DROP TABLE IF EXISTS pg_temp.tree")
    cursor.execute(COUNTED)
    cursor.execute(TREE)
    cursor.executemany("INSERT INTO counted VALUES (%s, %s, %s)", [
        (number, _day(month), float(uses))
        for number, name in enumerate(counts.columns) for month, uses in counts[name].items() if uses
    ])  # fmt: skip


def _day(month):
    return datetime.date(month.year, month.month, 1)

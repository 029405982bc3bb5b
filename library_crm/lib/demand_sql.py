"""The rule of `demand.py` as one query, for the whole institution at once, and the share of the class above for the
classes that are used too rarely to have a season of their own.

The text has psycopg2's named placeholders. It reads two relations that the caller puts before it in a WITH:

- ``counted(key, month, uses)``: a row a series and month with any use; the first day of the month
- ``tree(key, ancestor, distance)``: each series under itself (0) and under everything that it counts in

and takes ``last`` (last month that is known whole), ``until`` (last month to expect), ``sparse`` (with fewer uses in
the last twelve months a series goes by the share of the next larger one) and the limits of the interval.
"""

from datetime import date

from .demand import INTERVAL, SEASON, WIDTH

SHARE_MONTHS = 2 * SEASON
"""Over how many months the share of a rarely used class in the class above is taken."""

SPARSE = SEASON
"""Fewer uses than one a month: the months of such a class are chance."""

STEPS = """
series AS (
    SELECT key, min(month) AS first,
           (12 * (extract(year FROM %(last)s::date) - extract(year FROM min(month)))
            + extract(month FROM %(last)s::date) - extract(month FROM min(month)))::int + 1 AS size,
           coalesce(sum(uses) FILTER (WHERE month > %(last)s::date - interval '1 year'), 0) < %(sparse)s AS is_sparse
      FROM counted WHERE month <= %(last)s::date GROUP BY key
), filled AS MATERIALIZED (
    SELECT s.key, s.size, m.month::date AS month, extract(month FROM m.month) AS of_year, m.place - 1 AS place,
           coalesce(c.uses, 0)::float8 AS uses
      FROM series s
CROSS JOIN LATERAL generate_series(s.first::timestamp, %(last)s::timestamp, '1 month')
           WITH ORDINALITY AS m(month, place)
 LEFT JOIN counted c ON c.key = s.key AND c.month = m.month::date
), same_month AS (
    -- what each calendar month was on average, before now and before the last season (back = 12)
    SELECT f.key, b.back, f.of_year, avg(f.uses) AS mean
      FROM filled f CROSS JOIN (VALUES (0), (12)) b(back)
     WHERE f.size - b.back >= 24 AND f.place < f.size - b.back
     GROUP BY f.key, b.back, f.of_year
), lately AS (
    SELECT f.key, b.back, avg(f.uses) AS mean
      FROM filled f CROSS JOIN (VALUES (0), (12)) b(back)
     WHERE (b.back = 0 OR f.size >= 24) AND f.place < f.size - b.back AND f.place >= f.size - b.back - 12
     GROUP BY f.key, b.back
), wanted AS (
    SELECT m::date AS month, extract(month FROM m) AS of_year, CASE WHEN m > %(last)s::date THEN 0 ELSE 12 END AS back
      FROM generate_series(%(last)s::timestamp - interval '11 months', %(until)s::timestamp, '1 month') m
), own AS MATERIALIZED (
    SELECT l.key, w.back, w.month, coalesce(s.mean, l.mean) AS expected,
           CASE WHEN s.mean IS NULL THEN 'mean' ELSE 'same_month' END AS method
      FROM lately l JOIN wanted w ON w.back = l.back
 LEFT JOIN same_month s ON s.key = l.key AND s.back = l.back AND s.of_year = w.of_year
), above AS (
    -- whose months a rarely used series follows: the nearest one above it that is used often enough
    SELECT DISTINCT ON (s.key) s.key, t.ancestor
      FROM series s
      JOIN tree t ON t.key = s.key AND t.ancestor <> s.key
      JOIN series a ON a.key = t.ancestor AND NOT a.is_sparse
     WHERE s.is_sparse
     ORDER BY s.key, t.distance
), window_sum AS (
    SELECT c.key, b.back, sum(c.uses)::float8 AS uses
      FROM counted c CROSS JOIN (VALUES (0), (12)) b(back)
     WHERE c.month <= %(last)s::date - b.back * interval '1 month'
       AND c.month > %(last)s::date - (b.back + %(share_months)s) * interval '1 month'
     GROUP BY c.key, b.back
), estimate AS MATERIALIZED (
    SELECT o.key, o.back, o.month, o.expected, o.method
      FROM own o WHERE NOT EXISTS (SELECT FROM above a WHERE a.key = o.key)
     UNION ALL
    SELECT a.key, o.back, o.month, o.expected * coalesce(mine.uses, 0) / nullif(theirs.uses, 0), 'parent'
      FROM above a
      JOIN own o ON o.key = a.ancestor
 LEFT JOIN window_sum mine ON mine.key = a.key AND mine.back = o.back
      JOIN window_sum theirs ON theirs.key = a.ancestor AND theirs.back = o.back
), missed AS (
    -- last season's errors of the same rule
    SELECT e.key, count(*) AS errors,
           least(percentile_cont(%(low)s) WITHIN GROUP (ORDER BY coalesce(c.uses, 0) - e.expected), 0) AS down,
           greatest(percentile_cont(%(high)s) WITHIN GROUP (ORDER BY coalesce(c.uses, 0) - e.expected), 0) AS up
      FROM estimate e LEFT JOIN counted c ON c.key = e.key AND c.month = e.month
     WHERE e.back = 12 GROUP BY e.key
), expected AS (
    SELECT e.key, e.back, e.month, e.expected, e.method, coalesce(m.errors, 0) AS errors,
           greatest(e.expected + coalesce(m.down, -%(width)s * e.expected), 0) AS low,
           e.expected + coalesce(m.up, %(width)s * e.expected) AS high
      FROM estimate e LEFT JOIN missed m ON m.key = e.key
)
"""
"""The steps of the rule; the last one, `expected`, is for the months to come (back = 0) and for last season (12)."""


def parameters(last: date, until: date, sparse: float = SPARSE) -> dict:
    """The placeholders of `STEPS`.

    :param last: first day of the last month that is known whole
    :param until: first day of the last month to expect
    :param sparse: fewest uses in a year for a season of its own; 0: every series goes by its own months
    """
    return {
        "last": last, "until": until, "sparse": sparse, "share_months": SHARE_MONTHS, "width": WIDTH,
        "low": (1 - INTERVAL) / 2, "high": (1 + INTERVAL) / 2,
    }  # fmt: skip

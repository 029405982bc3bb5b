from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import demand_sql
from ...lib.k_guard import K

MONTHS_AHEAD = 12
MONTHS_BACK = 24
STALE_MONTHS = 12
"""Nothing is expected of records that ended so long ago."""

BASE = 5
"""Figures of the past are rounded to multiples of it."""

USE_KINDS = ("loan", "onsite_use", "hold", "download", "database", "ill")
"""Uses of something of a class; a renewal is no new demand."""

# Persons are counted as the bits of two masks: never more than there are, in one pass over any number of rows.
MASKS = """
    bit_or(1::bigint << mod(coalesce(person, 0), 64)) FILTER (WHERE person IS NOT NULL) AS by_last,
    bit_or(1::bigint << mod(coalesce(person, 0) / 64, 64)) FILTER (WHERE person IS NOT NULL) AS by_next
"""
SOURCES = {
    "cases": """
        SELECT coalesce(c.service_id, -1) AS key, date_trunc('month', c.create_date)::date AS month, 1 AS uses,
               c.patron_id AS person
          FROM library_case c WHERE c.company_id = %(company)s AND c.merged_into_id IS NULL
    """,
    "uses": """
        SELECT coalesce(u.subject_id, -1) AS key, u.month, u.uses, u.patron_id AS person
          FROM library_usage u WHERE u.company_id = %(company)s AND u.kind IN %(use_kinds)s
    """,
    "needs": """
        SELECT coalesce(r.library_subject_id, -1) AS key, date_trunc('month', n.create_date)::date AS month, 1 AS uses,
               n.patron_id AS person
          FROM library_need n LEFT JOIN library_need_library_subject_rel r ON r.library_need_id = n.id
         WHERE n.company_id = %(company)s AND n.origin = 'stated' AND n.merged_into_id IS NULL
    """,
}
SERVICES = "SELECT id AS key, id AS ancestor, 0 AS distance FROM library_service"
SUBJECTS = """
    SELECT s.id AS key, above.id::int AS ancestor, (array_length(path, 1) - above.place)::int AS distance
      FROM library_subject s
CROSS JOIN LATERAL string_to_array(trim(trailing '/' FROM s.parent_path), '/') path
CROSS JOIN LATERAL unnest(path) WITH ORDINALITY above(id, place)
"""

COUNTED = """
    CREATE TEMPORARY TABLE library_forecast_counted ON COMMIT DROP AS
      WITH demand AS (
          SELECT key, month, sum(uses) AS uses, %(masks)s FROM (%(source)s) source
           WHERE month < %(this_month)s GROUP BY key, month
      ), tree AS (%(tree)s)
    SELECT coalesce(t.ancestor, 0) AS key, d.month, sum(d.uses) AS uses, bit_or(d.by_last) AS by_last,
           bit_or(d.by_next) AS by_next
      FROM demand d
 LEFT JOIN (TABLE tree UNION ALL SELECT DISTINCT key, 0, 99 FROM tree) t ON t.key = d.key
     GROUP BY 1, 2
"""
PERSONS = """
    greatest(length(replace(coalesce(bit_or(by_last), 0)::bit(64)::text, '0', '')),
             length(replace(coalesce(bit_or(by_next), 0)::bit(64)::text, '0', '')))
"""
STORE = """
    WITH tree AS (SELECT * FROM (%(tree)s) known UNION ALL SELECT DISTINCT key, 0, 99 FROM (%(tree)s) known),
    counted AS (SELECT key, month, uses FROM library_forecast_counted),
    %(steps)s,
    told AS (
        SELECT key FROM library_forecast_counted
         WHERE month > %(last)s::date - interval '2 years' GROUP BY key HAVING %(persons)s >= %(fewest)s
    ), past AS (
        SELECT f.key, f.month, f.uses, e.expected, e.method,
               f.uses = 0 OR (SELECT %(persons)s >= %(fewest)s FROM library_forecast_counted c
                               WHERE c.key = f.key AND c.month = f.month) AS has_actual
          FROM filled f JOIN told USING (key)
     LEFT JOIN expected e ON e.key = f.key AND e.month = f.month AND e.back = 12
         WHERE f.month > %(last)s::date - %(back)s * interval '1 month'
    ), found AS (
        SELECT key, month, 'ahead' AS state, expected, low, high, method, errors, NULL::float8 AS actual,
               FALSE AS has_actual
          FROM expected JOIN told USING (key) WHERE back = 0 AND month <= %(until)s
         UNION ALL
        SELECT key, month, 'past', expected, NULL, NULL, method, NULL,
               CASE WHEN has_actual THEN round(uses / %(base)s) * %(base)s END, has_actual
          FROM past
    )
    INSERT INTO library_forecast (company_id, kind, service_id, subject_id, month, state, expected, low, high, method,
                                  error_count, actual, has_actual)
    SELECT %(company)s, %(kind)s, CASE WHEN %(kind)s = 'cases' THEN nullif(key, 0) END,
           CASE WHEN %(kind)s <> 'cases' THEN nullif(key, 0) END, month, state, round(expected), floor(low), ceil(high),
           method, errors, actual, has_actual
      FROM found ORDER BY key, month
"""


class LibraryForecast(models.Model):
    """The nightly job that works out what to expect: one query an institution and kind of demand."""

    _inherit = "library.forecast"

    @api.model
    def _analyse_forecast(self, as_of, cursor):
        """Work out one kind of demand of one institution anew.

        :param as_of: date; the month before it is the last one that is known whole
        :param cursor: {"place": number of institution and kind}, None at the start
        :return: (next cursor or None, steps done, steps in all)
        """
        companies = self.env["res.company"].search(Domain.TRUE, order="id")
        kinds = list(SOURCES)
        place, total = (cursor or {}).get("place", 0), len(companies) * len(kinds)
        self.env["library.analysis.job"]._expect_many()
        self._forecast(companies[place // len(kinds)], kinds[place % len(kinds)], as_of)
        place += 1
        return ({"place": place} if place < total else None), place, total

    @api.model
    def _forget_forecast(self):
        """Throw away what was expected."""
        self.env.cr.execute("DELETE FROM library_forecast")
        self.invalidate_model()

    @api.model
    def _summary_forecast(self, as_of):
        return {"series": self.search_count([("state", "=", "ahead")]) // MONTHS_AHEAD}

    @api.model
    def _sentence_forecast(self, numbers):
        return self.env._("%(count)s services and classes with an expected demand.", count=numbers["series"])

    @api.model
    def _forecast(self, company, kind, as_of):
        """Count one kind of demand by month, and expect the months to come.

        :param date as_of: the first day that is not known
        """
        for name in ("library.case", "library.need", "library.subject", "library.service"):
            self.env[name].flush_model()
        this_month = as_of.replace(day=1)
        tree = SQL(SERVICES if kind == "cases" else SUBJECTS)
        self.env.cr.execute(
            SQL("DELETE FROM library_forecast WHERE company_id = %s AND kind = %s", company.id, kind)
        )
        self.env.cr.execute("DROP TABLE IF EXISTS library_forecast_counted")
        self.env.cr.execute(SQL(
            COUNTED, masks=SQL(MASKS), tree=tree, this_month=this_month,
            source=SQL(SOURCES[kind], **self._source_values(company, kind)),
        ))  # fmt: skip
        [(last,)] = self.env.execute_query(SQL("SELECT max(month) FROM library_forecast_counted"))
        if last and last >= this_month - relativedelta(months=STALE_MONTHS):
            self._store(company, kind, last, this_month + relativedelta(months=MONTHS_AHEAD - 1), tree)
        self.env.cr.execute("DROP TABLE library_forecast_counted")
        self.invalidate_model()

    @api.model
    def _source_values(self, company, kind):
        return {"company": company.id, **({"use_kinds": USE_KINDS} if kind == "uses" else {})}

    @api.model
    def _store(self, company, kind, last, until, tree):
        self.env.cr.execute("ANALYZE library_forecast_counted")
        values = demand_sql.parameters(last, until)
        self.env.cr.execute(SQL(
            STORE, tree=tree, steps=SQL(demand_sql.STEPS, **values), last=last, until=until, persons=SQL(PERSONS),
            fewest=K, back=MONTHS_BACK, base=BASE, company=company.id, kind=kind,
        ))  # fmt: skip

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.k_guard import K

UNDO_DAYS = 30
SOMEBODY = -2  # instead of a run: counts of de-identified patrons, as against sums about nobody in particular


class LibraryUsage(models.Model):
    """How long counts keep their person, and how a run's counts are taken back."""

    _inherit = "library.usage"

    @api.model
    def _lose_person(self, patron_ids):
        """Single patrons are de-identified: their counts stay, and reports go on treating them as somebody's."""
        self.env.cr.execute(SQL(
            "UPDATE library_usage SET patron_id = NULL, run_id = %s WHERE patron_id = ANY(%s)",
            SOMEBODY, list(patron_ids),
        ))

    @api.model
    def _apply_spans(self, run_id):
        """Bring the first and last day of use that a run found to its patrons; may be called again."""
        self.env["library.patron"].flush_model(["date_first_visit", "date_last_visit"])
        execute = self.env.cr.execute
        execute("ANALYZE library_usage_span")
        execute(SQL(
            """
            WITH span AS (
                DELETE FROM library_usage_span WHERE run_id = %(run)s RETURNING patron_id, date_first, date_last
            ), total AS (
                SELECT patron_id, min(date_first) AS date_first, max(date_last) AS date_last
                  FROM span GROUP BY patron_id
            ), changed AS (
                SELECT p.id, p.date_first_visit, p.date_last_visit,
                       least(p.date_first_visit, t.date_first) AS date_first,
                       greatest(p.date_last_visit, t.date_last) AS date_last
                  FROM total t JOIN library_patron p ON p.id = t.patron_id AND p.allows_counts
                 WHERE least(p.date_first_visit, t.date_first) IS DISTINCT FROM p.date_first_visit
                    OR greatest(p.date_last_visit, t.date_last) IS DISTINCT FROM p.date_last_visit
            ), before AS (
                INSERT INTO library_usage_before (run_id, patron_id, date_first, date_last)
                SELECT %(run)s, id, date_first_visit, date_last_visit FROM changed
            )
            UPDATE library_patron p SET date_first_visit = c.date_first, date_last_visit = c.date_last
              FROM changed c WHERE c.id = p.id
            """,
            run=run_id,
        ))
        self.env["library.patron"].invalidate_model(["date_first_visit", "date_last_visit"])

    @api.model
    def _take_back(self, run_id):
        """Undo everything that a run counted; exact when no later run has counted since (see the run's own check)."""
        execute = self.env.cr.execute
        self.env["library.patron"].flush_model(["date_first_visit", "date_last_visit"])
        execute(SQL("DELETE FROM library_usage WHERE run_id = %s", run_id))
        execute(SQL("DELETE FROM library_usage_receipt WHERE run_id = %s", run_id))
        execute(SQL("DELETE FROM library_usage_span WHERE run_id = %s", run_id))
        execute(SQL(
            """
            WITH before AS (
                DELETE FROM library_usage_before WHERE run_id = %s RETURNING patron_id, date_first, date_last
            ), oldest AS (
                SELECT patron_id, min(date_last) FILTER (WHERE date_last IS NOT NULL) AS date_last,
                       max(date_first) FILTER (WHERE date_first IS NOT NULL) AS date_first,
                       bool_or(date_last IS NULL) AS was_new
                  FROM before GROUP BY patron_id
            )
            UPDATE library_patron p
               SET date_first_visit = CASE WHEN NOT was_new THEN o.date_first END,
                   date_last_visit = CASE WHEN NOT was_new THEN o.date_last END
              FROM oldest o WHERE o.patron_id = p.id
            """,
            run_id,
        ))
        self.env["library.patron"].invalidate_model(["date_first_visit", "date_last_visit"])

    @api.model
    def _settle(self, run_ids):
        """Runs that can no longer be undone: their rows join the others."""
        if not run_ids:
            return
        self.env.cr.execute(SQL(
            """
            WITH touched AS (
                SELECT DISTINCT company_id, month FROM library_usage_receipt WHERE run_id = ANY(%(runs)s)
            ), settled AS (
                DELETE FROM library_usage u USING touched t
                 WHERE t.company_id = u.company_id AND t.month = u.month
                   AND (u.run_id = 0 OR u.run_id = ANY(%(runs)s))
             RETURNING u.company_id, patron_id, u.month, kind, subject_id, branch_id, channel, uses
            )
            INSERT INTO library_usage
                   (company_id, patron_id, month, kind, subject_id, branch_id, channel, uses)
            SELECT company_id, patron_id, month, kind, subject_id, branch_id, channel, sum(uses)
              FROM settled GROUP BY company_id, patron_id, month, kind, subject_id, branch_id, channel
             ORDER BY patron_id, month
            """,
            runs=list(run_ids),
        ))
        self.env.cr.execute(SQL("UPDATE library_usage_receipt SET run_id = 0 WHERE run_id = ANY(%s)", list(run_ids)))
        self.env.cr.execute(SQL("DELETE FROM library_usage_before WHERE run_id = ANY(%s)", list(run_ids)))

    @api.model
    def _first_open_month(self, company):
        """The first month whose uses the institution still counts by person."""
        today = fields.Date.context_today(self)
        kept = today.replace(day=1) - relativedelta(months=max(company.library_usage_months, 1))
        return max(kept, company.library_usage_closed_month or kept)

    @api.model
    def _cron_forget_persons(self):
        """Take the persons out of counts that are older than the institution keeps them, month by month."""
        commit = self.env["ir.cron"]._commit_progress
        self._settle_old_runs()
        companies = self.env["res.company"].search(Domain.TRUE)
        commit(remaining=len(companies))
        for company in companies:
            self._forget_persons(company)
            if not commit(1):
                return

    def _settle_old_runs(self):
        """Settle the runs that ended before the time for undoing them."""
        rows = self.env.execute_query(SQL(
            """
            SELECT id FROM library_import_run r
             WHERE state IN ('done', 'failed', 'undone') AND date_end < %s
               AND EXISTS (SELECT FROM library_usage_receipt c WHERE c.run_id = r.id)
            """,
            self.env.cr.now() - relativedelta(days=UNDO_DAYS),
        ))
        self._settle([run_id for (run_id,) in rows])

    @api.model
    def _forget_persons(self, company):
        """Close the months that one institution no longer keeps by person: sums stay, persons and receipts go."""
        first_open = self._first_open_month(company)
        self.env["library.usage.receipt"]._take_turn(company)
        execute = self.env.cr.execute
        # a cell about too few people loses its class and branch; what is then still about too few is dropped
        execute(SQL(
            """
            WITH closed AS (
                DELETE FROM library_usage
                 WHERE company_id = %(company)s AND month < %(month)s AND patron_id IS NOT NULL
             RETURNING patron_id, month, kind, subject_id, branch_id, channel, uses
            ), fine AS (
                SELECT month, kind, subject_id, branch_id, channel, sum(uses) AS uses,
                       count(DISTINCT patron_id) AS persons
                  FROM closed GROUP BY month, kind, subject_id, branch_id, channel
            ), coarse AS (
                SELECT c.month, c.kind, c.channel, sum(c.uses) AS uses
                  FROM closed c
                  JOIN fine f ON (c.month, c.kind, c.channel) = (f.month, f.kind, f.channel) AND f.persons < %(k)s
                   AND c.subject_id IS NOT DISTINCT FROM f.subject_id AND c.branch_id IS NOT DISTINCT FROM f.branch_id
                 GROUP BY c.month, c.kind, c.channel HAVING count(DISTINCT c.patron_id) >= %(k)s
            )
            INSERT INTO library_usage (company_id, month, kind, subject_id, branch_id, channel, uses)
            SELECT %(company)s, month, kind, subject_id, branch_id, channel, uses FROM fine WHERE persons >= %(k)s
             UNION ALL
            SELECT %(company)s, month, kind, NULL, NULL, channel, uses FROM coarse
            """,
            company=company.id, month=first_open, k=K,
        ))
        execute(SQL(
            "DELETE FROM library_usage_receipt WHERE company_id = %s AND month < %s", company.id, first_open
        ))
        # whoever stopped the counting while a file was being counted
        execute(SQL(
            "DELETE FROM library_usage u USING library_patron p WHERE p.id = u.patron_id AND NOT p.allows_counts"
            " AND u.company_id = %s", company.id,
        ))
        if company.library_usage_closed_month != first_open:
            company.library_usage_closed_month = first_open

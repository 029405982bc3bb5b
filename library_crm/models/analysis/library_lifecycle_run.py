from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import stages

# One row for each patron of the slice. Who is not counted stands as one who never came.
STANDING = """
    SELECT p.id, p.lifecycle AS before, p.date_expiry, f.last_use_date, f.tenure_days,
           coalesce(p.allows_counts, FALSE) AS is_counted,
           CASE WHEN p.allows_counts THEN f.visit_days_total END AS visits,
           CASE WHEN f.last_use_date IS NOT NULL THEN %(days)s END AS days,
           coalesce(p.date_lifecycle_held >= %(as_of)s, FALSE) AS is_held,
           p.active IS NOT TRUE OR p.is_anonymised IS TRUE AS is_archived,
           coalesce(p.date_expiry < %(as_of)s - %(lost_days)s
                    AND coalesce(f.last_use_date <= p.date_expiry, TRUE), FALSE) AS is_expired,
           p.date_enrolled IS NOT NULL OR EXISTS (
               SELECT 1 FROM library_patron_identity i WHERE i.patron_id = p.id AND i.kind = 'card') AS has_card
      FROM library_patron p
      LEFT JOIN library_patron_fact f ON f.patron_id = p.id
     WHERE p.id > %(after)s AND p.id <= %(upto)s AND p.company_id = %(company)s
"""

REASON = """
    CASE WHEN is_archived THEN 'archived'
         WHEN is_expired THEN 'expired'
         WHEN becomes = 'prospect' THEN 'no_card'
         WHEN NOT is_counted THEN 'not_counted'
         WHEN becomes = 'registered' THEN 'no_use'
         WHEN becomes IN ('at_risk', 'lapsed') THEN 'quiet'
         ELSE 'fresh' END
"""

PARAMS = """
    jsonb_strip_nulls(jsonb_build_object(
        'days', CASE WHEN reason IN ('fresh', 'quiet') THEN days END,
        'visits', CASE WHEN reason IN ('fresh', 'quiet') THEN visits END,
        'limit', CASE WHEN reason = 'quiet'
                 THEN CASE WHEN becomes = 'lapsed' THEN %(lost_days)s ELSE %(cooling_days)s END END,
        'date', CASE WHEN reason = 'expired' THEN date_expiry END))
"""

MOVE = """
    WITH standing AS MATERIALIZED (%(standing)s),
    staged AS MATERIALIZED (SELECT *, %(stage)s AS stage FROM standing),
    placed AS MATERIALIZED (SELECT *, %(lifecycle)s AS becomes FROM staged),
    judged AS MATERIALIZED (SELECT *, %(reason)s AS reason FROM placed),
    noted AS (
        UPDATE library_patron_fact f SET stage = CASE WHEN j.is_counted AND NOT j.is_archived THEN j.stage END
          FROM judged j
         WHERE f.patron_id = j.id
           AND f.stage IS DISTINCT FROM CASE WHEN j.is_counted AND NOT j.is_archived THEN j.stage END
    ), moved AS (
        UPDATE library_patron p SET lifecycle = j.becomes FROM judged j
         WHERE p.id = j.id AND NOT j.is_held AND j.becomes <> j.before
     RETURNING p.id
    )
    INSERT INTO library_lifecycle_transition (
           patron_id, company_id, date, from_stage, to_stage, rule_id, reason_code, reason_params, is_manual,
           create_uid, create_date, write_uid, write_date)
    SELECT j.id, %(company)s, %(as_of)s, j.before, j.becomes, %(rule)s, j.reason, %(params)s, FALSE,
           %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM judged j JOIN moved m ON m.id = j.id ORDER BY j.id
"""


class LibraryLifecycleTransition(models.Model):
    """How patrons get their stage every night: one statement for a slice of patrons."""

    _inherit = "library.lifecycle.transition"

    @api.model
    def _analyse_lifecycle(self, as_of, cursor):
        """Judge one slice of patrons by the rule of their institution.

        :param as_of: date that the transitions bear
        :param cursor: what the call before returned, None at the start
        :return: (next cursor or None, patrons done, patrons in all)
        """
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        for name in ("library.patron", "library.patron.fact", "library.patron.identity", self._name):
            self.env[name].flush_model()
        for company in self.env["res.company"].search(Domain.TRUE, order="id"):
            self.env.cr.execute(self._sql_move(company, as_of, piece))
        self.env["library.patron"].invalidate_model(["lifecycle"])
        self.env["library.patron.fact"].invalidate_model(["stage"])
        self.invalidate_model()
        return piece.cursor, piece.done, piece.total

    @api.model
    def _sql_move(self, company, as_of, piece):
        """The statement that judges the patrons of one institution in a slice."""
        rule = self.env["library.lifecycle.rule"]._current(company)
        rule.flush_recordset()
        limits = rule._thresholds()
        stage, stage_params = stages.stage_sql("days", "visits", "tenure_days", limits)
        lifecycle, lifecycle_params = stages.lifecycle_sql(
            "stage", "visits", "has_card", "(is_archived OR is_expired)", limits
        )
        days, days_params = stages.counted_days_sql("f.last_use_date", vacations=rule._vacations())
        return SQL(
            MOVE,
            standing=SQL(
                STANDING, days=SQL(days, as_of=as_of, **days_params), as_of=as_of, after=piece.after, upto=piece.upto,
                company=company.id, lost_days=limits.lost_days,
            ),
            stage=SQL(stage, **stage_params),
            lifecycle=SQL(lifecycle, **lifecycle_params),
            reason=SQL(REASON),
            params=SQL(PARAMS, lost_days=limits.lost_days, cooling_days=limits.cooling_days),
            company=company.id, rule=rule.id, as_of=as_of, uid=self.env.uid,
        )

    @api.model
    def _forget_lifecycle(self):
        """Take back what the last run concluded; earlier transitions are a record of what was said and stay."""
        self.flush_model()
        self.env["library.patron"].flush_model(["lifecycle"])
        self.env.cr.execute(
            """
            WITH newest AS (
                SELECT company_id, max(date) AS date FROM library_lifecycle_transition WHERE is_manual IS NOT TRUE
                 GROUP BY company_id
            ), undone AS (
                DELETE FROM library_lifecycle_transition t USING newest n
                 WHERE t.date = n.date AND t.company_id = n.company_id AND t.is_manual IS NOT TRUE
             RETURNING t.id, t.patron_id, t.from_stage
            ), earliest AS (
                SELECT DISTINCT ON (patron_id) patron_id, from_stage FROM undone ORDER BY patron_id, id
            ), held AS (
                SELECT t.patron_id FROM library_lifecycle_transition t JOIN newest n ON n.company_id = t.company_id
                 WHERE t.is_manual AND t.date >= n.date
            )
            UPDATE library_patron p SET lifecycle = e.from_stage FROM earliest e
             WHERE p.id = e.patron_id AND p.id NOT IN (SELECT patron_id FROM held)
            """
        )
        self.env.cr.execute("UPDATE library_patron_fact SET stage = NULL")
        self.env.invalidate_all(flush=False)

    @api.model
    def _summary_lifecycle(self, as_of):
        [(moved,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM library_lifecycle_transition WHERE date = %s AND is_manual IS NOT TRUE", as_of
            )
        )
        return {"moved": moved}

    @api.model
    def _sentence_lifecycle(self, numbers):
        return self.env._("%(moved)s patrons moved to another stage.", **numbers)

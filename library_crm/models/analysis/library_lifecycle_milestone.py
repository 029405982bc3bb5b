from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MILESTONES = [
    ("first_use", "From enrolled to used"),
    ("stable", "From used to regular"),
    ("long_term", "From regular to long-term"),
]
CONTACTS = [
    ("case", "A question"),
    ("contact", "A talk at the desk"),
    ("event", "An event"),
    ("none", "Nothing that we know of"),
]
BEFORE_DAYS = 60
"""A contact this long before a step may have had to do with it."""
AGES = 8
"""Quarters that the cohort matrix follows."""

REACHED = """
    WITH who AS MATERIALIZED (
        SELECT p.id, p.partner_id, p.date_enrolled FROM library_patron p
         WHERE p.company_id = %(company)s AND p.id > %(after)s AND p.id <= %(upto)s AND %(visible)s),
    running AS MATERIALIZED (
        SELECT patron_id, month, sum(days) OVER (PARTITION BY patron_id ORDER BY month) AS total,
               min(month) OVER (PARTITION BY patron_id) AS first
          FROM (SELECT u.patron_id, u.month, sum(u.uses) AS days FROM library_usage u JOIN who w ON w.id = u.patron_id
                 WHERE u.patron_id > %(after)s AND u.patron_id <= %(upto)s AND u.kind = 'visit_day'
                   AND u.month <= %(as_of)s
                 GROUP BY u.patron_id, u.month) monthly),
    reached AS MATERIALIZED (
        SELECT patron_id, min(month) AS first_use,
               min(month) FILTER (WHERE total >= %(regular)s) AS stable,
               min(month) FILTER (WHERE total >= %(loyal)s AND month >= first + interval '1 year') AS long_term
          FROM running GROUP BY patron_id),
    step AS MATERIALIZED (
        SELECT r.patron_id, s.kind, s.month, s.month + 14 - s.since AS days
          FROM reached r JOIN who w ON w.id = r.patron_id
         CROSS JOIN LATERAL (VALUES
               ('first_use', r.first_use, least(w.date_enrolled, r.first_use + 14)),
               ('stable', r.stable, r.first_use + 14),
               ('long_term', r.long_term, r.stable + 14)) AS s (kind, month, since)
         WHERE s.month IS NOT NULL),
    contact AS MATERIALIZED (
        SELECT c.patron_id, 'case' AS what, c.create_date::date AS day FROM library_case c
         WHERE c.patron_id > %(after)s AND c.patron_id <= %(upto)s
         UNION ALL
        SELECT i.patron_id, 'contact', i.date::date FROM library_interaction i
         WHERE i.patron_id > %(after)s AND i.patron_id <= %(upto)s
         UNION ALL
        SELECT w.id, 'event', e.date_begin::date FROM event_registration g JOIN event_event e ON e.id = g.event_id
          JOIN who w ON w.partner_id = g.partner_id WHERE g.state = 'done'),
    preceding AS MATERIALIZED (
        SELECT DISTINCT ON (s.patron_id, s.kind) s.patron_id, s.kind, c.what
          FROM step s JOIN contact c ON c.patron_id = s.patron_id
         WHERE c.day BETWEEN s.month - %(before)s AND s.month + 30
         ORDER BY s.patron_id, s.kind, c.day DESC, c.what)
    INSERT INTO library_lifecycle_milestone (patron_id, company_id, kind, month, days, preceded_by)
    SELECT s.patron_id, %(company)s, s.kind, s.month, s.days, coalesce(c.what, 'none')
      FROM step s LEFT JOIN preceding c ON c.patron_id = s.patron_id AND c.kind = s.kind
     ORDER BY s.patron_id, s.month, s.kind
"""

# Of those enrolled in a month, how many used the library in each quarter of a year afterwards.
COHORTS = """
    WITH enrolled AS MATERIALIZED (
        SELECT p.id, date_trunc('month', p.date_enrolled)::date AS cohort FROM library_patron p
         WHERE p.company_id = %(company)s AND p.date_enrolled <= %(as_of)s AND p.date_enrolled > %(since)s
           AND %(visible)s),
    seen AS (
        SELECT DISTINCT e.id, e.cohort,
               ((extract(year FROM u.month) - extract(year FROM e.cohort)) * 12
                + extract(month FROM u.month) - extract(month FROM e.cohort))::int / 3 AS age
          FROM enrolled e JOIN library_usage u ON u.patron_id = e.id
         WHERE u.month >= e.cohort AND u.month <= %(as_of)s)
    INSERT INTO library_lifecycle_cohort (company_id, cohort, age, patrons, active_count)
    SELECT %(company)s, c.cohort, a.age, c.patrons, coalesce(s.patrons, 0)
      FROM (SELECT cohort, count(*) AS patrons FROM enrolled GROUP BY cohort) c
     CROSS JOIN generate_series(0, %(ages)s - 1) AS a (age)
      LEFT JOIN (SELECT cohort, age, count(*) AS patrons FROM seen GROUP BY cohort, age) s
             ON s.cohort = c.cohort AND s.age = a.age
     WHERE c.cohort + make_interval(months => 3 * (a.age + 1)) <= %(as_of)s + 1
     ORDER BY c.cohort, a.age
"""


class LibraryLifecycleMilestone(models.Model):
    """When a patron first used the library, became regular, and stayed: the steps that the conversions count."""

    _name = "library.lifecycle.milestone"
    _description = "Lifecycle Milestone"
    _order = "patron_id, month, id"
    _rec_name = "patron_id"
    _log_access = False

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    kind = fields.Selection(MILESTONES, required=True, readonly=True)
    month = fields.Date(required=True, readonly=True)
    days = fields.Integer("Days since the step before", readonly=True)
    preceded_by = fields.Selection(CONTACTS, "What came before", readonly=True)

    _kind_uniq = models.Constraint("UNIQUE (patron_id, kind)", "A patron reaches a milestone once.")

    @api.model
    def _analyse_milestones(self, as_of, cursor):
        """Find the milestones of one slice of patrons; at the end, count the cohorts.

        :param as_of: date; nothing later is looked at
        :param cursor: what the call before returned, None at the start
        :return: (next cursor or None, patrons done, patrons in all)
        """
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        for name, fnames in {
            "library.patron": None, "library.case": ["patron_id"], "library.interaction": ["patron_id", "date"],
            "event.registration": ["partner_id", "state", "event_id"], "event.event": ["date_begin"], self._name: None,
        }.items():
            self.env[name].flush_model(fnames)
        self.env["library.analysis.job"]._expect_many()
        execute = self.env.cr.execute
        execute(
            SQL(
                "DELETE FROM library_lifecycle_milestone WHERE patron_id > %s AND patron_id <= %s",
                piece.after, piece.upto,
            )
        )
        visible = self.env["library.patron"]._sql_visible_use()
        for company in self.env["res.company"].search(Domain.TRUE, order="id"):
            limits = self.env["library.lifecycle.rule"]._current(company)._thresholds()
            execute(
                SQL(
                    REACHED, company=company.id, after=piece.after, upto=piece.upto, as_of=as_of, visible=visible,
                    regular=limits.regular_visits, loyal=limits.loyal_visits, before=BEFORE_DAYS,
                )
            )
            if not piece.cursor:
                self.env["library.lifecycle.cohort"]._count(company, as_of, SQL(COHORTS, **{
                    "company": company.id, "as_of": as_of, "since": as_of.replace(year=as_of.year - 3, day=1),
                    "visible": visible, "ages": AGES,
                }))
        self.invalidate_model()
        return piece.cursor, piece.done, piece.total

    @api.model
    def _forget_milestones(self):
        self.env.cr.execute("DELETE FROM library_lifecycle_milestone; DELETE FROM library_lifecycle_cohort")
        self.env.invalidate_all(flush=False)

    @api.model
    def _summary_milestones(self, as_of):
        counts = dict(self._read_group([], ["kind"], ["__count"]))
        return {kind: counts.get(kind, 0) for kind, _label in MILESTONES}

    @api.model
    def _sentence_milestones(self, numbers):
        return self.env._(
            "%(first_use)s patrons have used the library, %(stable)s became regular, %(long_term)s stayed.", **numbers
        )

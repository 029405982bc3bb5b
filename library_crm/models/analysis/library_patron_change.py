from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...const import USAGE_KINDS

LEAST_SIZE = 1.5
"""Smaller changes are everyday life and are not kept."""
KEPT_MONTHS = 12

# A month beside the three before it; `pace` is what happened to everybody (vacations, closures) in the same time.
CHANGES = """
    WITH who AS MATERIALIZED (
        SELECT p.id, p.allows_interests FROM library_patron p
         WHERE p.company_id = %(company)s AND p.id > %(after)s AND p.id <= %(upto)s AND %(visible)s),
    used AS MATERIALIZED (
        SELECT u.patron_id, u.month, u.kind, u.subject_id, u.channel, u.uses FROM library_usage u
         WHERE u.patron_id > %(after)s AND u.patron_id <= %(upto)s AND u.kind <> 'visit_day'
           AND u.month > %(year_before)s AND u.month <= %(month)s),
    counted AS (
        SELECT w.id AS patron_id, w.allows_interests,
               coalesce(sum(u.uses) FILTER (WHERE u.month = %(month)s), 0) AS uses,
               coalesce(sum(u.uses) FILTER (WHERE u.month < %(month)s AND u.month >= %(base)s), 0) / 3.0 AS usual,
               count(DISTINCT u.month) FILTER (WHERE u.month < %(month)s AND u.month >= %(base)s) AS usual_months,
               coalesce(sum(u.uses) FILTER (WHERE u.month = %(month)s AND u.channel = 'remote'), 0) AS remote,
               coalesce(sum(u.uses) FILTER (WHERE u.month < %(month)s AND u.month >= %(base)s
                                              AND u.channel = 'remote'), 0) / 3.0 AS usual_remote,
               coalesce(array_agg(DISTINCT u.kind) FILTER (WHERE u.month = %(month)s), '{}') AS kinds,
               coalesce(array_agg(DISTINCT u.kind) FILTER (WHERE u.month < %(month)s), '{}') AS kinds_before,
               coalesce(array_agg(DISTINCT u.subject_id) FILTER (WHERE u.month = %(month)s
                                                                   AND u.subject_id IS NOT NULL), '{}') AS classes,
               coalesce(array_agg(DISTINCT u.subject_id) FILTER (WHERE u.month < %(month)s
                                                         AND u.subject_id IS NOT NULL), '{}') AS classes_before
          FROM who w JOIN used u ON u.patron_id = w.id GROUP BY w.id, w.allows_interests),
    compared AS (
        SELECT patron_id, uses, round((usual * %(pace)s)::numeric, 1) AS expected,
               array(SELECT unnest(kinds) EXCEPT SELECT unnest(kinds_before) ORDER BY 1) AS new_kinds,
               CASE WHEN allows_interests
                    THEN array(SELECT unnest(classes) EXCEPT SELECT unnest(classes_before) ORDER BY 1)
                    ELSE '{}' END AS new_subjects,
               uses = 0 AND usual_months = 3 AS is_gap,
               CASE WHEN uses >= 3 AND usual >= 1 AND remote / uses::float - usual_remote / usual >= 0.5 THEN 'remote'
                    WHEN uses >= 3 AND usual >= 1 AND remote / uses::float - usual_remote / usual <= -0.5 THEN 'onsite'
               END AS turned_to
          FROM counted WHERE kinds_before <> '{}'),
    sized AS (
        SELECT *, round((abs(ln((uses + 1) / (expected + 1))) / ln(2))::numeric
                        + 0.5 * cardinality(new_kinds) + 0.5 * least(cardinality(new_subjects), 4)
                        + CASE WHEN turned_to IS NULL THEN 0 ELSE 1 END + CASE WHEN is_gap THEN 1 ELSE 0 END, 2) AS size
          FROM compared)
    INSERT INTO library_patron_change (
           patron_id, company_id, month, uses, expected, new_kinds, new_subjects, is_gap, turned_to, size)
    SELECT patron_id, %(company)s, %(month)s, uses, expected, to_jsonb(new_kinds), to_jsonb(new_subjects), is_gap,
           turned_to, size
      FROM sized WHERE size >= %(least)s ORDER BY patron_id
"""

PACE = """
    SELECT coalesce(sum(uses) FILTER (WHERE month = %(month)s)
                    / nullif(sum(uses) FILTER (WHERE month < %(month)s) / 3.0, 0), 1)
      FROM library_usage WHERE company_id = %(company)s AND kind <> 'visit_day' AND patron_id IS NOT NULL
                           AND month >= %(base)s AND month <= %(month)s
"""


class LibraryPatronChange(models.Model):
    """How a patron's use of the library changed in a month, against the three before and against everybody's pace.

    Services, channels and, where the patron allows it, subject classes; never a title.
    """

    _name = "library.patron.change"
    _inherit = ["library.patron.link"]
    _description = "Change of Use"
    _order = "month desc, size desc, id"
    _rec_name = "patron_id"
    _log_access = False

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    month = fields.Date(required=True, readonly=True)
    uses = fields.Integer(readonly=True)
    expected = fields.Float("Usual", readonly=True, digits=(8, 1), help="The three months before, at everybody's pace.")
    new_kinds = fields.Json(readonly=True)
    new_subjects = fields.Json(readonly=True)
    is_gap = fields.Boolean("Stayed away", readonly=True)
    turned_to = fields.Selection([("remote", "Remote"), ("onsite", "On site")], "Turned to", readonly=True)
    size = fields.Float("How much", readonly=True, digits=(8, 1))
    sentence = fields.Text("What changed", compute="_compute_sentence")
    owner_id = fields.Many2one(related="patron_id.owner_id", string="Served by")
    lifecycle = fields.Selection(related="patron_id.lifecycle")

    _month_uniq = models.Constraint("UNIQUE (patron_id, month)", "A patron has one change in a month.")
    _size_idx = models.Index("(company_id, month DESC, size DESC)")

    @api.depends("uses", "expected", "new_kinds", "new_subjects", "is_gap", "turned_to")
    @api.depends_context("lang")
    def _compute_sentence(self):
        ids = {subject_id for change in self for subject_id in change.new_subjects or []}
        subjects = {subject.id: subject.display_name for subject in self.env["library.subject"].browse(ids).exists()}
        for change in self:
            change.sentence = "\n".join(change._sentences(subjects))

    def _sentences(self, subjects):
        """What changed, a line each.

        :param dict subjects: {id: name} of the classes that appear
        """
        self.ensure_one()
        _ = self.env._
        month = format_date(self.env, self.month, date_format="MMMM y")
        if self.is_gap:
            yield _("No use in %(month)s, usually %(usual)s.", month=month, usual=f"{self.expected:.0f}")
        else:
            yield _("%(uses)s uses in %(month)s, usually %(usual)s.", uses=self.uses, month=month,
                    usual=f"{self.expected:.0f}")
        labels = dict(self._kind_labels())
        if self.new_kinds:
            yield _("New: %(kinds)s.", kinds=", ".join(labels.get(kind, kind) for kind in self.new_kinds))
        names = [subjects[subject_id] for subject_id in self.new_subjects or [] if subject_id in subjects]
        if names:
            yield _("New subjects: %(subjects)s.", subjects=", ".join(names))
        if self.turned_to == "remote":
            yield _("Now mostly remote.")
        elif self.turned_to == "onsite":
            yield _("Now mostly on site.")

    @api.model
    def _kind_labels(self):
        return self.env["library.usage"]._fields["kind"]._description_selection(self.env) or USAGE_KINDS

    # The nightly job

    @api.model
    def _analyse_changes(self, as_of, cursor):
        """Compare the last whole month with the three before, for one slice of patrons.

        :param as_of: date; the month before it is looked at
        :param cursor: what the call before returned, None at the start
        :return: (next cursor or None, patrons done, patrons in all)
        """
        month = as_of.replace(day=1) - relativedelta(months=1)
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        self.env["library.patron"].flush_model()
        self.flush_model()
        companies = self.env["res.company"].search(Domain.TRUE, order="id")
        paces = (cursor or {}).get("paces") or {str(company.id): self._pace(company, month) for company in companies}
        self.env["library.analysis.job"]._expect_many()
        execute = self.env.cr.execute
        execute(
            SQL(
                "DELETE FROM library_patron_change WHERE patron_id > %s AND patron_id <= %s"
                " AND (month = %s OR month <= %s)",
                piece.after, piece.upto, month, month - relativedelta(months=KEPT_MONTHS),
            )
        )
        for company in companies:
            execute(self._sql_changes(company, month, piece, paces.get(str(company.id), 1.0)))
        self.invalidate_model()
        return piece.cursor and {**piece.cursor, "paces": paces}, piece.done, piece.total

    @api.model
    def _sql_changes(self, company, month, piece, pace):
        return SQL(
            CHANGES, company=company.id, after=piece.after, upto=piece.upto, month=month, pace=pace,
            base=month - relativedelta(months=3), year_before=month - relativedelta(months=12), least=LEAST_SIZE,
            visible=self.env["library.patron"]._sql_visible_use(),
        )

    @api.model
    def _pace(self, company, month):
        """How the uses of everybody in a month compare with the three before; 1 when nothing was used."""
        [(pace,)] = self.env.execute_query(
            SQL(PACE, company=company.id, month=month, base=month - relativedelta(months=3))
        )
        return float(pace)

    @api.model
    def _forget_changes(self):
        """Drop the newest month; those before were computed when they ended and stay as a record."""
        self.env.cr.execute(
            "DELETE FROM library_patron_change WHERE month = (SELECT max(month) FROM library_patron_change)"
        )
        self.invalidate_model()

    @api.model
    def _summary_changes(self, as_of):
        month = as_of.replace(day=1) - relativedelta(months=1)
        return {"changed": self.search_count([("month", "=", month)])}

    @api.model
    def _sentence_changes(self, numbers):
        return self.env._("%(changed)s patrons use the library differently from before.", **numbers)

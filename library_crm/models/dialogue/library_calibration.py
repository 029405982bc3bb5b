from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

VIGNETTES = 5


class LibraryCalibration(models.Model):
    """A month in which staff code the same five small questions on the READ scale, each alone.

    A lead reads the vignettes before anybody else does: they come from real cases, and a machine that takes people out
    of a text may overlook something.
    """

    _name = "library.calibration"
    _description = "READ Calibration"
    _order = "month desc, id desc"

    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, default=lambda self: self.env.company,
        ondelete="cascade",
    )
    month = fields.Date(required=True, default=lambda self: fields.Date.context_today(self).replace(day=1))
    state = fields.Selection(
        [("draft", "To be looked through"), ("open", "Being coded"), ("closed", "Closed")],
        required=True, default="draft", readonly=True, index=True, copy=False,
    )
    vignette_ids = fields.One2many("library.calibration.vignette", "calibration_id", string="Vignettes")
    result_ids = fields.One2many("library.calibration.result", "calibration_id", string="Agreement", readonly=True)
    coder_count = fields.Integer("Have coded", compute="_compute_counts")
    asked_count = fields.Integer("Asked to code", compute="_compute_counts")

    _month_uniq = models.UniqueIndex("(company_id, month)", "This month has its calibration already.")
    _first_of_month = models.Constraint(
        "CHECK (extract(day FROM month) = 1)", "A calibration stands on the first day of its month."
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for calibration in self:
            calibration.display_name = format_date(self.env, calibration.month, date_format="MMMM yyyy")

    @api.depends("vignette_ids.code_ids.level")
    def _compute_counts(self):
        # sudo: how many, not who
        Code_sudo = self.env["library.calibration.code"].sudo()
        asked = dict(Code_sudo._read_group(
            [("calibration_id", "in", self.ids)], ["calibration_id"], ["user_id:count_distinct"]
        ))
        coded = dict(Code_sudo._read_group(
            [("calibration_id", "in", self.ids), ("level", "!=", False)], ["calibration_id"], ["user_id:count_distinct"]
        ))
        for calibration in self:
            calibration.asked_count = asked.get(calibration, 0)
            calibration.coder_count = coded.get(calibration, 0)

    @api.model
    def _domain_open(self):
        return Domain("state", "=", "open")

    # A month's course

    def action_open(self):
        """The vignettes name nobody: give them to the staff of all teams."""
        self.check_access("write")
        for calibration in self.filtered(lambda one: one.state == "draft"):
            if not calibration.vignette_ids:
                raise UserError(self.env._("There is no vignette to code."))
            calibration.state = "open"
            calibration._hand_out()

    def _hand_out(self):
        """An empty code for each member of a team and vignette; who has one keeps it."""
        # sudo: rows for colleagues, without a level
        Code_sudo = self.env["library.calibration.code"].sudo()
        teams = self.env["library.team"].sudo().search([("company_id", "in", [self.company_id.id, False])], order="id")
        team_of = {}
        for team in teams:
            for user in team.user_ids.filtered(lambda one: one.active and not one.share):
                team_of.setdefault(user, team)
        known = {(code.vignette_id, code.user_id) for code in Code_sudo.search([("calibration_id", "=", self.id)])}
        Code_sudo.create([
            {"vignette_id": vignette.id, "user_id": user.id, "team_id": team.id}
            for vignette in self.vignette_ids for user, team in team_of.items() if (vignette, user) not in known
        ])

    def action_close(self):
        """Nobody codes any more; the agreement is worked out."""
        self.check_access("write")
        self._close()

    def _close(self):
        for calibration in self.filtered(lambda one: one.state == "open"):
            calibration.state = "closed"
            calibration._rebuild()

    def action_fill(self):
        """Fetch vignettes from last month's cases, and from the stock what is missing."""
        self.check_access("write")
        self._fill()

    def _fill(self):
        """Up to five vignettes; drawn again, the same ones, and never the same case twice."""
        for calibration in self.filtered(lambda one: one.state == "draft"):
            missing = VIGNETTES - len(calibration.vignette_ids)
            Vignette = self.env["library.calibration.vignette"].with_context(lang=self.env.user.lang)
            rows = Vignette._from_cases(calibration, missing) if missing > 0 else []
            rows += Vignette._from_stock(calibration, missing - len(rows)) if missing > len(rows) else []
            # sudo: texts without people, for a lead to look through
            calibration.sudo().vignette_ids = [Command.create(row) for row in rows]

    @api.model
    def _cron_calibrate(self):
        """End last month's round and prepare this month's, once; may be killed at any point."""
        commit = self.env["ir.cron"]._commit_progress
        month = self.env.cr.now().date().replace(day=1)
        for calibration in self.search(self._domain_open() & Domain("month", "<", month)):
            calibration._close()
            if not commit(1):
                return
        for company in self.env["res.company"].search(Domain.TRUE):
            if self.search_count([("company_id", "=", company.id), ("month", "=", month)]):
                continue
            if not self.env["library.team"].search_count([("company_id", "in", [company.id, False])], limit=1):
                continue
            self.with_company(company).create({"company_id": company.id, "month": month})._fill()
            if not commit(1):
                return

    def _last_month(self):
        """The first days of the month before and of the month of this round."""
        return self.month - relativedelta(months=1), self.month

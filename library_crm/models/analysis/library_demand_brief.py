from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

STATES = [("draft", "In work"), ("final", "Given out")]


class LibraryDemandBrief(models.Model):
    """What people needed in a quarter, what they got, and what is lacking: four pages for whoever decides.

    It is about needs that were stated in the quarter and what became of them until the figures were worked out. There
    are no examples from single needs in it.
    """

    _name = "library.demand.brief"
    _description = "Demand Brief"
    _inherit = ["library.printed.report"]
    _order = "date_from desc, id desc"

    name = fields.Char(compute="_compute_name")
    date_from = fields.Date(
        "Quarter from", required=True, default=lambda self: self._last_quarter(fields.Date.context_today(self)),
        help="The first day of the quarter; any other day is taken for the quarter that it lies in.",
    )
    date_to = fields.Date("Until", compute="_compute_date_to")
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False)
    summary = fields.Text("What it says", translate=True, help="In a few sentences, above the figures.")
    advice = fields.Text("What we propose", translate=True)
    figures_view = fields.Html("Figures", compute="_compute_figures_view", sanitize=False)

    _quarter_uniq = models.UniqueIndex("(company_id, date_from)", "There is a brief of this quarter already.")

    @api.depends("date_from")
    def _compute_date_to(self):
        for brief in self:
            brief.date_to = brief.date_from and brief.date_from + relativedelta(months=3, days=-1)

    @api.depends("date_from")
    @api.depends_context("lang")
    def _compute_name(self):
        for brief in self:
            brief.name = brief.date_from and self.env._(
                "Demand, quarter %(quarter)s of %(year)s", quarter=(brief.date_from.month + 2) // 3,
                year=brief.date_from.year,
            )

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_figures_view(self):
        for brief in self:
            brief.figures_view = brief.figures and self.env["ir.qweb"]._render(
                "library_crm.demand_brief_figures", {"page": brief._page_values()})

    @api.model
    def _last_quarter(self, today):
        """The first day of the last quarter that is over."""
        this = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        return this - relativedelta(months=3)

    @api.model
    def _words(self):
        return ("date_from", "summary", "advice")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._to_quarter(vals)
        briefs = super().create(vals_list)
        briefs._work_out()
        return briefs

    def write(self, vals):
        self._to_quarter(vals)
        result = super().write(vals)
        if "date_from" in vals:
            self._work_out()
        return result

    @api.model
    def _to_quarter(self, vals):
        """A day stands for the quarter in which it lies."""
        if day := fields.Date.to_date(vals.get("date_from")):
            vals["date_from"] = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)

    @api.model
    def _cron_draft(self):
        """A draft of the last quarter for each institution that has none; run again, it finds nothing to do."""
        quarter = self._last_quarter(fields.Date.context_today(self))
        known = self.search([("date_from", "=", quarter)]).company_id
        companies = self.env["res.company"].search(Domain("id", "not in", known.ids))
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(companies))
        for company in companies:
            self.create({"company_id": company.id, "date_from": quarter})
            if not commit(1):
                return

    def action_finish(self):
        """Give it out: words and figures stay as they are."""
        self.check_access("write")
        self.sudo().write({"state": "final"})  # sudo: the state is set by this button only

    def action_reopen(self):
        """Work on it again."""
        self.check_access("write")
        self.sudo().write({"state": "draft"})  # sudo: as in action_finish

    def action_print(self):
        """The brief as a PDF."""
        self.check_access("read")
        return self.env.ref("library_crm.library_demand_brief_report").report_action(self)

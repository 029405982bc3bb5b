from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...lib.form_input import as_id

STATES = [
    ("draft", "In work"),
    ("published", "Published"),
    ("replaced", "Replaced by a corrected one"),
    ("withdrawn", "Withdrawn"),
]
FIRST_YEAR, LAST_YEAR = 1990, 2200


class LibraryPublicReport(models.Model):
    """What the library tells the public once a year: whom it reached, what it met, what it promised and kept.

    Article 42 of China's Public Library Law asks libraries for it. What was published stays as it was: a mistake is
    corrected by a new version that says what was wrong, or the report is withdrawn with a reason.
    """

    _name = "library.public.report"
    _description = "Yearly Public Report"
    _inherit = ["library.printed.report"]
    _order = "year desc, version desc, id desc"

    name = fields.Char(compute="_compute_name")
    year = fields.Integer(
        required=True, aggregator=None, default=lambda self: fields.Date.context_today(self).year - 1
    )
    version = fields.Integer(default=1, required=True, readonly=True, copy=False, aggregator=None)
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False, index=True)
    intro = fields.Text("To the readers", translate=True, help="A few words above the figures. Write no names.")
    outlook = fields.Text("What comes next", translate=True)
    correction = fields.Text(
        "What was corrected", translate=True, help="Everybody reads it above the corrected report."
    )
    withdrawn_reason = fields.Text("Why it is withdrawn", translate=True, copy=False)
    date_published = fields.Datetime("Published on", readonly=True, copy=False)
    published_by = fields.Many2one("res.users", "Published by", readonly=True, copy=False, ondelete="set null")
    figures_view = fields.Html("Figures", compute="_compute_figures_view", sanitize=False)
    access_url = fields.Char("Page", compute="_compute_access_url")

    _version_uniq = models.UniqueIndex("(company_id, year, version)", "There is such a version already.")
    _published_uniq = models.UniqueIndex(
        "(company_id, year) WHERE state IN ('published', 'withdrawn')", "A report of this year is published already."
    )
    _draft_uniq = models.UniqueIndex(
        "(company_id, year) WHERE state = 'draft'", "There is a draft of this year already."
    )

    @api.depends("year", "version")
    @api.depends_context("lang")
    def _compute_name(self):
        for report in self:
            year = str(report.year)
            report.name = (
                self.env._("The library in %(year)s", year=year) if report.version < 2 else
                self.env._("The library in %(year)s, version %(version)s", year=year, version=report.version)
            )

    @api.depends("year")
    def _compute_access_url(self):
        for report in self:
            report.access_url = f"/library/yearly/{report.year}"

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_figures_view(self):
        for report in self:
            report.figures_view = report.figures and self.env["ir.qweb"]._render(
                "library_crm.public_report_figures", {"page": report._page_values()})

    @api.constrains("year")
    def _check_year(self):
        if any(not FIRST_YEAR <= report.year <= LAST_YEAR for report in self):
            raise ValidationError(self.env._("Give the year in four digits."))

    @api.model
    def _words(self):
        return ("year", "intro", "outlook", "correction")

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"version", "date_published", "published_by"}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            year = vals.get("year") or self.default_get(["year"])["year"]
            # sudo: versions of the institution, also those that are drafts of others
            last = self.sudo().search([("company_id", "=", company.id), ("year", "=", year)], limit=1)
            if last and not self.env.su:
                raise UserError(self.env._("There is a report of %(year)s already: correct that one.", year=year))
        reports = super().create(vals_list)
        reports._work_out()
        return reports

    def write(self, vals):
        result = super().write(vals)
        if "year" in vals:
            self._work_out()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(report.state != "draft" for report in self):
            raise UserError(self.env._("What was published is withdrawn, not deleted."))

    @api.model
    def _cron_draft(self):
        """A draft of the last year for each institution that has none; run again, it finds nothing to do."""
        year = fields.Date.context_today(self).year - 1
        companies = self.env["res.company"].search(
            Domain("id", "not in", self.search([("year", "=", year)]).company_id.ids))
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(companies))
        for company in companies:
            self.create({"company_id": company.id, "year": year})
            if not commit(1):
                return

    # From a draft to the public

    def _check_speaks(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("library_crm.group_library_manager"):
            raise AccessError(self.env._("A manager speaks for the library in public."))

    def action_publish(self):
        """Everybody reads it on the portal; it replaces the version before."""
        self._check_speaks()
        for report in self.sudo():  # sudo: guarded fields; the person was checked above
            if report.state != "draft":
                raise UserError(self.env._("Only a draft is published."))
            if report.year >= fields.Date.context_today(self).year:
                raise UserError(self.env._("The year is not over yet."))
            if report.version > 1 and not (report.correction or "").strip():
                raise UserError(self.env._("Say what was corrected: whoever read the version before wants to know."))
            before = self.sudo().search([
                ("company_id", "=", report.company_id.id), ("year", "=", report.year),
                ("state", "in", ("published", "withdrawn")),
            ])  # fmt: skip
            before.write({"state": "replaced"})
            before.flush_recordset()  # the index allows one published version at any moment
            report.write({
                "state": "published", "date_published": self.env.cr.now(), "published_by": self.env.uid,
            })  # fmt: skip
            report.flush_recordset()  # and one draft

    def action_withdraw(self):
        """Take it off the portal; its page says that it is withdrawn, and why."""
        self._check_speaks()
        for report in self.sudo():  # sudo: as in action_publish
            if report.state != "published":
                raise UserError(self.env._("Only what is published is withdrawn."))
            if not (report.withdrawn_reason or "").strip():
                raise UserError(self.env._("Say why it is withdrawn; everybody reads it."))
            report.write({"state": "withdrawn"})
            report._forget_files()

    def action_correct(self):
        """Begin a corrected version with the words of this one and figures worked out anew.

        :return: an action that opens it
        """
        self.ensure_one()
        self._check_speaks()
        if self.state not in ("published", "withdrawn"):
            raise UserError(self.env._("Only what people could read is corrected."))
        # sudo: the number of the version is guarded
        newer = self.sudo().search([
            ("company_id", "=", self.company_id.id), ("year", "=", self.year), ("version", ">", self.version)], limit=1)
        newer = newer or self.sudo().copy({"version": self.version + 1, "correction": False})
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": newer.id,
            "views": [(False, "form")], "name": newer.name,
        }

    def action_open_page(self):
        """The page as everybody reads it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "new"}

    def action_print(self):
        """The report as a PDF."""
        self.check_access("read")
        return self.env.ref("library_crm.library_public_report_report").report_action(self)

    # The pages for everybody

    @api.model
    def _domain_public(self):
        return Domain("company_id", "in", self.env.companies.ids) & Domain("state", "in", ("published", "withdrawn"))

    @api.model
    def _portal_years(self):
        """The published reports as plain values, the newest first."""
        # sudo: published for everybody; only what stands on its page leaves
        found = self.sudo().search(self._domain_public())
        several = len(found.company_id) > 1
        return [
            {
                "url": f"{report.access_url}?library={report.company_id.id}" if several else report.access_url,
                "name": report.name, "house": report.company_id.name if several else "",
                "day": self.env["library.portal.mixin"]._portal_day(report.date_published),
                "is_withdrawn": report.state == "withdrawn",
            }
            for report in found
        ]  # fmt: skip

    @api.model
    def _portal_find(self, year, library=None):
        """The published or withdrawn report of a year, in sudo mode; an empty record where there is none.

        :param year: untrusted number
        :param library: untrusted number of the institution, where several publish on one site
        """
        domain = self._domain_public() & Domain("year", "=", as_id(year))
        if library := as_id(library):
            domain &= Domain("company_id", "=", library)
        # sudo: published for everybody
        found = self.sudo().search(domain)
        return found.filtered(lambda report: report.company_id == self.env.company)[:1] or found[:1]

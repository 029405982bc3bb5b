import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

MOST_GROUPS = 3
PERIOD_RULES = [
    ("fixed", "The period of the filter"),
    ("months", "The last full months"),
    ("year_ago", "The same months one year earlier"),
]


class LibrarySavedReport(models.Model):
    """A figure that somebody keeps: which report, filter, groups and measures, and the snapshots taken of it."""

    _name = "library.saved.report"
    _description = "Saved Report"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, readonly=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users", "Kept by", required=True, index=True, readonly=True, default=lambda self: self.env.user
    )
    is_shared = fields.Boolean("For all colleagues", help="Everybody who may see the report itself can read this one.")
    shared_user_ids = fields.Many2many("res.users", string="Shared with", domain="[('share', '=', False)]")
    report_model = fields.Char("Technical name of the report", required=True, readonly=True)
    report_name = fields.Char("Report", compute="_compute_words")
    domain = fields.Char("Filter", required=True, default="[]", readonly=True)
    groupby = fields.Char("Grouped by", readonly=True)
    measures = fields.Char(required=True, readonly=True)
    words = fields.Char("What it shows", compute="_compute_words")
    period_rule = fields.Selection(PERIOD_RULES, "Period", required=True, default="fixed")
    months = fields.Integer("Number of months", default=12)
    card_ids = fields.Many2many("library.figure.card", string="What these figures mean", compute="_compute_card_ids")
    run_ids = fields.One2many("library.saved.report.run", "report_id", "Snapshots")
    run_count = fields.Integer("Number of snapshots", compute="_compute_run_count")
    date_last_run = fields.Datetime("Last snapshot", compute="_compute_run_count")

    _months_positive = models.Constraint("CHECK (months BETWEEN 1 AND 120)", "A period has 1 to 120 months.")

    @api.depends("report_model", "groupby", "measures")
    @api.depends_context("lang")
    def _compute_words(self):
        for saved in self:
            report = saved._find_report()
            saved.report_name = saved._report_words(report) if report is not None else saved.report_model
            saved.words = saved._describe(report) if report is not None else ""

    @api.model
    def _report_words(self, report):
        return self.env["ir.model"]._get(report._name).name

    def _describe(self, report):
        names = report.fields_get(attributes=["string"])
        measures = ", ".join(
            self.env._("Number") if name == "__count" else names.get(name, {}).get("string", name)
            for name in self._measure_names()
        )
        groups = ", ".join(
            names.get(spec.split(":")[0], {}).get("string", spec) for spec in self._group_specs()
        )
        if groups:
            return self.env._("%(measures)s by %(groups)s", measures=measures, groups=groups)
        return measures

    @api.depends("report_model", "measures")
    def _compute_card_ids(self):
        for saved in self:
            codes = getattr(saved._find_report(), "_figure_cards", {})
            wanted = [codes[name] for name in saved._measure_names() if name in codes]
            saved.card_ids = self.env["library.figure.card"].search([("code", "in", wanted)])

    def _compute_run_count(self):
        found = self.env["library.saved.report.run"]._read_group(
            [("report_id", "in", self.ids)], ["report_id"], ["__count", "date:max"]
        )
        runs = {report.id: (count, date) for report, count, date in found}
        for saved in self:
            saved.run_count, saved.date_last_run = runs.get(saved.id, (0, False))

    @api.constrains("report_model", "domain", "groupby", "measures", "period_rule")
    def _check_figure(self):
        """Refuse what is no report, or asks for something that it does not have."""
        for saved in self:
            report = saved._find_report()
            if report is None:
                raise ValidationError(self.env._("This is no report that can be kept."))
            report.check_access("read")
            groups, measures = saved._group_specs(), saved._measure_names()
            known = {spec.split(":")[0] for spec in groups} | set(measures) - {"__count"}
            if not measures or known - set(report._fields) or len(groups) > MOST_GROUPS:
                raise ValidationError(self.env._(
                    "A saved report has at least one figure and is grouped by at most %(count)s things.",
                    count=MOST_GROUPS,
                ))
            if saved.period_rule != "fixed" and not saved._period_field():
                raise ValidationError(self.env._("This report has no months: keep the period of the filter."))
            saved._rest_domain()

    def _find_report(self):
        """The report, or None where it is none; any other model stays out of reach."""
        self.ensure_one()
        report = self.env.get(self.report_model or "")
        if report is None or not getattr(report, "_figure_cards", None):
            return None
        # its own institution's figures, whatever the reader has switched on
        return report.with_context(allowed_company_ids=self.company_id.ids)

    def _group_specs(self):
        return [spec for spec in (self.groupby or "").split(",") if spec]

    def _measure_names(self):
        return [name for name in (self.measures or "").split(",") if name]

    def _period_field(self):
        return next(iter(getattr(self._find_report(), "_guard_periods", ())), None)

    # the filter
    def _parts(self):
        """The parts of the filter that all must hold.

        :raise ValidationError: for what is no filter
        """
        try:
            domain = Domain(json.loads(self.domain or "[]"))
        except (ValueError, TypeError) as error:
            raise ValidationError(self.env._("This filter cannot be read.")) from error
        return domain.children if domain.__class__.__name__ == "DomainAnd" else [domain]

    def _is_period(self, part):
        period = self._period_field()
        fields_used = [condition.field_expr for condition in part.iter_conditions()]
        return bool(period and fields_used) and all(name == period for name in fields_used)

    def _rest_domain(self):
        """The filter without its period."""
        return Domain.AND(part for part in self._parts() if not self._is_period(part))

    def _period_domain(self, today):
        """The period, on a day."""
        if self.period_rule == "fixed":
            return Domain.AND(part for part in self._parts() if self._is_period(part))
        first, after = self._months_until(today)
        return Domain(self._period_field(), ">=", first) & Domain(self._period_field(), "<", after)

    def _months_until(self, today):
        """First day of the months and first day after them; the running month is not over and does not count."""
        after = today.replace(day=1)
        if self.period_rule == "year_ago":
            after = fields.Date.subtract(after, years=1)
        return fields.Date.subtract(after, months=self.months), after

    # what people do with it
    @api.model
    def action_save_figure(self, model_name, figure):
        """The form with which a figure on screen is kept.

        :param str model_name: the report
        :param dict figure: {name, domain, groupby, measures} of the pivot or graph
        :return: an action
        """
        self.check_access("create")
        report = self.env.get(str(model_name))
        if report is None or not getattr(report, "_figure_cards", None):
            raise UserError(self.env._("This is no report that can be kept."))
        report.check_access("read")
        groups = list(dict.fromkeys(map(str, figure.get("groupby") or ())))
        if len(groups) > MOST_GROUPS:
            raise UserError(self.env._(
                "A saved report is grouped by at most %(count)s things: take some away and save it again.",
                count=MOST_GROUPS,
            ))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Save this figure"),
            "res_model": self._name,
            "views": [(self.env.ref("library_crm.library_saved_report_view_form_new").id, "form")],
            "target": "new",
            "context": {
                "default_name": str(figure.get("name") or self._report_words(report))[:120],
                "default_report_model": report._name,
                "default_domain": json.dumps(figure.get("domain") or []),
                "default_groupby": ",".join(groups),
                "default_measures": ",".join(map(str, figure.get("measures") or ["__count"])),
            },
        }

    def action_keep(self):
        """Keep the report and take the first snapshot; shows it."""
        return self.action_run()

    def action_run(self):
        """Take a snapshot now, with one's own rights, and open it."""
        self.ensure_one()
        self.check_access("read")
        run = self.env["library.saved.report.run"]._take(self)
        return run._open()

    def action_open_runs(self):
        """All snapshots of this report."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_saved_report_run_action")
        return {**action, "domain": [("report_id", "=", self.id)], "context": {"default_report_id": self.id}}

    def action_compare(self):
        """Put the newest two snapshots beside each other; others can be chosen there."""
        self.ensure_one()
        self.check_access("read")
        runs = self.run_ids[:2]
        return {
            "type": "ir.actions.act_window", "name": self.env._("Compare snapshots"),
            "res_model": "library.saved.report.compare", "views": [(False, "form")], "target": "new",
            "context": {
                "default_report_id": self.id, "default_new_id": runs[:1].id, "default_old_id": runs[1:2].id,
            },
        }

    def action_open_report(self):
        """The report itself with this filter, as a pivot."""
        self.ensure_one()
        self.check_access("read")
        report = self._find_report()
        if report is None:
            raise UserError(self.env._("This is no report that can be kept."))
        domain = self._rest_domain() & self._period_domain(fields.Date.context_today(self))
        return {
            "type": "ir.actions.act_window", "name": self.name, "res_model": report._name,
            "views": [(False, "pivot"), (False, "graph")], "domain": list(domain),
            "context": {
                "pivot_measures": self._measure_names(), "pivot_row_groupby": self._group_specs(),
                "pivot_column_groupby": [],
            },
        }

    def _check_reader(self):
        """Whoever reads a snapshot must be allowed to read the report that it was taken of.

        :raise AccessError:
        """
        for saved in self:
            report = saved._find_report()
            if report is None:
                raise AccessError(self.env._("The report of this snapshot is no longer there."))
            report.check_access("read")

    def copy_data(self, default=None):
        """A copy belongs to who made it, and starts without snapshots."""
        default = {"user_id": self.env.uid, "is_shared": False, "shared_user_ids": [Command.clear()], **(default or {})}
        return super().copy_data(default)

import json

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ...lib import comeback


class LibraryComebackModel(models.Model):
    """How the chance of coming back was learned from this library's own uses, and how well it told what came true.

    A new one is fitted when a month has ended: on who came back within half a year from a year ago, judged on the half
    year since then, beside the plain rate that each stage had.
    """

    _name = "library.comeback.model"
    _description = "Chance of Coming Back"
    _order = "cut desc, id desc"

    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, ondelete="cascade", readonly=True
    )
    cut = fields.Date("Scored for", required=True, readonly=True, help="The last day of the month that was looked at.")
    method = fields.Selection(
        [("logistic", "Regression on three figures"), ("stage", "Rate of the stage")], required=True, readonly=True
    )
    coefficients = fields.Json(readonly=True)
    stage_rates = fields.Json(readonly=True)
    trained_cut = fields.Date("Learned at", readonly=True)
    trained_on = fields.Integer("Patrons learned from", readonly=True)
    trained_rate = fields.Float("Came back then", readonly=True)

    judged_on = fields.Integer("Patrons judged", readonly=True)
    auc = fields.Float("Ranking (AUC)", readonly=True, digits=(6, 3))
    brier = fields.Float("Error (Brier)", readonly=True, digits=(6, 3))
    auc_stage = fields.Float("Ranking by stage alone", readonly=True, digits=(6, 3))
    brier_stage = fields.Float("Error by stage alone", readonly=True, digits=(6, 3))
    ratio = fields.Float("Predicted / actual", readonly=True, digits=(6, 2))
    is_alarm = fields.Boolean("Predicted and actual part", readonly=True)
    verdict = fields.Text(compute="_compute_verdict")
    warning = fields.Char(compute="_compute_verdict")

    _month_uniq = models.Constraint("UNIQUE (company_id, cut)", "This month has been learned already.")

    @api.depends("cut")
    def _compute_display_name(self):
        for model in self:
            model.display_name = format_date(self.env, model.cut, date_format="MMMM y")

    @api.depends("method", "auc", "auc_stage", "judged_on", "ratio", "is_alarm", "trained_on")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for model in self:
            model.verdict = model._verdict()
            model.warning = model._warning()

    def _verdict(self):
        """Which of the two was better on this library's own hold-out, and by how much."""
        _ = self.env._
        if self.method == "stage":
            return _(
                "Too few patrons to learn from (%(patrons)s, at least %(minimum)s are needed): each patron gets the"
                " rate at which the own stage came back.",
                patrons=self.trained_on, minimum=comeback.MINIMUM,
            )
        if not self.judged_on or not self.auc:
            return _("Learned from %(patrons)s patrons; there is no later half year yet to judge it on.",
                     patrons=self.trained_on)
        facts = {
            "patrons": self.judged_on,
            "auc": f"{self.auc:.3f}",
            "stage": f"{self.auc_stage:.3f}",
            "points": f"{abs(self.auc - self.auc_stage) * 100:.1f}",
        }
        if self.auc >= self.auc_stage:
            return _("The regression ranked %(patrons)s patrons better than the stage alone, by %(points)s points"
                     " (%(auc)s against %(stage)s).", **facts)
        return _("The stage alone ranked %(patrons)s patrons better than the regression, by %(points)s points"
                 " (%(stage)s against %(auc)s).", **facts)

    def _warning(self):
        if not self.is_alarm:
            return False
        return self.env._(
            "Predicted and actual part: %(ratio)s times as many came back as were predicted."
            " Do not rely on the chances until the next month has been learned.",
            ratio=f"{1 / self.ratio:.2f}" if self.ratio else "?",
        )

    @api.model
    def _newest(self, company):
        # sudo: a handful of numbers about everybody together; shown to whoever may see the result
        return self.sudo().search([("company_id", "=", company.id)], limit=1)

    def _regression(self):
        """The stored numbers as lib/comeback takes them; None when the stage's rate stands in."""
        self.ensure_one()
        return comeback.Model.from_json(json.dumps(self.coefficients)) if self.method == "logistic" else None

    # The patron page

    def _explain(self, patron):
        """What each figure adds to a patron's chance, as a small table; empty when nothing is known."""
        self.ensure_one()
        features = self._features_of(patron)
        if features is None:
            return False
        if self.method == "stage":
            return Markup("<p>%s</p>") % self.env._("The rate at which patrons of the same stage came back.")
        parts = comeback.shares(self._regression(), features).iloc[0]
        return self._share_table(features.iloc[0], parts)

    def _features_of(self, patron):
        """The three figures of one patron as a frame with one row, or None without uses."""
        import pandas as pd

        rows = self.env.execute_query(self._sql_features(self.cut, patron.company_id, patron.id - 1, patron.id))
        if not rows:
            return None
        _patron, *values = rows[0]
        return pd.DataFrame([dict(zip(comeback.FEATURES, map(float, values), strict=True))])

    def _share_table(self, figures, parts):
        _ = self.env._
        names = {
            "days_since": _("Last use %(days)s days ago", days=int(figures["days_since"])),
            "visit_days": _("%(visits)s days of use", visits=int(figures["visit_days"])),
            "tenure_days": _("First use %(days)s days ago", days=int(figures["tenure_days"])),
        }
        widest = max(abs(float(parts[name])) for name in names) or 1.0
        rows = Markup("").join(
            Markup(
                '<tr><td class="pe-3">%(name)s</td><td style="width: 8rem"><div class="progress" style="height: .5rem">'
                '<div class="progress-bar %(color)s" style="width: %(width)d%%"></div></div></td>'
                '<td class="ps-2 text-nowrap">%(word)s</td></tr>'
            ) % {
                "name": names[name],
                "color": "text-bg-success" if parts[name] >= 0 else "text-bg-warning",
                "width": round(100 * abs(float(parts[name])) / widest),
                "word": _("speaks for it") if parts[name] >= 0 else _("speaks against it"),
            }
            for name in names
        )
        return Markup("<table>%s</table>") % rows

    @api.model
    def _month_end(self, as_of, months=0):
        """The last day of the month before `as_of`, `months` earlier."""
        return as_of.replace(day=1) - relativedelta(months=months) - relativedelta(days=1)

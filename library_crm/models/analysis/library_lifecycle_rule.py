from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...lib import stages

THRESHOLDS = ("new_days", "active_days", "cooling_days", "lost_days", "regular_visits", "loyal_visits")


class LibraryLifecycleRule(models.Model):
    """From how many days without a use, and from how many days of use, a patron stands at which stage.

    A rule that has judged somebody is never changed: a new version begins, and every transition names its own.
    """

    _name = "library.lifecycle.rule"
    _description = "Lifecycle Rule"
    _order = "company_id, version desc"

    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    version = fields.Integer(required=True, default=1, readonly=True)
    date_from = fields.Date("In use since", required=True, default=fields.Date.context_today, readonly=True)
    note = fields.Char("Why changed")

    # days since the last use
    new_days = fields.Integer(
        "New: for (days)", default=30, required=True, help="After the first use; nothing can be said so early."
    )
    active_days = fields.Integer("Active: up to (days)", default=90, required=True)
    cooling_days = fields.Integer("At risk: after (days)", default=180, required=True)
    lost_days = fields.Integer("Lapsed: after (days)", default=365, required=True)
    # days of use in all
    regular_visits = fields.Integer("Regular: from (days of use)", default=4, required=True)
    loyal_visits = fields.Integer("Loyal: from (days of use)", default=10, required=True)
    is_term_time = fields.Boolean(
        "Count days in term only", help="Days of the vacations below do not count as days without a use."
    )
    vacation_ids = fields.One2many(related="company_id.library_vacation_ids", readonly=False)
    is_in_use = fields.Boolean(compute="_compute_is_in_use")

    _version_uniq = models.Constraint("UNIQUE (company_id, version)", "This version exists already.")
    _days_rise = models.Constraint(
        "CHECK (new_days >= 0 AND 0 < active_days AND active_days < cooling_days AND cooling_days < lost_days)",
        "The limits in days must rise from one stage to the next.",
    )
    _visits_rise = models.Constraint(
        "CHECK (1 < regular_visits AND regular_visits < loyal_visits)",
        "The days of use must rise from one stage to the next.",
    )

    @api.depends("company_id", "version")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = self.env._("Version %(version)s", version=rule.version)

    def _compute_is_in_use(self):
        for rule in self:
            rule.is_in_use = rule == self._current(rule.company_id)

    def write(self, vals):
        if set(vals) & {*THRESHOLDS, "is_term_time", "company_id"}:
            self._check_unused()
        return super().write(vals)

    def _check_unused(self):
        if self.env["library.lifecycle.transition"].sudo().search_count([("rule_id", "in", self.ids)], limit=1):
            raise ValidationError(
                self.env._("Patrons were judged by this version. Begin a new version and change that one.")
            )

    @api.model
    def _current(self, company):
        """The newest version of an institution; the first one is made when there is none."""
        # sudo: every institution has a rule, whoever asks for it first
        rules_sudo = self.sudo()
        rule = rules_sudo.search([("company_id", "=", company.id)], limit=1)
        return rule or rules_sudo.create({"company_id": company.id})

    def _thresholds(self):
        """The limits as lib/stages takes them."""
        self.ensure_one()
        return stages.Thresholds(**{name: self[name] for name in THRESHOLDS})

    def _vacations(self):
        """Spans of days that do not count as days without a use."""
        self.ensure_one()
        vacations = self.company_id.library_vacation_ids if self.is_term_time else ()
        return [(vacation.date_from, vacation.date_to) for vacation in vacations]

    def action_new_version(self):
        """Begin the next version from this one."""
        self.ensure_one()
        newest = self._current(self.company_id)
        if not self.has_access("create"):
            raise UserError(self.env._("Only a manager changes the lifecycle rule."))
        rule = self.copy({"version": newest.version + 1, "date_from": fields.Date.context_today(self), "note": False})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": rule.id,
            "view_mode": "form",
        }

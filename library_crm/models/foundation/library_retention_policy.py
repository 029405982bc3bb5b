from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

KINDS = [
    ("usage", "Uses of the library"),
    ("prospects", "Prospects who never answered"),
    ("import_rows", "Lines and copies kept of imports"),
    ("merge_undo", "Undo of merged patrons"),
    ("left", "Patrons who left"),
]
# Kind: (number, unit) of whoever has set nothing
DEFAULTS = {
    "usage": (24, "months"),
    "prospects": (365, "days"),
    "import_rows": (30, "days"),
    "merge_undo": (30, "days"),
    "left": (24, "months"),
}


class LibraryRetentionPolicy(models.Model):
    """For how long an institution keeps one kind of data about its patrons."""

    _name = "library.retention.policy"
    _description = "Retention Rule"
    _order = "company_id, kind"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, string="What", required=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    keep_count = fields.Integer("Keep for", required=True)
    unit = fields.Selection([("days", "days"), ("months", "months")], compute="_compute_unit")
    consequence = fields.Char("Afterwards", compute="_compute_consequence")

    _kind_uniq = models.UniqueIndex("(company_id, kind)", "There is a rule for this already.")
    _keep_positive = models.Constraint("CHECK (keep_count > 0)", "Say for how long, at least for one.")
    _import_undo = models.Constraint(
        "CHECK (kind <> 'import_rows' OR keep_count <= 30)", "An import can be undone for 30 days at most.")

    @api.depends("kind")
    def _compute_unit(self):
        for policy in self:
            policy.unit = self._unit_of(policy.kind) if policy.kind else False

    @api.model
    def _unit_of(self, kind):
        """days or months"""
        return DEFAULTS[kind][1]

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_consequence(self):
        words = {
            "usage": self.env._("The person is cut off; the counts by month and class stay."),
            "prospects": self.env._("The patron is de-identified."),
            "import_rows": self.env._("They are deleted; the import can no longer be undone."),
            "merge_undo": self.env._("The merge is final; what was kept for the undo is deleted."),
            "left": self.env._("The patron is de-identified; the counts stay."),
        }
        for policy in self:
            policy.consequence = words.get(policy.kind, False)

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind:
            self.keep_count = DEFAULTS[self.kind][0]

    @api.model
    def _keeps(self, kind, company):
        """The number of days or months for which `company` keeps data of a kind."""
        # sudo: the rule holds for whoever's action asks for it
        policy = self.sudo().search([("kind", "=", kind), ("company_id", "=", company.id)], limit=1)
        return policy.keep_count or DEFAULTS[kind][0]

    @api.model
    def _limit(self, kind, company, as_of):
        """The day before which data of a kind has to go.

        :param date as_of: the day on which somebody asks
        """
        return as_of - relativedelta(**{DEFAULTS[kind][1]: self._keeps(kind, company)})

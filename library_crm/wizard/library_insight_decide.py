from odoo import fields, models


class LibraryInsightDecide(models.TransientModel):
    """A steward decides what becomes of an insight."""

    _name = "library.insight.decide"
    _description = "Decide on an Insight"

    insight_id = fields.Many2one("library.insight", required=True, readonly=True)
    decision = fields.Selection(
        [
            ("use", "We work with it"),
            ("article", "Make an article of it"),
            ("merge", "It is told already: put both together"),
            ("decline", "Put aside"),
        ],
        required=True,
        default="use",
    )
    company_id = fields.Many2one(related="insight_id.company_id")
    into_id = fields.Many2one(
        "library.insight", "Put together with",
        domain="[('id', '!=', insight_id), ('state', '!=', 'merged'), ('company_id', '=', company_id)]",
    )
    reason = fields.Char("Why", required=True, help="Whoever told it reads it.")

    def action_decide(self):
        """Carry it out; making an article opens it."""
        self.ensure_one()
        action = self.insight_id._decide(self.decision, self.reason, self.into_id)
        return action or {"type": "ir.actions.act_window_close"}


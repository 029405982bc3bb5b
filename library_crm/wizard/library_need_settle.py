from odoo import api, fields, models

from ..const import UNMET_REASONS


class LibraryNeedSettle(models.TransientModel):
    """Ends a need that no case ends: met, partly met with what lacks, not met with the reason."""

    _name = "library.need.settle"
    _description = "Settle a Need"

    need_ids = fields.Many2many("library.need", required=True, readonly=True)
    state = fields.Selection(
        [("met", "Met"), ("partly", "Partly met"), ("unmet", "Not met"), ("withdrawn", "No longer needed")],
        string="How it ended", required=True, default="met",
    )
    unmet_reason = fields.Selection(UNMET_REASONS, string="Why not")
    lacks = fields.Text("What is lacking", help="What the patron did not get.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "library.need":
            values["need_ids"] = [(6, 0, self.env.context.get("active_ids") or [])]
        return values

    def action_settle(self):
        """Settle the needs."""
        self.ensure_one()
        self.need_ids.check_access("write")
        self.need_ids.with_context(library_settle_guess=True)._settle(self.state, self.unmet_reason, self.lacks)
        return {"type": "ir.actions.act_window_close"}

from odoo import fields, models


class LibraryCaseAssignLine(models.TransientModel):
    """A colleague who could serve the case."""

    _name = "library.case.assign.line"
    _description = "Proposed Owner"
    _order = "sequence, id"

    assign_id = fields.Many2one("library.case.assign", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    user_id = fields.Many2one("res.users", string="Colleague", required=True, readonly=True, ondelete="cascade")
    reasons = fields.Json(readonly=True)
    words = fields.Text("Why", readonly=True)
    is_free = fields.Boolean(readonly=True)
    is_owner = fields.Boolean(readonly=True)

    def action_choose(self):
        """Give the case to this colleague."""
        self.ensure_one()
        self.assign_id.case_id._assign_because(self.user_id, self.reasons)
        return {"type": "ir.actions.act_window_close"}

from odoo import fields, models
from odoo.exceptions import UserError


class LibraryRelationshipChange(models.TransientModel):
    """Gives a relationship to a colleague, or ends it; both with words for whoever reads it later."""

    _name = "library.relationship.change"
    _description = "Hand Over or End a Relationship"

    relationship_id = fields.Many2one("library.relationship", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection([("hand_over", "Hand over"), ("end", "End")], required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="New owner", domain="[('share', '=', False)]")
    note = fields.Text(
        "Note for the next owner", help="What was agreed, what is open, how this person likes to be served."
    )
    ended_by = fields.Selection([("patron", "The patron"), ("staff", "The library")], default="staff")
    reason = fields.Char()

    def action_apply(self):
        """Do what the dialog says."""
        self.ensure_one()
        if self.kind == "end":
            if not (self.reason or "").strip():
                raise UserError(self.env._("Say why the relationship ends."))
            self.relationship_id._end(self.ended_by, self.reason)
        elif not self.user_id or self.user_id == self.relationship_id.owner_id:
            raise UserError(self.env._("Choose the colleague who takes over."))
        else:
            self.relationship_id._hand_over(self.user_id, self.note)
        return {"type": "ir.actions.act_window_close"}

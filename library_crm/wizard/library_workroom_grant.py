from odoo import fields, models


class LibraryWorkroomGrant(models.TransientModel):
    """Lets colleagues of contributing teams see who asked."""

    _name = "library.workroom.grant"
    _description = "Let Colleagues See the Patron"

    workroom_id = fields.Many2one("library.workroom", required=True, readonly=True, ondelete="cascade")
    team_ids = fields.Many2many(related="workroom_id.team_ids")
    user_ids = fields.Many2many(
        "res.users", string="Colleagues", required=True,
        domain="[('library_member_ids.team_id', 'in', team_ids), ('share', '=', False)]",
    )

    def action_grant(self):
        """Open the case to them; the workroom keeps who did so."""
        self.ensure_one()
        self.workroom_id.case_id._let_see(self.user_ids)
        return {"type": "ir.actions.act_window_close"}

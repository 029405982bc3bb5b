from odoo import api, fields, models


class LibraryWorkroom(models.Model):
    """The button by which the lead lets a contributor see the patron."""

    _inherit = "library.workroom"

    can_grant = fields.Boolean(compute="_compute_can_grant")

    @api.depends("case_id.user_id", "case_id.team_id")
    @api.depends_context("uid")
    def _compute_can_grant(self):
        user = self.env.user
        for room in self:
            case_sudo = room.sudo().case_id  # sudo: who owns the case and who leads its team
            room.can_grant = room.can_see_case and (case_sudo.user_id == user or case_sudo.team_id._is_led_by(user))

    def action_grant(self):
        """Choose who of the contributing teams may see the patron."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.workroom.grant",
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Let see the patron"),
            "context": {"default_workroom_id": self.id},
        }

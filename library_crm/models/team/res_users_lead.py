from odoo import api, fields, models


class ResUsers(models.Model):
    """Which teams somebody leads; record rules read it."""

    _inherit = "res.users"

    library_led_team_ids = fields.Many2many(
        "library.team", string="Library teams led", compute="_compute_library_led_team_ids", compute_sudo=True
    )
    library_staff_skill_ids = fields.One2many("library.staff.skill", "user_id", string="Library skills")

    @api.depends("library_member_ids.role", "library_member_ids.team_id")
    def _compute_library_led_team_ids(self):
        Team = self.env["library.team"]
        for user in self:
            leading = [("user_id", "=", user.id), ("role", "=", "lead")]
            user.library_led_team_ids = Team.search(["|", ("lead_id", "=", user.id), ("member_ids", "any", leading)])

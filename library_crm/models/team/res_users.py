from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    library_member_ids = fields.One2many("library.team.member", "user_id", string="Team memberships")
    library_team_ids = fields.Many2many(
        "library.team", string="Library teams", compute="_compute_library_team_ids", compute_sudo=True
    )
    library_branch_ids = fields.Many2many(
        "library.branch",
        "library_branch_users_rel",
        "user_id",
        "branch_id",
        string="Only these branches",
        help="Empty: the cases and desk contacts of every branch.",
    )

    @api.depends("library_member_ids.team_id")
    def _compute_library_team_ids(self):
        Team = self.env["library.team"].with_context(active_test=False)
        for user in self:
            user.library_team_ids = user.library_member_ids.team_id | Team.search([("lead_id", "=", user.id)])

    def write(self, vals):
        result = super().write(vals)
        if "library_branch_ids" in vals:
            # record rules name a user's branches, so the change must be felt at once
            self.env.registry.clear_cache()
        return result

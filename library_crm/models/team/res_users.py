from odoo import api, fields, models, tools
from odoo.tools import SQL


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
        for user in self:
            user.library_team_ids = self.env["library.team"].browse(self._library_team_ids_of(user.id))

    @api.model
    @tools.ormcache("user_id")
    def _library_team_ids_of(self, user_id):
        """Ids of the teams in which a user serves or that the user leads; asked on every page.

        `library.team.member._forget_rules` drops the answer when a membership or a lead changes.
        """
        self.env["library.team.member"].flush_model(["team_id", "user_id"])
        self.env["library.team"].flush_model(["lead_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT team_id FROM library_team_member WHERE user_id = %s"
                " UNION SELECT id FROM library_team WHERE lead_id = %s",
                user_id,
                user_id,
            )
        )
        return tuple(sorted(team_id for (team_id,) in rows))

    def write(self, vals):
        result = super().write(vals)
        if "library_branch_ids" in vals:
            # record rules name a user's branches, so the change must be felt at once
            self.env.registry.clear_cache()
        return result

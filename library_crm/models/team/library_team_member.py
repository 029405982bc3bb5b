from odoo import api, fields, models


class LibraryTeamMember(models.Model):
    """A member of staff in a team; one person may serve in several."""

    _name = "library.team.member"
    _description = "Team Member"
    _order = "team_id, role, id"
    _rec_name = "user_id"

    team_id = fields.Many2one("library.team", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Member", required=True, index=True, ondelete="cascade", domain="[('share', '=', False)]"
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    role = fields.Selection(
        [("lead", "Lead"), ("member", "Member"), ("trainee", "Trainee")], default="member", required=True
    )

    _member_uniq = models.Constraint("UNIQUE (team_id, user_id)", "This person is in the team already.")

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self._forget_rules()
        return members

    def write(self, vals):
        result = super().write(vals)
        self._forget_rules()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_rules()
        return result

    @api.model
    def _forget_rules(self):
        """Record rules name a user's teams, so a change of membership must be felt at once."""
        self.env["res.users"].invalidate_model(["library_team_ids"])
        self.env.registry.clear_cache()

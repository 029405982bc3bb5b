from odoo import fields, models

ASSIGN_METHODS = [
    ("claim", "Whoever claims it first"),
    ("manual", "The lead gives cases out"),
    ("round_robin", "In turn"),
    ("best", "By skill, load, absence and earlier service"),
]


class LibraryTeam(models.Model):
    """How cases find their owner in this team, and which skills it needs."""

    _inherit = "library.team"

    assign_method = fields.Selection(
        ASSIGN_METHODS, string="New cases go to", default="claim", required=True,
        help="In turn and by skill: at once when a colleague opens the case, within minutes when it comes by mail"
             " or from the portal.",
    )
    claim_hours = fields.Float(
        "Claim ends after", default=0.0,
        help="Opening hours after which a case goes back to the queue when its owner did nothing. 0: never.",
    )
    skill_ids = fields.Many2many(
        "library.skill", "library_team_skill_rel", "team_id", "skill_id", string="Skills the team needs"
    )

    _claim_hours_positive = models.Constraint("CHECK (claim_hours >= 0)", "Hours cannot be negative.")

    def _staff_ids(self):
        """Ids of those who serve in this team, the lead first."""
        self.ensure_one()
        members = self.member_ids.filtered(lambda member: member.user_id.active)
        order = {"lead": 0, "member": 1, "trainee": 2}
        found = members.sorted(lambda member: (order[member.role], member.id)).user_id.ids
        return list(dict.fromkeys([*self.lead_id.ids, *found]))

    def _is_led_by(self, user):
        """Whether `user` leads this team: its lead, a member in that role, or a manager."""
        self.ensure_one()
        leads = self.lead_id | self.member_ids.filtered(lambda member: member.role == "lead").user_id
        return user in leads or user.has_group("library_crm.group_library_manager")

from odoo import api, fields, models
from odoo.exceptions import ValidationError

SKILL_LEVELS = [
    ("1", "1 · beginner"),
    ("2", "2 · works alone"),
    ("3", "3 · advises colleagues"),
    ("4", "4 · expert"),
]


class LibraryStaffSkill(models.Model):
    """What one member of staff can do, wants to learn, and how often the logs show it.

    Between this person and the leads of the person's teams: others learn who
    could help, never how well.
    """

    _name = "library.staff.skill"
    _description = "Skill of a Colleague"
    _order = "user_id, level desc, id"
    _rec_name = "skill_id"

    user_id = fields.Many2one(
        "res.users", string="Who", required=True, index=True, ondelete="cascade", domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    skill_id = fields.Many2one("library.skill", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(related="skill_id.kind", store=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    level = fields.Selection(SKILL_LEVELS, help="Empty: not yet, but the person wants to learn it.")
    wants_to_learn = fields.Boolean("Wants to learn more")
    note = fields.Char(help="Training, diplomas, years of practice.")
    evidence_count = fields.Integer(
        "Services", readonly=True,
        help="How many services that needed the skill this person helped with, from the logs.",
    )
    date_last_used = fields.Date("Last used", readonly=True)

    _skill_once = models.Constraint("UNIQUE (user_id, skill_id)", "This skill is listed for this person already.")

    @api.depends("user_id", "skill_id")
    def _compute_display_name(self):
        for skill in self:
            skill.display_name = f"{skill.user_id.name or ''}: {skill.skill_id.name or ''}"

    @api.constrains("level", "wants_to_learn")
    def _check_level(self):
        for skill in self:
            if not skill.level and not skill.wants_to_learn:
                raise ValidationError(
                    self.env._(
                        "“%(skill)s”: choose a level, or say that you want to learn it.", skill=skill.skill_id.name
                    )
                )

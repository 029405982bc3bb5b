from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.ability import HIGHEST


class LibraryAbilitySkill(models.Model):
    """A part of one of the three abilities that the library helps to grow, with what each level of it means."""

    _name = "library.ability.skill"
    _description = "Part of an Ability"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    ability = fields.Selection(
        [
            ("cognitive", "Knowing what is needed"), ("analysis", "Analysing and developing"),
            ("use", "Making use of it"),
        ],
        required=True, index=True,
    )
    # Framework for Information Literacy for Higher Education, Association of College and Research Libraries, 2016
    frame = fields.Selection(
        [
            ("authority", "Authority is constructed and contextual"),
            ("creation", "Information creation as a process"),
            ("value", "Information has value"),
            ("inquiry", "Research as inquiry"),
            ("conversation", "Scholarship as conversation"),
            ("searching", "Searching as strategic exploration"),
        ],
        string="ACRL frame", help="The frame of the ACRL Framework (2016) that this part belongs to.",
    )
    question = fields.Char(
        "Self-check", required=True, translate=True, help="What patrons read when they check themselves: I can …"
    )
    levels = fields.Text(
        required=True, translate=True, help="Five lines: what somebody can do at level 0, 1, 2, 3 and 4."
    )

    @api.constrains("levels")
    def _check_levels(self):
        for skill in self:
            if len(skill._level_lines()) != HIGHEST + 1:
                raise ValidationError(self.env._(
                    "“%(skill)s” needs five lines, one for each level from 0 to 4.", skill=skill.name
                ))

    def _level_lines(self):
        """What each level means, from 0."""
        self.ensure_one()
        return [line.strip() for line in (self.levels or "").splitlines() if line.strip()]

    def _level_words(self, level):
        """What a level means; nothing for a level that nobody knows."""
        lines = self._level_lines()
        return lines[level] if level is not None and 0 <= level < len(lines) else ""

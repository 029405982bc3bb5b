from odoo import fields, models


class LibraryCourseTarget(models.Model):
    """What a course wants to reach: from which level to which, in a part of an ability."""

    _name = "library.course.target"
    _description = "Aim of a Course"
    _order = "event_id, id"

    event_id = fields.Many2one("event.event", string="Course", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="event_id.company_id", store=True, index=True)
    skill_id = fields.Many2one("library.ability.skill", string="Part of the ability", required=True, index=True,
                               ondelete="restrict")
    level_from = fields.Integer("From level", default=0, help="Whoever is below needs something else first.")
    level_to = fields.Integer("To level", default=2)

    _levels = models.Constraint(
        "CHECK (level_from >= 0 AND level_to <= 4 AND level_from < level_to)",
        "A course leads from a lower level to a higher one, between 0 and 4.",
    )
    _skill_uniq = models.UniqueIndex("(event_id, skill_id)", "This course names that part already.")

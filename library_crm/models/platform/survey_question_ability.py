from odoo import fields, models


class SurveyQuestion(models.Model):
    """A question of a quiz may test a part of an ability."""

    _inherit = "survey.question"

    library_skill_id = fields.Many2one(
        "library.ability.skill", string="Tests", index="btree_not_null", ondelete="set null",
        help="The points of this question count towards the level of this part of an ability.",
    )

    def _library_most_points(self):
        """The most points that this question can bring."""
        self.ensure_one()
        scores = [max(answer.answer_score, 0) for answer in self.suggested_answer_ids]
        if self.question_type == "simple_choice":
            return max(scores, default=0)
        if self.question_type == "multiple_choice":
            return sum(scores)
        return max(self.answer_score, 0)

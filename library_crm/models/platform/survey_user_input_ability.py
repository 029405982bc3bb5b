from odoo import models

from ...lib.ability import level_of


class SurveyUserInput(models.Model):
    """A quiz that was answered to its end says levels of the patron who answered it, once."""

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        self._library_write_levels()
        return result

    def _library_write_levels(self):
        """Write down what quizzes say; half of one says nothing, and neither does somebody else with the same link."""
        answered = self.filtered(
            lambda one: one.state == "done" and not one.test_entry and one.partner_id
            and one.partner_id == self.env.user.partner_id and one.survey_id.question_ids.library_skill_id
        )
        if not answered:
            return
        # sudo: levels of the person who has just answered, from the points of the quiz
        patrons_sudo = self.env["library.patron"].sudo().search([("partner_id", "in", answered.partner_id.ids)])
        Competency_sudo = self.env["library.competency"].sudo()
        written = {
            (row.user_input_id.id, row.skill_id.id)
            for row in Competency_sudo.search([("user_input_id", "in", answered.ids)])
        }
        rows = []
        for user_input in answered:
            patron_sudo = patrons_sudo.filtered(lambda one: one.partner_id == user_input.partner_id)[:1]  # noqa: B023
            rows += [
                {"patron_id": patron_sudo.id, "skill_id": skill.id, "level": level, "source": "quiz",
                 "user_input_id": user_input.id, "reason": user_input.survey_id.title}
                for skill, level in user_input._library_levels().items()
                if patron_sudo and (user_input.id, skill.id) not in written
            ]
        Competency_sudo.create(rows)

    def _library_levels(self):
        """{skill: level} by the points of this answer; questions that did not apply do not count."""
        self.ensure_one()
        asked = self.predefined_question_ids or self.survey_id.question_ids
        asked -= self._get_inactive_conditional_questions()
        levels = {}
        for skill, questions in asked.filtered("library_skill_id").grouped("library_skill_id").items():
            lines = self.user_input_line_ids.filtered(lambda line: line.question_id in questions)  # noqa: B023
            level = level_of(
                sum(lines.mapped("answer_score")), sum(question._library_most_points() for question in questions)
            )
            if level is not None:
                levels[skill] = level
        return levels

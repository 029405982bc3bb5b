from odoo import fields, models


class LibraryGapQuestion(models.Model):
    """Which question of Odoo's survey asks which item in one round."""

    _name = "library.gap.question"
    _description = "Question of a Gap Survey"
    _order = "gap_id, sequence, id"

    gap_id = fields.Many2one("library.gap.survey", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="gap_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    item_id = fields.Many2one("library.gap.item", required=True, index=True, ondelete="restrict")
    question_id = fields.Many2one("survey.question", required=True, index=True, ondelete="cascade")

    _item_uniq = models.UniqueIndex("(gap_id, item_id)", "This item stands in the survey already.")

    def _choices(self):
        """The three rows and nine columns of the matrix of each question.

        :return: {question: ([row records in order], [answer records in order])}
        """
        # sudo: the shape of the library's own survey
        questions_sudo = self.sudo().question_id
        return {
            question: (
                question.matrix_row_ids.sorted(lambda row: (row.sequence, row.id)),
                question.suggested_answer_ids.sorted(lambda answer: (answer.sequence, answer.id)),
            )
            for question in questions_sudo
        }

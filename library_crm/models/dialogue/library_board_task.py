from odoo import api, fields, models
from odoo.tools import SQL

COLUMNS = SQL("kind, res_model, res_id, other_id, company_id, name, other_name, votes, share")


class LibraryKnowledgeTask(models.Model):
    """An accepted answer of the board waits for a steward to become knowledge; an open question does not."""

    _inherit = "library.knowledge.task"

    kind = fields.Selection(selection_add=[("answer", "Accepted answer")], ondelete={"answer": "cascade"})

    def _compute_reason(self):
        answers = self.filtered(lambda task: task.kind == "answer")
        for task in answers:
            task.reason = self.env._("It was accepted on the board; %(count)s say that it helped.", count=task.votes)
        return super(LibraryKnowledgeTask, self - answers)._compute_reason()

    @api.model
    def _get_insight_sources(self):
        without_board = [
            SQL(
                "SELECT * FROM (%s) AS s(%s) WHERE NOT (s.kind = 'insight' AND EXISTS ("
                "SELECT FROM library_insight bi JOIN library_insight_room br ON br.id = bi.room_id"
                " WHERE bi.id = s.res_id AND br.is_board))", source, COLUMNS,
            )
            for source in super()._get_insight_sources()
        ]
        return [*without_board, SQL(
            "SELECT 'answer', 'library.insight', i.id, 0, i.company_id, i.name, NULL,"
            " (coalesce(i.helpful_count, 0) + max(coalesce(r.helpful_count, 0)))::int, 0::float"
            " FROM library_insight i JOIN library_insight_room b ON b.id = i.room_id AND b.is_board"
            " JOIN library_insight_reply r ON r.insight_id = i.id AND r.is_answer AND r.moderation = 'shown'"
            " WHERE i.state = 'open' AND i.date_decided IS NULL AND i.moderation = 'shown' AND i.article_id IS NULL"
            " GROUP BY i.id"
        )]  # fmt: skip

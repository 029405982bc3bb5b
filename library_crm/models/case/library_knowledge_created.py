from odoo import fields, models
from odoo.tools import SQL


class LibraryKnowledgeCreated(models.Model):
    """The knowledge we created, year by year, and whether it came to help somebody. No patron stands in it."""

    _name = "library.knowledge.created"
    _description = "Knowledge We Created"
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "name"

    name = fields.Char("What", readonly=True)
    date = fields.Date("Created", readonly=True)
    kind = fields.Selection(
        [("insight", "Insight"), ("article", "Article"), ("solution", "Solution")], readonly=True)
    origin = fields.Selection([("staff", "Staff"), ("patron", "Patrons")], "From", readonly=True)
    company_id = fields.Many2one("res.company", "Institution", readonly=True)
    room_id = fields.Many2one("library.insight.room", readonly=True)
    created_count = fields.Integer("Knowledge created", readonly=True, aggregator="sum")
    article_count = fields.Integer("Became an article", readonly=True, aggregator="sum")
    used_count = fields.Integer("Used in cases", readonly=True, aggregator="sum")
    helped_count = fields.Integer("Helped", readonly=True, aggregator="sum")
    helped_rate = fields.Float("Share that helped", readonly=True, aggregator="avg")
    days_to_help = fields.Integer("Days until it helped", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        for name in ("library.insight", "library.article", "library.solution"):
            self.env[name].flush_model()
        self.env["library.case"].flush_model(["confirmation", "resolution", "date_closed", "article_ids"])
        return SQL(
            """
            SELECT made.*, 1 AS created_count, (used.cases > 0)::int AS used_count,
                   (used.closed IS NOT NULL)::int AS helped_count,
                   CASE WHEN used.closed IS NOT NULL THEN 1.0 ELSE 0.0 END AS helped_rate,
                   used.closed::date - made.date AS days_to_help
              FROM (
                SELECT i.id * 3 AS id, i.name, i.date, 'insight' AS kind, i.company_id, i.room_id,
                       CASE WHEN i.is_patron THEN 'patron' ELSE 'staff' END AS origin,
                       (i.article_id IS NOT NULL)::int AS article_count, i.article_id, NULL::int AS solution_id
                  FROM library_insight i WHERE i.moderation = 'shown' AND i.state <> 'merged'
                 UNION ALL
                SELECT a.id * 3 + 1, a.name, a.create_date::date, 'article', a.company_id, NULL,
                       CASE WHEN EXISTS (SELECT FROM library_insight i WHERE i.article_id = a.id AND i.is_patron)
                            THEN 'patron' ELSE 'staff' END, 0, a.id, NULL
                  FROM library_article a
                 UNION ALL
                SELECT s.id * 3 + 2, s.name, s.create_date::date, 'solution', s.company_id, NULL, 'staff', 0, NULL, s.id
                  FROM library_solution s
              ) made
              LEFT JOIN LATERAL (
                SELECT count(*) AS cases, min(c.date_closed) FILTER (WHERE %(helped)s) AS closed
                  FROM (SELECT case_id FROM library_case_article_rel r
                          JOIN library_article a ON a.id = r.article_id
                         WHERE a.id = made.article_id OR made.kind = 'insight' AND a.translation_of_id = made.article_id
                         UNION SELECT case_id FROM library_case_solution_rel r WHERE r.solution_id = made.solution_id
                       ) cited
                  JOIN library_case c ON c.id = cited.case_id
                 WHERE c.date_closed IS NULL OR c.date_closed::date >= made.date) used ON true
            """,
            helped=self.env["library.lineage"]._condition_helped(),
        )

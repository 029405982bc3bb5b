from odoo import fields, models

WORK_STATES = [
    ("draft", "Draft"), ("review", "To review"), ("verified", "Verified"), ("published", "Published"),
    ("outdated", "Outdated"), ("archived", "Archived"), ("final", "Final"), ("open", "Told"), ("used", "In use"),
    ("article", "In an article"), ("declined", "Put aside"),
]


class LibraryKnowledgeReport(models.Model):
    """Knowledge in figures: what was written, read, found helpful and used again, by the month it was written in.

    Readers stand in none of these figures. What the guard counts are works: a cell about fewer than five of them is not
    shown, so that nobody learns here how often one text is read or whose tip was put aside.
    """

    _name = "library.knowledge.report"
    _description = "Knowledge in Figures"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_person = "works"
    _guard_dimensions = ("company_id", "month", "kind", "subject_id", "state", "audience")
    _guard_measures = ("items", "stale", "views", "helpful", "not_helpful", "reuses")
    _figure_cards = {
        "__count": "knowledge_items", "items": "knowledge_items", "stale": "knowledge_stale",
        "views": "knowledge_views", "helpful": "knowledge_helpful", "not_helpful": "knowledge_not_helpful",
        "reuses": "knowledge_reuses", "works": "knowledge_items",
    }

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date("Month written", readonly=True)
    kind = fields.Selection(
        [("article", "Article"), ("solution", "Solution"), ("insight", "Insight")], string="Form", readonly=True
    )
    subject_id = fields.Many2one("library.subject", string="Class", readonly=True)
    state = fields.Selection(WORK_STATES, readonly=True)
    audience = fields.Selection([("staff", "Staff"), ("patrons", "Patrons as well")], readonly=True)
    works = fields.Integer("Different works", readonly=True, aggregator="count_distinct")
    items = fields.Integer("Works", readonly=True, aggregator="sum")
    stale = fields.Integer("To be looked over", readonly=True, aggregator="sum")
    views = fields.Integer("Times read", readonly=True, aggregator="sum")
    helpful = fields.Integer("Found helpful", readonly=True, aggregator="sum")
    not_helpful = fields.Integer("Found not helpful", readonly=True, aggregator="sum")
    reuses = fields.Integer("Times used again", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        for model in ("library.article", "library.solution", "library.insight"):
            self.env[model].flush_model()
        return """
            SELECT a.id * 3 AS id, a.company_id, date_trunc('month', a.create_date)::date AS month, 'article' AS kind,
                   s.subject_id, a.state, CASE a.visibility WHEN 'staff' THEN 'staff' ELSE 'patrons' END AS audience,
                   a.id * 3 AS works, 1 AS items,
                   (a.date_review < CURRENT_DATE AND a.state = 'published')::int AS stale,
                   coalesce(a.view_count, 0) AS views, coalesce(a.helpful_count, 0) AS helpful,
                   coalesce(a.not_helpful_count, 0) AS not_helpful, coalesce(r.reuses, 0) AS reuses
              FROM library_article a
              LEFT JOIN (SELECT library_article_id, min(library_subject_id) AS subject_id
                           FROM library_article_library_subject_rel GROUP BY 1) s ON s.library_article_id = a.id
              LEFT JOIN (SELECT article_id, count(*)::int AS reuses
                           FROM library_case_article_rel GROUP BY 1) r ON r.article_id = a.id
             WHERE a.redirect_id IS NULL
             UNION ALL
            SELECT o.id * 3 + 1, o.company_id, date_trunc('month', o.create_date)::date, 'solution', s.subject_id,
                   o.state, CASE WHEN o.is_shareable THEN 'patrons' ELSE 'staff' END, o.id * 3 + 1, 1,
                   (o.date_valid_until < CURRENT_DATE OR o.is_source_changed)::int, 0, coalesce(o.helped_count, 0),
                   coalesce(o.not_helped_count, 0), coalesce(o.reuse_count, 0)
              FROM library_solution o
              LEFT JOIN (SELECT library_solution_id, min(library_subject_id) AS subject_id
                           FROM library_solution_library_subject_rel GROUP BY 1) s ON s.library_solution_id = o.id
             UNION ALL
            SELECT i.id * 3 + 2, i.company_id, date_trunc('month', i.create_date)::date, 'insight', s.subject_id,
                   i.state, CASE m.kind WHEN 'mixed' THEN 'patrons' ELSE 'staff' END, i.id * 3 + 2, 1, 0, 0,
                   coalesce(i.helpful_count, 0), 0, coalesce(i.adopted_count, 0)
              FROM library_insight i
              LEFT JOIN library_insight_room m ON m.id = i.room_id
              LEFT JOIN (SELECT library_insight_id, min(library_subject_id) AS subject_id
                           FROM library_insight_library_subject_rel GROUP BY 1) s ON s.library_insight_id = i.id
             WHERE i.merged_into_id IS NULL
        """

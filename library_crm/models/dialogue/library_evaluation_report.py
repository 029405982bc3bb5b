from odoo import fields, models

FIGURES = [
    ("csat", "How was our service?"),
    ("return", "Would use it again"),
    ("outcome", "What came of it?"),
    ("nps", "Would recommend us"),
]


class LibraryEvaluationReport(models.Model):
    """What patrons say, in sums: by question, service, team and month, never by person."""

    _name = "library.evaluation.report"
    _description = "What Patrons Say"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = ("company_id", "month", "instrument", "service_id", "team_id")
    _guard_measures = ("asked", "responded", "answers", "positives", "negatives", "score", "squares")
    _figure_cards = {
        "asked": "evaluation_asked", "responded": "evaluation_responded", "answers": "evaluation_answers",
        "positives": "evaluation_positives", "negatives": "evaluation_negatives", "score": "evaluation_score",
        "squares": "evaluation_squares", "persons": "evaluation_persons",
    }

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date(readonly=True)
    instrument = fields.Selection(FIGURES, string="Question", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    persons = fields.Integer("Patrons", readonly=True, aggregator="count_distinct")
    asked = fields.Integer(readonly=True, aggregator="sum")
    responded = fields.Integer("Of these answered", readonly=True, aggregator="sum")
    answers = fields.Integer(readonly=True, aggregator="sum")
    positives = fields.Integer(
        "Positive answers", readonly=True, aggregator="sum",
        help="Four or five of five; would use it again; understood something new or reached a new question; 9 or 10.",
    )
    negatives = fields.Integer(
        "Negative answers", readonly=True, aggregator="sum",
        help="One or two of five; would not use it again; 0 to 6 of ten.",
    )
    score = fields.Integer("Sum of the marks", readonly=True, aggregator="sum")
    squares = fields.Integer("Sum of their squares", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        for model in (
            "library.evaluation.invitation", "library.evaluation.answer", "library.outcome", "rating.rating",
            "library.case", "library.patron",
        ):
            self.env[model].flush_model()
        # all de-identified patrons count as one person, so that a cell about one of them stays empty
        return """
            SELECT i.id * 8 AS id, i.company_id, date_trunc('month', i.date_invited)::date AS month,
                   i.instrument, i.service_id, i.team_id, coalesce(i.patron_id, -1) AS persons,
                   1 AS asked, (i.state = 'answered')::int AS responded,
                   0 AS answers, 0 AS positives, 0 AS negatives, 0 AS score, 0 AS squares
              FROM library_evaluation_invitation i
             WHERE i.date_invited IS NOT NULL AND i.instrument IN ('csat', 'outcome', 'nps')
               AND i.state NOT IN ('waiting', 'bounced')
             UNION ALL
            SELECT r.id * 8 + 1, c.company_id, date_trunc('month', r.write_date)::date, 'csat', c.service_id, c.team_id,
                   CASE WHEN p.is_anonymised THEN -1 ELSE coalesce(p.id, -1) END,
                   0, 0, 1, (r.rating >= 4)::int, (r.rating <= 2)::int, r.rating::int, (r.rating * r.rating)::int
              FROM rating_rating r
              JOIN library_case c ON c.id = r.res_id
              LEFT JOIN library_patron p ON p.id = c.patron_id
             WHERE r.res_model = 'library.case' AND r.consumed AND r.rating > 0 AND r.partner_id = c.partner_id
             UNION ALL
            SELECT a.id * 8 + 2, i.company_id, date_trunc('month', a.date)::date,
                   CASE WHEN a.item = 'return' THEN 'return' ELSE 'nps' END, i.service_id, i.team_id,
                   coalesce(i.patron_id, -1), 0, 0, 1,
                   CASE WHEN a.item = 'return' THEN (a.value = 1)::int ELSE (a.value >= 9)::int END,
                   CASE WHEN a.item = 'return' THEN (a.value = 0)::int ELSE (a.value <= 6)::int END,
                   a.value, a.value * a.value
              FROM library_evaluation_answer a
              JOIN library_evaluation_invitation i ON i.id = a.invitation_id
             WHERE (i.instrument, a.item) IN (('csat', 'return'), ('nps', 'nps'))
             UNION ALL
            SELECT o.id * 8 + 3, o.company_id, date_trunc('month', o.date)::date, 'outcome', o.service_id, o.team_id,
                   CASE WHEN p.is_anonymised THEN -1 ELSE coalesce(p.id, -1) END,
                   0, 0, 1, o.is_transfer::int, 0, 0, 0
              FROM library_outcome o
              LEFT JOIN library_patron p ON p.id = o.patron_id
             WHERE o.source <> 'staff'
        """

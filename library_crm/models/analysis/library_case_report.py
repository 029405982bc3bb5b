from odoo import fields, models

from ...const import CHANNELS, READ_LEVELS, UNMET_REASONS, WARNER_LEVELS

RESULTS = [("met", "Met"), ("partly", "Partly met"), ("unmet", "Not met"), ("open", "Not closed yet")]


class LibraryCaseReport(models.Model):
    """Cases in figures, by the month in which they were opened; groups of at least five patrons, never a single case.

    A de-identified patron is still one person of the past: figures do not shrink when people are erased. Cases that
    lost even that link count as one person together.
    """

    _name = "library.case.report"
    _description = "Cases in Figures"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = (
        "company_id", "month", "service_id", "team_id", "branch_id", "channel", "subject_id", "type_id", "read_level",
        "warner", "is_reference", "result", "unmet_reason",
    )
    _guard_measures = (
        "cases", "closed", "met", "partly", "unmet", "kept", "missed", "minutes", "answered", "hours_sum", "timed",
        "waited_sum", "rated", "satisfied", "told", "transfers", "value",
    )
    _guard_means = {"first_answer_hours": ("hours_sum", "answered"), "hours_used": ("waited_sum", "timed")}
    _figure_cards = {
        "__count": "case_cases", "cases": "case_cases", "closed": "case_closed", "met": "case_met",
        "partly": "case_partly", "unmet": "case_unmet", "kept": "case_kept", "missed": "case_missed",
        "minutes": "case_minutes", "answered": "case_answered", "hours_sum": "case_first_answer_hours",
        "first_answer_hours": "case_first_answer_hours", "timed": "case_hours_used", "waited_sum": "case_hours_used",
        "hours_used": "case_hours_used", "rated": "case_rated", "satisfied": "case_satisfied", "told": "case_told",
        "transfers": "case_transfers", "value": "case_value", "persons": "report_persons",
    }

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date("Month opened", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    branch_id = fields.Many2one("library.branch", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    subject_id = fields.Many2one("library.subject", string="Class", readonly=True)
    type_id = fields.Many2one("library.patron.type", string="Patron type", readonly=True)
    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)", readonly=True)
    warner = fields.Selection(WARNER_LEVELS, string="Kind (Warner)", readonly=True)
    is_reference = fields.Boolean("Reference transaction", readonly=True)
    result = fields.Selection(RESULTS, readonly=True)
    unmet_reason = fields.Selection(UNMET_REASONS, string="Why not met", readonly=True)
    persons = fields.Integer("Patrons", readonly=True, aggregator="count_distinct")
    cases = fields.Integer(readonly=True, aggregator="sum")
    closed = fields.Integer("Closed cases", readonly=True, aggregator="sum")
    met = fields.Integer("Cases met", readonly=True, aggregator="sum")
    partly = fields.Integer("Cases partly met", readonly=True, aggregator="sum")
    unmet = fields.Integer("Cases not met", readonly=True, aggregator="sum")
    kept = fields.Integer("Promises kept", readonly=True, aggregator="sum")
    missed = fields.Integer("Promises missed", readonly=True, aggregator="sum")
    minutes = fields.Integer("Minutes of work", readonly=True, aggregator="sum")
    answered = fields.Integer("Cases answered", readonly=True, aggregator="sum")
    hours_sum = fields.Float("Hours to the first answers, together", readonly=True, aggregator="sum")
    first_answer_hours = fields.Float("Hours to the first answer", readonly=True, aggregator="avg")
    timed = fields.Integer("Cases with a clock", readonly=True, aggregator="sum")
    waited_sum = fields.Float("Opening hours used, together", readonly=True, aggregator="sum")
    hours_used = fields.Float("Opening hours used", readonly=True, aggregator="avg")
    rated = fields.Integer("Ratings", readonly=True, aggregator="sum")
    satisfied = fields.Integer("Ratings of four or five", readonly=True, aggregator="sum")
    told = fields.Integer("Told what came of it", readonly=True, aggregator="sum")
    transfers = fields.Integer("Knowledge passed on", readonly=True, aggregator="sum")
    value = fields.Integer("Points of usefulness", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        for model in (
            "library.case", "library.patron", "library.service.log", "rating.rating", "library.outcome",
        ):
            self.env[model].flush_model()
        # each join is by a key that is unique on its side: PostgreSQL leaves out those that a report does not look at
        return """
            SELECT c.id, c.company_id, date_trunc('month', c.create_date)::date AS month, c.service_id, c.team_id,
                   c.branch_id, c.channel, c.main_class_id AS subject_id, p.type_id, c.read_level, l.warner,
                   l.is_reference,
                   CASE WHEN c.date_closed IS NULL THEN 'open' ELSE c.resolution END AS result, c.unmet_reason,
                   coalesce(c.patron_id, -1) AS persons, 1 AS cases,
                   (c.date_closed IS NOT NULL)::int AS closed,
                   (c.date_closed IS NOT NULL AND c.resolution = 'met')::int AS met,
                   (c.date_closed IS NOT NULL AND c.resolution = 'partly')::int AS partly,
                   (c.date_closed IS NOT NULL AND c.resolution = 'unmet')::int AS unmet,
                   (c.promise_kept = 'kept' AND coalesce(c.missed_count, 0) = 0)::int AS kept,
                   (c.promise_kept = 'missed' OR c.missed_count > 0)::int AS missed,
                   coalesce(c.minutes, 0) AS minutes,
                   (c.date_first_answer IS NOT NULL)::int AS answered,
                   extract(epoch FROM c.date_first_answer - c.create_date)::float8 / 3600 AS hours_sum,
                   extract(epoch FROM c.date_first_answer - c.create_date)::float8 / 3600 AS first_answer_hours,
                   (c.minutes_used IS NOT NULL)::int AS timed, c.minutes_used / 60 AS waited_sum,
                   c.minutes_used / 60 AS hours_used,
                   coalesce(r.rated, 0) AS rated, coalesce(r.satisfied, 0) AS satisfied,
                   coalesce(o.told, 0) AS told, coalesce(o.transfers, 0) AS transfers, coalesce(o.value, 0) AS value
              FROM library_case c
              LEFT JOIN library_patron p ON p.id = c.patron_id
              LEFT JOIN (SELECT case_id, min(warner) AS warner, bool_or(is_reference) AS is_reference
                           FROM library_service_log WHERE case_id IS NOT NULL GROUP BY case_id) l ON l.case_id = c.id
              LEFT JOIN (SELECT res_id, count(*)::int AS rated, sum((rating >= 4)::int)::int AS satisfied
                           FROM rating_rating WHERE res_model = 'library.case' AND consumed AND rating > 0
                          GROUP BY res_id) r ON r.res_id = c.id
              LEFT JOIN (SELECT case_id, count(*)::int AS told, sum(is_transfer::int)::int AS transfers,
                                sum(useful::int)::int AS value
                           FROM library_outcome WHERE source <> 'staff' GROUP BY case_id) o ON o.case_id = c.id
             WHERE c.merged_into_id IS NULL
        """

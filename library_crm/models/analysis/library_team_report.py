from odoo import fields, models


class LibraryTeamReport(models.Model):
    """The work of teams in figures: cases by the month in which they were opened; no colleague stands in it."""

    _name = "library.team.report"
    _description = "Teams in Figures"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = ("company_id", "month", "team_id", "service_id", "role")
    _guard_measures = ("cases", "unfinished", "minutes", "kept", "missed", "reopened", "merged")
    _guard_parts = ("company_id", "role")
    _figure_cards = {
        "__count": "team_cases", "cases": "team_cases", "unfinished": "team_unfinished", "minutes": "case_minutes",
        "kept": "case_kept", "missed": "case_missed", "reopened": "team_reopened", "merged": "team_merged",
        "persons": "report_persons",
    }

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date("Month opened", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    role = fields.Selection([("owns", "Owns the case"), ("helps", "Helps another team")], readonly=True)
    persons = fields.Integer("Patrons", readonly=True, aggregator="count_distinct")
    cases = fields.Integer(readonly=True, aggregator="sum")
    unfinished = fields.Integer("Open cases", readonly=True, aggregator="sum")
    minutes = fields.Integer("Minutes of work", readonly=True, aggregator="sum")
    kept = fields.Integer("Promises kept", readonly=True, aggregator="sum")
    missed = fields.Integer("Promises missed", readonly=True, aggregator="sum")
    reopened = fields.Integer("Opened again", readonly=True, aggregator="sum")
    merged = fields.Integer("Cases merged into these", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        self.env["library.case"].flush_model()
        # minutes and promises belong to the team that owns the case
        return """
            SELECT c.id * 2 AS id, c.company_id, date_trunc('month', c.create_date)::date AS month, c.team_id,
                   c.service_id, 'owns' AS role, coalesce(c.patron_id, -1) AS persons, 1 AS cases,
                   (c.date_closed IS NULL)::int AS unfinished, coalesce(c.minutes, 0) AS minutes,
                   (c.promise_kept = 'kept' AND coalesce(c.missed_count, 0) = 0)::int AS kept,
                   (c.promise_kept = 'missed' OR c.missed_count > 0)::int AS missed,
                   coalesce(c.reopened_count, 0) AS reopened, coalesce(c.merged_count, 0) AS merged
              FROM library_case c
             WHERE c.merged_into_id IS NULL
             UNION ALL
            SELECT c.id * 2 + 1, c.company_id, date_trunc('month', c.create_date)::date, t.team_id,
                   c.service_id, 'helps', coalesce(c.patron_id, -1), 1, (c.date_closed IS NULL)::int, 0, 0, 0, 0, 0
              FROM library_case c
              JOIN library_case_contributing_team_rel t ON t.case_id = c.id
             WHERE c.merged_into_id IS NULL
        """

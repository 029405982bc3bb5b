from odoo import fields, models

from ...const import READ_LEVELS, UNMET_REASONS


class LibraryResultReport(models.Model):
    """What came of closed cases: value added, result, what patrons said of it and the time it saved. No patron."""

    _name = "library.result.report"
    _description = "Results of Services"
    _auto = False
    _log_access = False
    _order = "date_closed desc"
    _rec_name = "service_id"
    _figure_cards = {
        "case_count": "result_case_count", "value_added_rate": "result_value_added_rate", "minutes": "result_minutes",
        "minutes_saved": "result_minutes_saved",
    }

    date_closed = fields.Datetime("Closed", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    value_kind = fields.Selection(
        lambda self: [
            ("pointer", self.env._("Pointer or plain answer")),
            *self.env["library.solution"]._fields["value_kind"]._description_selection(self.env)[1:],
        ],
        "What the library added", readonly=True,
    )
    is_value_added = fields.Boolean("Value added", readonly=True)
    value_added_rate = fields.Float("Share with value added", readonly=True, aggregator="avg")
    resolution = fields.Selection([("met", "Met"), ("partly", "Partly met"), ("unmet", "Not met")], readonly=True)
    unmet_reason = fields.Selection(UNMET_REASONS, readonly=True)
    outcome = fields.Selection(
        [
            ("confirmed", "Confirmed by the patron"),
            ("reopened", "Re-opened by the patron"),
            ("silent", "No answer from the patron"),
            ("waiting", "Still time to answer"),
        ],
        "What the patron said", readonly=True,
    )
    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)", readonly=True)
    minutes = fields.Integer("Minutes of work", readonly=True, aggregator="sum")
    minutes_saved = fields.Integer("Minutes saved", readonly=True, aggregator="sum")
    case_count = fields.Integer("Cases", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        for name, fnames in (
            ("library.case", ["stage_code", "resolution", "confirmation", "minutes_saved", "solution_ids"]),
            ("library.solution", ["value_kind"]),
        ):
            self.env[name].flush_model(fnames)
        # the work of the highest value stands for a case with several; an answer alone is no added value
        return """
            SELECT c.id, c.date_closed, c.company_id, c.team_id, c.service_id, c.resolution, c.unmet_reason,
                   coalesce(made.value_kind, 'pointer') AS value_kind,
                   made.value_kind IS NOT NULL AS is_value_added,
                   CASE WHEN made.value_kind IS NOT NULL THEN 1.0 ELSE 0.0 END AS value_added_rate,
                   CASE WHEN c.confirmation = 'none' THEN 'waiting' ELSE c.confirmation END AS outcome,
                   c.read_level, c.minutes, c.minutes_saved, 1 AS case_count
              FROM library_case c
              LEFT JOIN LATERAL (
                   SELECT s.value_kind FROM library_case_solution_rel r JOIN library_solution s ON s.id = r.solution_id
                    WHERE r.case_id = c.id AND s.value_kind <> 'answer' ORDER BY s.id DESC LIMIT 1) made ON true
             WHERE c.stage_code = 'closed'
        """

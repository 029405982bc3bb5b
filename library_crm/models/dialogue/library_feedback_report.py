from odoo import fields, models

from ...const import FEEDBACK_FACETS, FEEDBACK_KINDS, FEEDBACK_SOURCES


class LibraryFeedbackReport(models.Model):
    """What people tell the library about, by facet, service and month; no cell says something about fewer than five."""

    _name = "library.feedback.report"
    _description = "Feedback by Facet"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = ("company_id", "month", "kind", "facet", "source", "service_id", "team_id")

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date(readonly=True)
    kind = fields.Selection(FEEDBACK_KINDS, readonly=True)
    facet = fields.Selection(FEEDBACK_FACETS, readonly=True)
    source = fields.Selection(FEEDBACK_SOURCES, "Came by", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    persons = fields.Integer("People", readonly=True, aggregator="count_distinct")

    @property
    def _table_query(self):
        self.env["library.feedback"].flush_model()
        # who gave no patron's name counts by address, and without one each time anew; numbers of patrons are positive
        return """
            SELECT f.id, f.company_id, date_trunc('month', f.date)::date AS month, f.kind, f.facet, f.source,
                   f.service_id, f.team_id,
                   coalesce(f.patron_id, CASE WHEN f.email_normalized IS NULL THEN -f.id
                       ELSE -1073741824 - abs(hashtext(f.email_normalized) %% 1073741823) END) AS persons
              FROM library_feedback f
             WHERE f.look_reason IS DISTINCT FROM 'machine'
        """

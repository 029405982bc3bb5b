from odoo import api, fields, models
from odoo.tools import SQL


class LibraryPatronTimeline(models.Model):
    """What a patron told the library, in the patron's timeline; who may not read it sees that there was something."""

    _inherit = "library.patron.timeline"
    _depends = {"library.feedback": ["patron_id", "company_id", "date", "team_id", "user_id"]}

    kind = fields.Selection(selection_add=[("feedback", "Feedback")], ondelete={"feedback": "cascade"})

    @api.model
    def _timeline_parts(self):
        return [*super()._timeline_parts(), SQL("""
            SELECT patron_id, company_id, date, 'feedback' AS kind, NULL::varchar AS code, NULL::varchar AS channel,
                   'library.feedback' AS res_model, id AS res_id, team_id, user_id, 1 AS amount
              FROM library_feedback WHERE patron_id IS NOT NULL""")]

from odoo import api, models
from odoo.tools import SQL


class LibraryPatronTimeline(models.Model):
    """Steps of the lifecycle in a patron's timeline, for those who look after relations."""

    _inherit = "library.patron.timeline"
    _depends = {"library.lifecycle.transition": ["patron_id", "company_id", "date", "to_stage", "user_id"]}

    @api.model
    def _timeline_parts(self):
        return [*super()._timeline_parts(), SQL("""
            SELECT patron_id, company_id, date::timestamp AS date, 'lifecycle' AS kind, to_stage AS code,
                   NULL::varchar AS channel, 'library.lifecycle.transition' AS res_model, id AS res_id,
                   NULL::int AS team_id, user_id, 1 AS amount
              FROM library_lifecycle_transition""")]

    @api.model
    def _code_words(self):
        stages = self.env["library.patron"]._fields["lifecycle"]._description_selection(self.env)
        return {**super()._code_words(), **{("lifecycle", code): label for code, label in stages}}

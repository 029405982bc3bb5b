from odoo import models


class LibraryPatron(models.Model):
    """Courses and quizzes of somebody who is forgotten count on, and name nobody."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        cr = self.env.cr
        cr.execute(
            "UPDATE event_registration SET name = NULL, email = NULL, phone = NULL, company_name = NULL,"
            " partner_id = NULL, library_patron_id = NULL WHERE partner_id = ANY (%s)", [partner_ids],
        )
        cr.execute(
            "DELETE FROM survey_user_input_line WHERE user_input_id IN"
            " (SELECT id FROM survey_user_input WHERE partner_id = ANY (%s))", [partner_ids],
        )
        cr.execute(
            "UPDATE survey_user_input SET partner_id = NULL, email = NULL, nickname = NULL"
            " WHERE partner_id = ANY (%s)", [partner_ids],
        )
        return result

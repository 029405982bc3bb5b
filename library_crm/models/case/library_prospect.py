from odoo import api, fields, models
from odoo.tools import SQL


class LibraryProspect(models.Model):
    """People who were copied in a question might want an answer of their own."""

    _inherit = "library.prospect"

    @api.model
    def _suggest(self, company):
        self.env["library.case.participant"].flush_model()
        people = self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (c.email_normalized) c.name, c.email_normalized, NULL, c.create_date::date
              FROM library_case_participant c
         LEFT JOIN res_users u ON u.partner_id = c.partner_id AND NOT u.share
             WHERE c.company_id = %s AND c.state <> 'refused' AND c.create_date > %s AND u.id IS NULL
               AND c.role IN ('supervisor', 'coauthor', 'other')
             ORDER BY c.email_normalized, c.id DESC
            """,
            company.id, fields.Datetime.subtract(self.env.cr.now(), days=180),
        ))
        return super()._suggest(company) | self._suggest_people(company, "copy", people)

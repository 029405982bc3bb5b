from odoo import api, models
from odoo.tools import SQL

from ...lib.form_input import FormRefused, clean_text

WORDS_LENGTH = 5000
BATCH = 500
SERVED_WITHIN = "1 year"


class LibraryEvaluationInvitation(models.Model):
    """Would you recommend us: asked each month of some of those who were served within a year."""

    _inherit = "library.evaluation.invitation"

    def _answer_page_nps(self):
        values, words = self._given()
        chosen = self.env.context.get("library_chosen")
        picked = chosen if chosen in range(11) else values.get("nps")
        return "library_crm.portal_answer_nps", {
            "choices": [(number, str(number)) for number in range(11)],
            "picked": picked, "words": words.get("nps", ""),
            "sends_itself": chosen in range(11) and chosen != values.get("nps"),
        }

    def _take_answer_nps(self, form):
        known = {str(number): number for number in range(11)}
        value = known.get(form.get("nps"))
        if value is None:
            raise FormRefused({"nps": self.env._("Please choose a number from 0 to 10.")})
        words = clean_text(form.get("words"), WORDS_LENGTH)
        self._keep({"nps": (value, words or self._given()[1].get("nps"))})

    @api.model
    def _cron_evaluate(self):
        return super()._cron_evaluate() and self._invite_nps()

    @api.model
    def _invite_nps(self):
        """Draw this month's sample, once a month; a run that was killed goes on where it was.

        :return: False if time ran out
        """
        commit = self.env["ir.cron"]._commit_progress
        month = self.env.cr.now().strftime("%Y-%m")
        for company in self.env["res.company"].search([("library_nps_share", ">", 0)]):
            last = 0
            while found := self._served(company, last):
                self._invite("nps", [{"patron_id": one, "key": month} for one in found])
                last = found[-1]
                if not commit(0):
                    return False
        return True

    @api.model
    def _served(self, company, last):
        """The next patrons, by number, who had a case within a year."""
        self.env["library.case"].flush_model()
        return [row[0] for row in self.env.execute_query(SQL(
            """SELECT p.id FROM library_patron p
                WHERE p.company_id = %(company)s AND p.id > %(last)s AND p.active AND p.is_anonymised IS NOT TRUE
                  AND EXISTS (SELECT 1 FROM library_case c WHERE c.patron_id = p.id
                                 AND c.date_closed > %(now)s - %(within)s::interval)
                ORDER BY p.id LIMIT %(limit)s""",
            company=company.id, last=last, now=self.env.cr.now(), within=SERVED_WITHIN, limit=BATCH,
        ))]

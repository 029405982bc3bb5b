from odoo import models


class LibraryPatron(models.Model):
    """Who is forgotten leaves figures, and neither words nor a way back to the person."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        # sudo: what a patron answered goes with the person whom the caller may de-identify
        invitations_sudo = self.env["library.evaluation.invitation"].sudo().search([("patron_id", "in", self.ids)])
        invitations_sudo._forget()
        # sudo: the same for what they said of the outcome of their cases
        self.env["library.outcome"].sudo().search([("patron_id", "in", self.ids)]).write(
            {"patron_id": False, "understood_words": False, "useful_words": False, "question_words": False}
        )
        return result


class LibraryEvaluationInvitation(models.Model):
    _inherit = "library.evaluation.invitation"

    def _forget(self):
        """Cut the person out: numbers stay for the figures; words, links and what it was about go."""
        self.answer_ids.text = False
        self.write({"patron_id": False, "case_id": False, "token": False, "key": "-"})

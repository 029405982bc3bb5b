from odoo import models

from ...const import EVALUATION_OPEN
from ...lib.form_input import clean_text

RETURN = {"1": 1, "0": 0}
FEEDBACK_UP_TO = 2
FEEDBACK_LENGTH = 5000


class LibraryCase(models.Model):
    """What the patron says of a case is noted with the invitation, and low words are feedback."""

    _inherit = "library.case"

    def rating_apply(self, rate, token=None, rating=None, feedback=None, subtype_xmlid=None, notify_delay_send=False):
        rating = super().rating_apply(
            rate, token=token, rating=rating, feedback=feedback, subtype_xmlid=subtype_xmlid,
            notify_delay_send=notify_delay_send,
        )
        if rating.partner_id == self.partner_id:
            self._note_said("csat")
            self._take_low_words(rating)
        return rating

    def _take_low_words(self, rating):
        """Words beside a low rating are feedback that somebody answers for; the same words once."""
        words = clean_text(rating.feedback, FEEDBACK_LENGTH)
        if 0 < rating.rating <= FEEDBACK_UP_TO and words:
            self.env["library.feedback"]._take({
                "body": words, "kind": "complaint", "source": "rating", "case_id": self.id,
                "patron_id": self.patron_id.id, "visibility": "private", "service_id": self.service_id.id,
                "team_id": self.team_id.id, "company_id": self.company_id.id,
            })

    def _portal_rate(self, form):
        result = super()._portal_rate(form)
        if form.get("return") in RETURN:
            # sudo: the patron's own word about the own case; one of two values
            self.sudo()._note_said("csat")._keep({"return": RETURN[form["return"]]})
        return result

    def _portal_return_given(self):
        """Whether the patron would use the service again, as said before: "1", "0" or nothing."""
        self.ensure_one()
        # sudo: shown on the patron's own page of the case
        given = self.sudo()._said("csat").answer_ids.filtered(lambda answer: answer.item == "return")
        return str(given.value) if given else ""

    def _said(self, instrument):
        """The invitation about this case with this instrument, whether it was sent or the patron spoke unasked."""
        return self.env["library.evaluation.invitation"].search(
            [("case_id", "=", self.id), ("instrument", "=", instrument), ("patron_id", "=", self.patron_id.id)], limit=1
        )

    def _note_said(self, instrument):
        """Note that the patron has spoken; who was not invited counts in no response rate.

        :return: the invitation, in sudo mode; an empty one for a case without a patron
        """
        self.ensure_one()
        case_sudo = self.sudo()  # sudo: whether a patron has answered is the system's to note
        if not case_sudo.patron_id:
            return self.env["library.evaluation.invitation"]
        invitation = case_sudo._said(instrument)
        if not invitation:
            invitation = invitation.create({
                "instrument": instrument, "key": f"case:{self.id}", "patron_id": case_sudo.patron_id.id,
                "company_id": case_sudo.company_id.id, "case_id": self.id, "service_id": case_sudo.service_id.id,
                "team_id": case_sudo.team_id.id, "source": "portal",
            })
        if invitation.state in (*EVALUATION_OPEN, "expired", "answered"):
            invitation._note_answered()
        return invitation

from odoo import api, models
from odoo.tools import plaintext2html


class LibraryMailReferral(models.AbstractModel):
    """A partner library that answers by mail instead of on its page: the answer goes to the workroom all the same."""

    _inherit = "library.mail.intake"

    @api.model
    def _record_of_tokens(self, tokens):
        for kind, record_id in tokens:
            if kind == "r":
                # sudo: sealed by our own secret
                referral = self.env["library.referral"].sudo().browse(record_id).exists()
                if referral.workroom_id:
                    return referral
        return super()._record_of_tokens([token for token in tokens if token[0] != "r"])

    @api.model
    def _place_in_case(self, arrival, case):
        if case._name == "library.referral":
            return self._place_in_referral(arrival, case)
        return super()._place_in_case(arrival, case)

    @api.model
    def _place_in_referral(self, arrival, referral):
        """The first mail is the answer; whatever follows stands below it in the room."""
        if arrival.signs.kind not in ("person", "list"):
            return self._hold(arrival, "automatic", arrival.signs.reason, state="filed", case=referral.case_id)
        parsed = self._parsed(arrival)
        body = plaintext2html(self._fresh(arrival) or self._text(arrival))
        who = f"{self._sender_name(arrival) or ''} <{arrival.sender}>".strip()
        files = [(attachment.fname, attachment.content) for attachment in parsed["attachments"]]
        if referral.state == "sent":
            referral._take_answer(body, who, files)
        else:
            referral._post_in_room(body, files)
            referral._tell_user(
                self.env._("%(partner)s wrote again: %(name)s", partner=referral.resource_id.name, name=referral.name)
            )
        return referral.case_id

import re

from odoo import api, models

from ...const import CAMPAIGN_MESSAGE_MARK

MESSAGE = re.compile(r"<[0-9a-f-]{36}\.(\d{1,9})" + CAMPAIGN_MESSAGE_MARK + r"[^>\s]*>")


class LibraryMailCampaign(models.AbstractModel):
    """Answers to a campaign, and mails of it that came back, are noted where its figures are read.

    A message id of a campaign names its place in the audience, so that other mail costs no query.
    """

    _inherit = "library.mail.intake"

    @api.model
    def _place(self, arrival, core):
        placed = super()._place(arrival, core)
        if arrival.signs.kind == "person":
            member_sudo = self._campaign_member(arrival.references)
            if member_sudo:
                member_sudo._note_reply()
        return placed

    @api.model
    def _place_bounce(self, arrival, core):
        placed = super()._place_bounce(arrival, core)
        signs = arrival.signs
        member_sudo = self._campaign_member([signs.original_message_id or ""])
        if member_sudo and signs.permanent is not False:
            member_sudo._note_bounce(signs.reason)
        return placed

    @api.model
    def _campaign_member(self, message_ids):
        """The place in a campaign's audience to whose mail these ids belong, in sudo mode."""
        Member_sudo = self.env["library.campaign.member"].sudo()  # sudo: the gateway acts for nobody
        for message_id in message_ids or ():
            found = MESSAGE.search(message_id or "")
            if found:
                member_sudo = Member_sudo.browse(int(found[1])).exists()
                # the number alone proves nothing: the rest of the id must be ours too
                if member_sudo.trace_id.message_id == found[0]:
                    return member_sudo
        return Member_sudo

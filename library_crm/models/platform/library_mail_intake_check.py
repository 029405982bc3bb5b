from odoo import api, models

from ...lib.mail_token import read_token


class LibraryMailIntakeCheck(models.AbstractModel):
    """Test mails of our own that come back: they tick off their step, and open nothing."""

    _inherit = "library.mail.intake"

    @api.model
    def _record_of_tokens(self, tokens):
        return super()._record_of_tokens([token for token in tokens if token[0] != "t"])

    @api.model
    def _place(self, arrival, core):
        words = " ".join([*arrival.recipients, arrival.subject])
        line_ids = [number for kind, number in read_token(self._secret(), words) if kind == "t"]
        if line_ids and arrival.signs.kind != "bounce":
            # sudo: sealed by our own secret; the gateway acts for nobody
            line_sudo = self.env["library.mail.check.line"].sudo()._find_under_way(line_ids)
            if line_sudo:
                line_sudo._take(arrival)
                return False
        return super()._place(arrival, core)

    @api.model
    def _place_bounce(self, arrival, core):
        """A test mail that a server further on refused."""
        about = arrival.signs.original_message_id
        # sudo: Message-IDs of our own; the gateway acts for nobody
        line_sudo = about and self.env["library.mail.check.line"].sudo().search([("message_id", "=", about)], limit=1)
        if line_sudo:
            line_sudo._bounced(arrival.signs.reason)
            return False
        return super()._place_bounce(arrival, core)

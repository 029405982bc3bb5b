from odoo import models


class LibraryCase(models.Model):
    _inherit = "library.case"

    def _register_message(self, message):
        """A patron's mail may say more than it asks: what its signature states is proposed to staff."""
        result = super()._register_message(message)
        # sudo: the gateway acts for nobody; only the author and the patron are compared
        case_sudo, message_sudo = self.sudo(), message.sudo()
        if message_sudo.message_type == "email" and message_sudo.author_id == case_sudo.partner_id:
            if case_sudo.patron_id:
                # sudo: proposals are made by nobody at a screen, and change nothing
                self.env["library.patron.proposal"].sudo()._propose_from_mail(case_sudo.patron_id, message_sudo)
        return result

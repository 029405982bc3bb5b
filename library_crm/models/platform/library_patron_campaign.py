from odoo import models


class LibraryPatron(models.Model):
    """Patrons can be written to by Odoo's mailings. Who is forgotten stays in a campaign's figures as nobody."""

    _inherit = "library.patron"
    _mailing_enabled = True

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        # sudo: places in audiences lose the person whom the caller may de-identify
        members_sudo = self.env["library.campaign.member"].sudo().search([("patron_id", "in", self.ids)])
        members_sudo.trace_id.write({"email": False, "message_id": False, "failure_reason": False})
        members_sudo.write({"patron_id": False})
        return result

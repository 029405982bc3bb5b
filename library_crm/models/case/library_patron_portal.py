from odoo import models

from ...lib.form_input import FormRefused


class LibraryPatron(models.Model):
    _inherit = "library.patron"

    def _portal_propose_email(self, address):
        """The wish for another address is a case, so that somebody sees to it."""
        Log = self.env["library.form.log"]
        if not Log._admit({("new_email", self.id): Log._limit("addresses_per_patron", 5)}):
            raise FormRefused({"new_email": self.env["library.case"]._portal_flood_words()}, status=429)
        result = super()._portal_propose_email(address)
        Case = self.env["library.case"]
        name = self.env._("New e-mail address")
        case = Case.search([("patron_id", "=", self.id), ("name", "=", name), *Case._domain_open()], limit=1)
        if not case:
            team = self.env["library.team"].search([("company_id", "=", self.company_id.id)], limit=1)
            case = Case.create({"name": name, "patron_id": self.id, "team_id": team.id, "channel": "portal"})
        words = self.env._("Please write to me at %(address)s from now on.", address=address)
        case._portal_post(words, [], self.partner_id)
        return result

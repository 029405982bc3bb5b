from odoo import models


class LibraryPatron(models.Model):
    """Who is forgotten has no alerts."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        # sudo: what a patron wanted to hear of goes with the person whom the caller may de-identify
        self.env["library.alert.profile"].sudo().search([("patron_id", "in", self.ids)]).unlink()
        self.env["library.alert.digest"].sudo().search([("patron_id", "in", self.ids)])._forget()
        return result

from odoo import api, models

from ...const import CONTACT_EXPECTED, CONTACT_PURPOSES


class LibraryConsent(models.Model):
    """Who takes back the consent to news and invitations takes back each single yes to them as well."""

    _inherit = "library.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        refused = consents.filtered(lambda one: one.purpose == "outreach" and not one.is_given).patron_id
        if refused:
            bound = [purpose for purpose, _label in CONTACT_PURPOSES if purpose not in CONTACT_EXPECTED]
            # sudo: what was allowed before ends with the consent, whoever notes that
            self.env["library.contact.preference"].sudo().search([
                ("patron_id", "in", refused.ids), ("purpose", "in", bound), ("is_wanted", "=", True),
            ]).unlink()
            self.env["library.outreach"].sudo()._stopped(refused.sudo(), "refusal")  # sudo: as above
        return consents

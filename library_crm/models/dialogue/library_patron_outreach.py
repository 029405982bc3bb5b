from odoo import fields, models


class LibraryPatron(models.Model):
    """What a patron wants to hear, and what the library sent. Who is forgotten has neither."""

    _inherit = "library.patron"

    contact_preference_ids = fields.One2many(
        "library.contact.preference", "patron_id", string="What they want to hear", groups="base.group_user"
    )
    outreach_ids = fields.One2many(
        "library.outreach", "patron_id", string="What we sent", groups="base.group_user"
    )

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        # sudo: what was sent and what was wanted go with the person whom the caller may de-identify
        rows_sudo = self.env["library.outreach"].sudo().search([("patron_id", "in", self.ids)])
        rows_sudo.mail_id.unlink()
        rows_sudo.unlink()
        self.env["library.journey.person"].sudo().search([("patron_id", "in", self.ids)]).unlink()  # sudo: as above
        self.env["library.next.step"].sudo().search([("patron_id", "in", self.ids)]).unlink()  # sudo: as above
        self.env["library.next.stop"].sudo().search([("patron_id", "in", self.ids)]).unlink()  # sudo: as above
        self.env["library.contact.preference"].sudo().search([("patron_id", "in", self.ids)]).unlink()  # sudo: as above
        return result

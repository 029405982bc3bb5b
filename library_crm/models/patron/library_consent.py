from odoo import api, fields, models

PURPOSES = [
    ("counts", "Counting what I use"),
    ("interests", "Using my subjects"),
    ("outreach", "News and invitations"),
    ("directory", "Being found by other patrons"),
]
CONSENT_SOURCES = [
    ("staff", "Told to staff"),
    ("portal", "On the portal"),
    ("ils", "In the library system"),
    ("mail", "By mail"),
]


class LibraryConsent(models.Model):
    """A yes or no of a patron to one purpose. A log: the newest line of a purpose counts, none is ever changed."""

    _name = "library.consent"
    _description = "Consent"
    _order = "patron_id, date desc, id desc"
    _rec_name = "purpose"
    _check_company_auto = True

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="patron_id.company_id", store=True, index=True, precompute=True)
    purpose = fields.Selection(PURPOSES, required=True)
    is_given = fields.Boolean("Yes", default=True)
    date = fields.Datetime(required=True, readonly=True, default=lambda self: self.env.cr.now())
    source = fields.Selection(CONSENT_SOURCES, string="How", required=True, default="staff")
    user_id = fields.Many2one(
        "res.users", string="Noted by", readonly=True, default=lambda self: self.env.user, ondelete="set null"
    )
    note = fields.Char(help="What was said, or where the form is.")

    _newest_idx = models.Index("(patron_id, purpose, date DESC, id DESC)")

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        consents.patron_id._sync_consents()
        return consents

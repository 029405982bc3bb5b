from odoo import fields, models


class LibraryConsent(models.Model):
    """Alerts come by mail only to whoever asked for them."""

    _inherit = "library.consent"

    purpose = fields.Selection(selection_add=[("alerts", "New finds on my subjects")], ondelete={"alerts": "cascade"})

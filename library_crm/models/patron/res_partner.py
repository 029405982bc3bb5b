from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    library_patron_ids = fields.One2many("library.patron", "partner_id", string="Patron")

    # The mail gateway looks every sender up by this column, which core leaves without an index.
    _library_email_normalized_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

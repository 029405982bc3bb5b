from odoo import fields, models


class LibraryPurchaseSuggestion(models.Model):
    """A case may be the wish to have something bought."""

    _inherit = "library.purchase.suggestion"

    case_id = fields.Many2one("library.case", string="Asked in", index="btree_not_null", ondelete="set null")

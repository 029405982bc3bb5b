from odoo import fields, models


class LibraryPatron(models.Model):
    """What the nightly analysis says of a patron, for the page and for the domains of segments."""

    _inherit = "library.patron"

    fact_ids = fields.One2many(
        "library.patron.fact", "patron_id", string="Figures", readonly=True,
        groups="library_crm.group_library_relations",
    )

from odoo import fields, models


class LibraryPatron(models.Model):
    """When the patron used the library, first and last; the counts stand in `library.usage`."""

    _inherit = "library.patron"

    date_last_visit = fields.Date(
        "Last use", readonly=True, copy=False, groups="library_crm.group_library_relations",
        help="The last day with a loan, a visit, a download or any other use that an import brought.",
    )
    date_first_visit = fields.Date(
        "First use", readonly=True, copy=False, groups="library_crm.group_library_relations",
        help="The first day with a use that an import brought.",
    )

from odoo import fields, models

from ...const import PROSPECT_BASES, PROSPECT_SOURCES


class LibraryPatron(models.Model):
    """How somebody who has no card came to the library, and whether they agreed to be kept."""

    _inherit = "library.patron"

    prospect_source = fields.Selection(
        PROSPECT_SOURCES, string="Came through", readonly=True, copy=False, groups="base.group_user"
    )
    prospect_basis = fields.Selection(
        PROSPECT_BASES, string="Lawful basis", readonly=True, copy=False, groups="base.group_user"
    )
    prospect_consent = fields.Selection(
        [("none", "Not asked"), ("asked", "Asked"), ("yes", "Agreed"), ("no", "Declined")],
        string="Agreed to be kept", readonly=True, copy=False, groups="base.group_user",
    )
    date_prospect_until = fields.Date(
        "De-identified without a yes on", readonly=True, copy=False, groups="base.group_user"
    )

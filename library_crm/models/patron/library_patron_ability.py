from odoo import fields, models

from ...const import ABILITIES


class LibraryPatron(models.Model):
    """How much practice in searching a patron has, as the patron says."""

    _inherit = "library.patron"

    ability = fields.Selection(
        ABILITIES, string="Practice in searching", help="As the patron says; what we offer starts from there."
    )

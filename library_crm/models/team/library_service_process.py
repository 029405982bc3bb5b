from odoo import fields, models


class LibraryService(models.Model):
    """The way in which what is asked for is done."""

    _inherit = "library.service"

    process_id = fields.Many2one(
        "library.process",
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="Its steps are copied into the workroom of each case of this service.",
    )

from odoo import fields, models


class LibraryService(models.Model):
    _inherit = "library.service"

    team_id = fields.Many2one(
        "library.team", string="Owner team", index="btree_not_null", ondelete="restrict",
        help="Who gets what patrons ask for under this service.",
    )

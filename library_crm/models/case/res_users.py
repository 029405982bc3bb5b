from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    library_granted_case_ids = fields.Many2many(
        "library.case",
        "library_case_granted_user_rel",
        "user_id",
        "case_id",
        string="Cases opened by name",
        help="Cases of other teams that their lead opened to this person. Record rules read it.",
    )

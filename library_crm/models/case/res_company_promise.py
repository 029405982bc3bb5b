from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    library_apologises = fields.Boolean(
        "Apologise for missed promises", default=True,
        help="A patron whom the library let wait gets one mail for each missed promise, with the new time.",
    )  # fmt: skip

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    library_usage_months = fields.Integer(
        "Uses are kept by person for months", default=24,
        help="Older counts lose their person and stay as sums. What was forgotten does not come back by a longer time.",
    )
    library_usage_closed_month = fields.Date(
        "Uses by person begin with", readonly=True, help="Uses before this month are no longer counted."
    )
    library_underserved_share = fields.Float(
        "Under-served below this share of the mean", default=0.7, digits=(4, 2),
        help="A group counts as under-served when its coverage is below this share of the mean of such groups.",
    )

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_interest_basis = fields.Selection(related="company_id.library_interest_basis", readonly=False)
    library_stale_months = fields.Integer(
        "Facts grow old after", config_parameter="library_crm.stale_months", default=12,
        help="Months after which a fact that nobody confirmed is shown to staff to be checked.",
    )

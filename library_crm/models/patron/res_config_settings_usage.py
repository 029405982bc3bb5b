from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_usage_months = fields.Integer(related="company_id.library_usage_months", readonly=False)
    library_underserved_share = fields.Float(related="company_id.library_underserved_share", readonly=False)
    library_prospect_days = fields.Integer(
        "Prospects are kept without an answer", config_parameter="library_crm.prospect_days", default=90,
        help="Days after which the name and the address of a prospect who did not say yes are deleted.",
    )

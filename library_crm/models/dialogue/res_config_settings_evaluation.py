from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_csat_share = fields.Float(related="company_id.library_csat_share", readonly=False)
    library_outcome_share = fields.Float(related="company_id.library_outcome_share", readonly=False)
    library_nps_share = fields.Float(related="company_id.library_nps_share", readonly=False)

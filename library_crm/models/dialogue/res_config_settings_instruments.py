from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_paired_share = fields.Float(related="company_id.library_paired_share", readonly=False)

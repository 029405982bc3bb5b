from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_apologises = fields.Boolean(related="company_id.library_apologises", readonly=False)

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_outreach_cap = fields.Integer(related="company_id.library_outreach_cap", readonly=False)
    library_next_open = fields.Integer(related="company_id.library_next_open", readonly=False)
    library_quiet_cap = fields.Integer(related="company_id.library_quiet_cap", readonly=False)

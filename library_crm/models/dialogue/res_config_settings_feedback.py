from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    library_feedback_days = fields.Integer(related="company_id.library_feedback_days", readonly=False)
    library_feedback_alias_name = fields.Char(related="company_id.library_feedback_alias_name", readonly=False)

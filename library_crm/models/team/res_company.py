from odoo import models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "library.hours.source"]

    _hours_fields = ("resource_calendar_id",)

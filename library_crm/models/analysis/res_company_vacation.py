from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    library_vacation_ids = fields.One2many("library.lifecycle.vacation", "company_id", string="Vacations")

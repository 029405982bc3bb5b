from odoo import fields, models


class LibraryNeed(models.Model):
    _inherit = "library.need"

    case_ids = fields.Many2many("library.case", "library_case_need_rel", "need_id", "case_id", string="Cases")

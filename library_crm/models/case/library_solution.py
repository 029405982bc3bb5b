from odoo import fields, models


class LibrarySolution(models.Model):
    _inherit = "library.solution"

    case_ids = fields.Many2many(
        "library.case", "library_case_solution_rel", "solution_id", "case_id", string="Delivered in"
    )

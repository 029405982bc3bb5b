from odoo import models


class LibraryBranch(models.Model):
    _name = "library.branch"
    _inherit = ["library.branch", "library.hours.source"]

    _hours_fields = ("calendar_id",)

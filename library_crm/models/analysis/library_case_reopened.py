from odoo import fields, models


class LibraryCase(models.Model):
    _inherit = "library.case"

    date_reopened = fields.Datetime("Last re-opened", readonly=True, copy=False, groups="base.group_user")

    def _reopen(self):
        closed = self.filtered(lambda case: case.stage_code == "closed")
        result = super()._reopen()
        closed.date_reopened = self.env.cr.now()
        return result

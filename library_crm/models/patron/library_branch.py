from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class LibraryBranch(models.Model):
    _inherit = "library.branch"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Counts know no foreign keys (see library.usage): what they point to is archived, not deleted."""
        self.env["library.usage"].flush_model()
        if self.env.execute_query(SQL("SELECT 1 FROM library_usage WHERE branch_id = ANY(%s) LIMIT 1", self.ids)):
            raise UserError(self.env._("You cannot delete what uses are counted under; archive it instead."))

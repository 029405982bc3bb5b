from odoo import models
from odoo.tools import SQL


class LibraryPatron(models.Model):
    """A patron's past stages go when the counts go."""

    _inherit = "library.patron"

    def _forget_behaviour(self):
        """A stage is a conclusion from uses: past ones go with the counts."""
        result = super()._forget_behaviour()
        if self.ids:
            self.env.cr.execute(SQL("DELETE FROM library_patron_snapshot WHERE patron_id IN %s", tuple(self.ids)))
        return result

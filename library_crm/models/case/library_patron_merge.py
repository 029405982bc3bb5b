from odoo import models


class LibraryPatronMerge(models.Model):
    """Cases that change hands are read by whom the new patron lets read them."""

    _inherit = "library.patron.merge"

    def _notify_moved(self, entry):
        result = super()._notify_moved(entry)
        if entry["model"] == "library.case" and entry["column"] == "patron_id":
            self.env["library.case"].browse(entry["ids"])._update_readers()
        return result

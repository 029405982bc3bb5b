from odoo import models
from odoo.tools import SQL


class LibraryPatronMerge(models.Model):
    """Where both records say what the person wants to hear, a no outlives the merge."""

    _inherit = "library.patron.merge"

    def _keep_refusals(self, purposes):
        result = super()._keep_refusals(purposes)
        # rows that met one of the survivor's stayed with the archived record
        self.env["library.contact.preference"].flush_model()
        silenced = self.env.execute_query(SQL(
            """UPDATE library_contact_preference s SET is_wanted = false FROM library_contact_preference l
                WHERE s.patron_id = %s AND l.patron_id = %s AND l.purpose = s.purpose AND l.channel = s.channel
                  AND s.is_wanted AND NOT coalesce(l.is_wanted, false)
            RETURNING s.id""", self.survivor_id.id, self.loser_id.id,
        ))
        self.env["library.contact.preference"].invalidate_model(["is_wanted"])
        self.moved = {**self.moved, "silenced": [row[0] for row in silenced]}
        return result

    def _return_rows(self):
        result = super()._return_rows()
        # sudo: the caller may undo the merge
        silenced_sudo = self.env["library.contact.preference"].sudo().browse(self.moved.get("silenced") or [])
        silenced_sudo.exists().is_wanted = True
        return result

from odoo import models
from odoo.tools import SQL


class LibraryPatron(models.Model):
    """What is to be forgotten of a patron is forgotten in the images of merges, too."""

    _inherit = "library.patron"

    def _anonymise(self):
        """Who was merged into these patrons is the same person, and the images of merges show both."""
        if self.ids:
            # sudo: the same person, whoever may de-identify the one that stayed
            merged_sudo = everybody_sudo = self.sudo().with_context(active_test=False)
            while merged_sudo := merged_sudo.search([("merged_into_id", "in", merged_sudo.ids)]) - everybody_sudo:
                everybody_sudo |= merged_sudo
            everybody = everybody_sudo.with_env(self.env)
            merges_sudo = self.env["library.patron.merge"].sudo().search(
                ["|", ("survivor_id", "in", everybody.ids), ("loser_id", "in", everybody.ids)])
            merges_sudo.filtered(lambda merge: merge.state == "done")._close()
            return super(LibraryPatron, everybody)._anonymise()
        return super()._anonymise()

    def _forget_behaviour(self):
        """What was counted goes from the images of merges, too."""
        result = super()._forget_behaviour()
        if self.ids:
            self.env["library.patron.merge"].flush_model()
            self.env.cr.execute(SQL(
                "UPDATE library_patron_merge SET moved = jsonb_set(moved, '{usage}', '[]')"
                " WHERE moved IS NOT NULL AND jsonb_typeof(moved) = 'object'"
                " AND (survivor_id IN %(ids)s OR loser_id IN %(ids)s)", ids=tuple(self.ids)))
            self.env["library.patron.merge"].invalidate_model(["moved"])
        return result

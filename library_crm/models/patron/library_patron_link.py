from odoo import models


class LibraryPatronLink(models.AbstractModel):
    """What stands on a list about a patron (`patron_id`) leads to the patron's page."""

    _name = "library.patron.link"
    _description = "Leads to the patron"

    def action_open_patron(self):
        """Go to the patron's page, where the user's own rights decide what it shows."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.patron",
            "res_id": self.patron_id.id,
            "view_mode": "form",
        }

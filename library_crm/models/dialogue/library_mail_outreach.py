from odoo import api, models


class LibraryMailIntake(models.AbstractModel):
    """A message of the ledger that came back is noted there, and what goes in steps stops."""

    _inherit = "library.mail.intake"

    @api.model
    def _place_bounce(self, arrival, core):
        result = super()._place_bounce(arrival, core)
        signs = arrival.signs
        if signs.permanent is not False:
            # sudo: the gateway acts for nobody
            self.env["library.outreach"].sudo()._came_back(signs.original_message_id, signs.failed_recipients)
        return result

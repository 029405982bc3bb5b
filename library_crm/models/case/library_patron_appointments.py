from odoo import models


class LibraryPatron(models.Model):
    """De-identifying ends talks and agreements, and empties what the patron answered in forms."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        mine = [("patron_id", "in", self.ids)]
        # sudo: all of it goes with the person whom the caller may de-identify
        bookings_sudo = self.env["library.booking"].sudo().search(mine)
        bookings_sudo.event_id.with_context(library_booking=True, no_mail_to_attendees=True).unlink()
        bookings_sudo.unlink()
        self.env["library.service.agreement"].sudo().with_context(active_test=False).search(mine).unlink()
        self.env["library.case"].flush_model(["request_properties", "patron_id"])
        self.env.cr.execute(
            "UPDATE library_case SET request_properties = NULL WHERE patron_id = ANY (%s)", [self.ids]
        )
        self.env["library.case"].invalidate_model(["request_properties"])
        return result

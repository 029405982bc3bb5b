from odoo import models

MOMENTS = {"start", "stop", "start_date", "stop_date", "active"}


class CalendarEvent(models.Model):
    """A librarian who moves or deletes the entry of a talk moves or calls off the talk itself."""

    _inherit = "calendar.event"

    def write(self, vals):
        result = super().write(vals)
        if MOMENTS & vals.keys() and not self.env.context.get("library_booking"):
            for event, bookings in self._library_bookings().grouped("event_id").items():
                if not event.active:
                    bookings._call_off("library")
                elif (event.start, event.stop) != (bookings[:1].date_start, bookings[:1].date_end):
                    bookings.write({
                        "date_start": event.start, "date_end": event.stop, "version": bookings[:1].version + 1,
                    })
                    bookings._send("library_crm.mail_template_booking_confirmed")
        return result

    def unlink(self):
        bookings = self.env["library.booking"]
        if not self.env.context.get("library_booking"):
            bookings = self._library_bookings()
        result = super().unlink()
        bookings.filtered(lambda booking: booking.state == "booked")._call_off("library")
        return result

    def _library_bookings(self):
        """The talks behind these entries that are still to come."""
        # sudo: the entry is the user's to change, and the talk follows it
        return self.env["library.booking"].sudo().search([("event_id", "in", self.ids), ("state", "=", "booked")])

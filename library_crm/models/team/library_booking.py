import psycopg2.errorcodes
from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...const import QUIET
from ...lib.ics import calendar_file

KEPT_DAYS = 60
ALARM = "library_crm.calendar_alarm_booking"
QUIETLY = {**QUIET, "no_mail_to_attendees": True, "skip_contact_description": True, "library_booking": True}
MOMENT_FORMATS, MOMENT_FORMAT = {"zh": "y年M月d日 EEEE HH:mm"}, "EEEE, d MMMM y, HH:mm"


class LibraryBooking(models.Model):
    """A talk between a patron and a librarian at a time that the librarian offered.

    Whether the patron came is not noted, and two months later nothing of it is left.
    """

    _name = "library.booking"
    _description = "Appointment"
    _inherit = ["portal.mixin", "library.portal.mixin"]
    _order = "date_start, id"
    _rec_name = "service_id"
    _check_company_auto = True

    rule_id = fields.Many2one(
        "library.booking.rule", string="Bookable hours", ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", string="Librarian", required=True, index=True, ondelete="cascade")
    team_id = fields.Many2one("library.team", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="cascade", check_company=True
    )
    partner_id = fields.Many2one(related="patron_id.partner_id", string="Contact")
    email = fields.Char("E-mail", required=True)
    lang = fields.Char("Language")
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="set null")
    topic = fields.Text("What it is about")
    date_start = fields.Datetime("Begins", required=True)
    date_end = fields.Datetime("Ends", required=True)
    place = fields.Char()
    is_remote = fields.Boolean("From afar")
    state = fields.Selection([("booked", "Booked"), ("cancelled", "Called off")], default="booked", required=True)
    cancelled_by = fields.Selection([("patron", "The patron"), ("library", "The library")], readonly=True)
    event_id = fields.Many2one("calendar.event", string="Calendar entry", ondelete="set null", index="btree_not_null")
    version = fields.Integer(default=0, readonly=True)

    _slot_once = models.UniqueIndex(
        "(user_id, date_start) WHERE state = 'booked'", "Somebody else has just taken this time."
    )
    _days_in_order = models.Constraint("CHECK (date_start < date_end)", "A talk ends after it begins.")

    @api.depends("patron_id", "service_id", "date_start")
    def _compute_display_name(self):
        for booking in self:
            what = booking.service_id.name or self.env._("Talk with a librarian")
            booking.display_name = f"{booking.patron_id.name or booking.email or ''} · {what}"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for booking in self:
            booking.access_url = f"/library/booking/{booking.id}"
        return result

    @api.model
    def _book(self, rule, slot, values):
        """Take a time, put it into the librarian's calendar and confirm it by mail.

        :param rule: `library.booking.rule` that offers it
        :param slot: (start, end)
        :param dict values: patron_id, email, topic, lang
        :return: the booking; an empty one when somebody else was quicker
        """
        try:
            with self.env.cr.savepoint():
                booking = self.create({
                    "rule_id": rule.id, "user_id": rule.user_id.id, "team_id": rule.team_id.id,
                    "company_id": rule.company_id.id, "service_id": rule.service_id.id, "place": rule.place,
                    "is_remote": rule.is_remote, "date_start": slot[0], "date_end": slot[1], **values,
                })  # fmt: skip
                self.env.flush_all()
        except IntegrityError as error:
            if error.pgcode != psycopg2.errorcodes.UNIQUE_VIOLATION:
                raise
            return self.browse()
        booking._enter()
        booking._send("library_crm.mail_template_booking_confirmed")
        return booking

    def _move(self, rule, slot):
        """Take another time instead; whether it was still free is told."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self.write({
                    "rule_id": rule.id, "user_id": rule.user_id.id, "team_id": rule.team_id.id, "place": rule.place,
                    "is_remote": rule.is_remote, "date_start": slot[0], "date_end": slot[1],
                    "version": self.version + 1,
                })  # fmt: skip
                self.env.flush_all()
        except IntegrityError as error:
            if error.pgcode != psycopg2.errorcodes.UNIQUE_VIOLATION:
                raise
            self.invalidate_recordset()
            return False
        self.event_id.sudo().with_context(**QUIETLY).unlink()  # sudo: the entry is the talk's own
        self._enter()
        self._send("library_crm.mail_template_booking_confirmed")
        return True

    def _call_off(self, by):
        """The talk does not take place; the other side is told.

        :param str by: `patron` or `library`
        """
        for booking in self.filtered(lambda one: one.state == "booked"):
            booking.write({"state": "cancelled", "cancelled_by": by, "version": booking.version + 1})
            booking.event_id.sudo().with_context(**QUIETLY).unlink()  # sudo: the entry is the talk's own
            if booking.date_start > fields.Datetime.now():
                booking._send("library_crm.mail_template_booking_cancelled")
            if by == "patron":
                booking._tell_librarian()

    def _tell_librarian(self):
        """A patron called off: the librarian's hour is free again."""
        self.user_id._bus_send("simple_notification", {
            "type": "info", "title": self.env._("Appointment called off"),
            "message": self.with_context(lang=self.user_id.lang)._moment_words(),
        })  # fmt: skip

    def action_call_off(self):
        """Call these talks off and tell the patrons."""
        self.check_access("write")
        if any(booking.state != "booked" for booking in self):
            raise UserError(self.env._("This talk is called off already."))
        self._call_off("library")

    # The calendar

    def _enter(self):
        """Put the talk into the librarian's calendar; colleagues see that the hour is taken and no more."""
        for booking in self:
            people = booking.user_id.partner_id | booking.patron_id.partner_id
            # sudo: whoever books may not write calendars; all values are the library's own
            booking.event_id = self.env["calendar.event"].sudo().with_context(**QUIETLY).create({
                "name": booking.service_id.name or self.env._("Talk with a librarian"),
                "start": booking.date_start, "stop": booking.date_end, "user_id": booking.user_id.id,
                "partner_ids": [fields.Command.set(people.ids)], "location": booking.place,
                "privacy": "private", "show_as": "busy", "alarm_ids": [fields.Command.set(self.env.ref(ALARM).ids)],
            })  # fmt: skip

    def _calendar_file(self):
        """The talk as a file for the patron's own calendar."""
        self.ensure_one()
        return calendar_file(
            f"library-booking-{self.id}@{self.get_base_url().rpartition('//')[2]}",
            self.date_start, self.date_end, self._summary_words(), fields.Datetime.now(),
            location=self.place or "", cancelled=self.state == "cancelled", version=self.version,
        )  # fmt: skip

    # Words

    def _summary_words(self):
        """What stands in the patron's calendar."""
        what = self.service_id.name or self.env._("Talk with a librarian")
        return f"{what} · {self.company_id.name}"

    def _moment_words(self):
        """When it is, in the reader's language and the library's time zone."""
        lang = self.env.lang or "en_US"
        # sudo: the time zone of the team's opening hours
        zone = self.sudo().team_id._opening_hours().zone.key
        words = MOMENT_FORMATS.get(lang[:2], MOMENT_FORMAT)
        return format_datetime(self.env, self.date_start, tz=zone, dt_format=words, lang_code=lang)

    def _send(self, xmlid):
        """Mail the patron, with the file for the calendar."""
        for booking in self:
            template = self.env.ref(xmlid, raise_if_not_found=False)
            if not template:
                continue
            # sudo: text and recipient are the library's own
            template_sudo = template.sudo().with_context(lang=booking.lang or self.env.lang)
            body = template_sudo._render_field("body_html", booking.ids)[booking.id]
            self.env["mail.mail"].sudo().create({
                "subject": template_sudo._render_field("subject", booking.ids)[booking.id],
                "body_html": body, "email_to": booking.email,
                "email_from": booking.team_id.alias_email or booking.company_id.email_formatted
                or self.env.user.email_formatted,
                "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
                "attachment_ids": [fields.Command.create({
                    "name": "appointment.ics", "raw": booking.with_context(lang=booking.lang)._calendar_file(),
                    "mimetype": "text/calendar",
                })],
                "auto_delete": True,
            })  # fmt: skip
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.autovacuum
    def _gc_bookings(self, limit=1000):
        """Forget talks that are over for two months, with their entries in calendars."""
        over = self.search(
            [("date_end", "<", fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS))], limit=limit
        )
        over.event_id.with_context(**QUIETLY).unlink()
        over.unlink()
        return len(over), len(over) == limit

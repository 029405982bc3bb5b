import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...lib.booking_slots import free, week_slots

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
HOURS_AHEAD = 3  # nobody is surprised by somebody at the door
DAYS_AHEAD = 28


class LibraryBookingRule(models.Model):
    """Hours of a week in which patrons may book a talk with a librarian."""

    _name = "library.booking.rule"
    _description = "Bookable Hours"
    _order = "user_id, weekday, hour_from, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users", string="Librarian", required=True, index=True, ondelete="cascade",
        default=lambda self: self.env.user, domain="[('share', '=', False)]",
    )
    team_id = fields.Many2one(
        "library.team", required=True, index=True, ondelete="cascade", check_company=True,
        default=lambda self: self.env.user.library_team_ids[:1],
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True, precompute=True)
    service_id = fields.Many2one(
        "library.service", index="btree_not_null", ondelete="set null", help="Empty: whatever the patron needs."
    )
    weekday = fields.Selection(WEEKDAYS, required=True, default="0")
    hour_from = fields.Float("From", required=True, default=14.0)
    hour_to = fields.Float("To", required=True, default=16.0)
    minutes = fields.Integer("Minutes a talk", required=True, default=30)
    place = fields.Char(translate=True, help="Where it is, as the patron finds it; for a talk from afar, the link.")
    is_remote = fields.Boolean("From afar", help="By telephone or video.")
    date_from = fields.Date("First day")
    date_to = fields.Date("Last day")

    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)", "The hours begin before they end."
    )
    _minutes_sensible = models.Constraint(
        "CHECK (minutes BETWEEN 5 AND 480)", "A talk takes five minutes to eight hours."
    )

    @api.depends("user_id", "weekday", "hour_from")
    def _compute_display_name(self):
        days = dict(self._fields["weekday"]._description_selection(self.env))
        for rule in self:
            rule.display_name = f"{rule.user_id.name or ''} · {days.get(rule.weekday, '')}"

    @api.constrains("user_id", "weekday", "hour_from", "hour_to", "active")
    def _check_overlap(self):
        """Two rules of a librarian would offer the same hour twice."""
        for rule in self.filtered("active"):
            twin = Domain("id", "!=", rule.id) & Domain("user_id", "=", rule.user_id.id)
            twin &= Domain("weekday", "=", rule.weekday)
            twin &= Domain("hour_from", "<", rule.hour_to) & Domain("hour_to", ">", rule.hour_from)
            # sudo: hours in another team of the same person count as well
            if self.sudo().search_count(twin, limit=1):
                raise ValidationError(
                    self.env._("%(name)s offers a part of these hours already.", name=rule.user_id.name)
                )

    def _free_slots(self, now, days=DAYS_AHEAD, besides=None):
        """The times that can be booked: {rule: [(start, end)]}.

        :param now: naive UTC datetime
        :param days: how far ahead
        :param besides: a `library.booking` whose own time counts as free
        """
        earliest = now + datetime.timedelta(hours=HOURS_AHEAD)
        latest = now + datetime.timedelta(days=days)
        busy = self._busy(earliest, latest, besides)
        found = {}
        for rule in self:
            opening = rule.team_id._opening_hours()
            slots = [
                (start, end)
                for start, end in rule._offered(opening.zone.key, now.date(), latest.date())
                if earliest <= start < latest and opening.between(start, end) >= rule.minutes
            ]
            found[rule] = free(slots, busy.get(rule.user_id.id, []))
        return found

    def _offered(self, zone, first, last):
        """Times of this rule between two days, within its own days."""
        self.ensure_one()
        first = max(first - datetime.timedelta(days=1), self.date_from or first)
        last = min(last + datetime.timedelta(days=1), self.date_to or datetime.date.max)
        return week_slots(int(self.weekday), self.hour_from, self.hour_to, self.minutes, zone, first, last)

    def _busy(self, start, end, besides=None):
        """{user id: [(from, to)]} of what stands in the way: meetings, absences, talks that are booked."""
        busy = {}
        users_sudo = self.user_id.sudo()  # sudo: whether somebody is free, nothing of what they do
        self._busy_meetings(users_sudo, start, end, busy, besides)
        absences = Domain("user_id", "in", users_sudo.ids) & Domain("date_start", "<", end)
        for absence in users_sudo.env["library.absence"].search(absences & Domain("date_end", ">", start)):
            busy.setdefault(absence.user_id.id, []).append((absence.date_start, absence.date_end))
        bookings = Domain("user_id", "in", users_sudo.ids) & Domain("state", "=", "booked")
        bookings &= Domain("date_start", "<", end) & Domain("date_end", ">", start)
        for booking in users_sudo.env["library.booking"].search(bookings) - (besides or self.env["library.booking"]):
            busy.setdefault(booking.user_id.id, []).append((booking.date_start, booking.date_end))
        return busy

    def _busy_meetings(self, users_sudo, start, end, busy, besides):
        """Put what stands in the calendars into `busy`."""
        domain = Domain("partner_ids", "in", users_sudo.partner_id.ids) & Domain("show_as", "=", "busy")
        domain &= Domain("start", "<", end) & Domain("stop", ">", start)
        users = {user.partner_id: user.id for user in users_sudo}
        own_event = besides.sudo().event_id if besides else None  # sudo: the event of the talk that is moved
        for event in users_sudo.env["calendar.event"].search(domain):
            if event == own_event:
                continue
            declined = event.attendee_ids.filtered(lambda one: one.state == "declined").partner_id
            for partner in (event.partner_ids - declined) & users_sudo.partner_id:
                busy.setdefault(users[partner], []).append((event.start, event.stop))

import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...lib.form_input import FormRefused, as_id, clean_line, clean_text

TOPIC_LENGTH = 2000
OPEN_BOOKINGS = 3
MOST_SLOTS = 160
HONEYPOT = "homepage"
DAY_FORMATS, DAY_FORMAT = {"zh": "M月d日 EEEE"}, "EEEE, d MMMM"


class LibraryBooking(models.Model):
    """Patrons book, move and call off a talk themselves. Every value here is untrusted until checked."""

    _inherit = "library.booking"

    @api.model
    def _portal_find(self, record_id, access_token=None):
        """The talk that a visitor asks for: by its secret, or the visitor's own; in sudo mode, else empty."""
        # sudo: handed out only after one of the two checks below
        booking_sudo = self.sudo().browse(as_id(record_id) or None).exists()
        user = self.env.user
        own = not user._is_public() and booking_sudo.partner_id and booking_sudo.partner_id == user.partner_id
        return booking_sudo if booking_sudo and (own or booking_sudo._portal_opens(access_token)) else self.browse()

    @api.model
    def _portal_own_rows(self):
        """The visitor's talks that are still to come."""
        # sudo: the visitor's own
        return self.sudo().search(
            [("partner_id", "=", self.env.user.partner_id.id), ("date_end", ">", fields.Datetime.now()),
             ("state", "=", "booked")]
        )  # fmt: skip

    # What can be booked

    @api.model
    def _portal_rules(self):
        """The hours that visitors may book here, in sudo mode."""
        services = self.env["library.case"]._portal_services()
        domain = Domain("company_id", "=", self.env.company.id) & Domain("user_id.active", "=", True)
        # sudo: visitors may not read the hours; the page shows free times and first names
        Rule_sudo = self.env["library.booking.rule"].sudo()
        return Rule_sudo.search(domain & Domain("service_id", "in", [False, *services.ids]))

    @api.model
    def _portal_times(self, form, besides=None):
        """Free times for the page, by day, with what they can be narrowed by.

        :param dict form: untrusted; `service` and `librarian` narrow the choice
        :param besides: a booking that is to be moved
        """
        rules_sudo = self._portal_rules()
        service, user = as_id(form.get("service")), as_id(form.get("librarian"))
        chosen = rules_sudo.filtered(lambda rule: rule.service_id.id in (service, False)) if service else rules_sudo
        chosen = chosen.filtered(lambda rule: rule.user_id.id == user) if user else chosen
        slots = [
            (start, end, rule)
            for rule, times in chosen._free_slots(fields.Datetime.now(), besides=besides).items()
            for start, end in times
        ]
        days = {}
        for start, end, rule in sorted(slots, key=lambda slot: (slot[0], slot[2].id))[:MOST_SLOTS]:
            days.setdefault(self._portal_local(start, rule).date(), []).append(self._portal_slot(rule, start, end))
        return {
            "services": [(one.id, one.name) for one in rules_sudo.service_id],
            "people": [(one.id, (one.name or "").split(" ")[0]) for one in rules_sudo.user_id],
            "service": service, "librarian": user,
            "days": [(self._portal_weekday(day), times) for day, times in sorted(days.items())],
        }  # fmt: skip

    @api.model
    def _portal_local(self, moment, rule):
        """A moment on the clock of the library."""
        zone = rule.team_id._opening_hours().zone.key
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)

    @api.model
    def _portal_weekday(self, day):
        lang = self.env.lang or "en_US"
        return format_date(self.env, day, date_format=DAY_FORMATS.get(lang[:2], DAY_FORMAT), lang_code=lang)

    @api.model
    def _portal_slot(self, rule, start, end):
        """One free time as the page shows it."""
        name = (rule.user_id.name or "").split(" ")[0]
        return {
            "value": f"{rule.id}-{start:%Y%m%d%H%M}",
            "from": f"{self._portal_local(start, rule):%H:%M}",
            "to": f"{self._portal_local(end, rule):%H:%M}",
            "who": name, "what": rule.service_id.name or "", "place": rule.place or "", "is_remote": rule.is_remote,
        }  # fmt: skip

    @api.model
    def _portal_read_slot(self, text, errors, besides=None):
        """The rule and the time that a form names, when they are free; a sentence in `errors` else."""
        match = re.fullmatch(r"(\d{1,10})-(\d{12})", text if isinstance(text, str) else "", re.ASCII)
        if not match:
            errors["slot"] = self.env._("Please choose a time.")
            return None
        rule_sudo = self._portal_rules().filtered(lambda rule: rule.id == as_id(match[1]))
        free = rule_sudo._free_slots(fields.Datetime.now(), besides=besides).get(rule_sudo, [])
        slot = next((one for one in free if f"{one[0]:%Y%m%d%H%M}" == match[2]), None)
        if not slot:
            errors["slot"] = self._portal_taken_words()
            return None
        return rule_sudo, slot

    @api.model
    def _portal_taken_words(self):
        return self.env._("Somebody else has just taken this time. Please choose another one.")

    # What visitors do

    @api.model
    def _portal_book(self, form, ip=""):
        """Book a talk from an untrusted form.

        :return: the booking in sudo mode; an empty one when a person has to look at the form first
        :raise FormRefused: with a sentence for each field that cannot be taken
        """
        Case, errors = self.env["library.case"], {}
        asked = Case._portal_read_sender(form, errors)
        chosen = self._portal_read_slot(form.get("slot"), errors)
        topic = clean_text(form.get("topic"), TOPIC_LENGTH)
        if errors:
            raise FormRefused(errors)
        rule_sudo, slot = chosen
        asked |= {"service": rule_sudo.service_id, "question": topic or form["slot"]}
        Case._portal_admit_question(asked, ip, False)
        if clean_line(form.get(HONEYPOT), 200):
            Case._portal_hold(asked)
            return self.browse()
        self._portal_check_number(asked["email"])
        patron_sudo, _is_proved = Case._portal_asker(asked, rule_sudo.company_id)
        booking_sudo = self.sudo()._book(rule_sudo, slot, {  # sudo: every value is checked or ours
            "patron_id": patron_sudo.id, "email": asked["email"], "topic": topic, "lang": self.env.lang,
        })  # fmt: skip
        if not booking_sudo:
            raise FormRefused({"slot": self._portal_taken_words()})
        return booking_sudo

    @api.model
    def _portal_check_number(self, email):
        """Nobody takes all the hours.

        :raise FormRefused: when this address has its share of talks to come
        """
        domain = Domain("email", "=ilike", email) & Domain("state", "=", "booked")
        # sudo: counts, shows nothing
        if self.sudo().search_count(domain & Domain("date_start", ">", fields.Datetime.now())) >= OPEN_BOOKINGS:
            raise FormRefused({
                "form": self.env._("You have %(number)s talks before you. Call one off, or come to the desk.",
                                   number=OPEN_BOOKINGS),
            })  # fmt: skip

    def _portal_can_change(self):
        """Whether there is still something to move or call off."""
        self.ensure_one()
        return self.state == "booked" and self.date_start > fields.Datetime.now()

    def _portal_cancel(self):
        """The visitor calls the talk off; twice is once."""
        self.ensure_one()
        if self._portal_can_change():
            self._call_off("patron")

    def _portal_move(self, form):
        """The visitor takes another time.

        :raise FormRefused: when it is not free, the talk is over, or it was moved too often
        """
        self.ensure_one()
        if not self._portal_can_change():
            raise FormRefused({"form": self.env._("This talk cannot be moved any more.")})
        errors = {}
        chosen = self._portal_read_slot(form.get("slot"), errors, besides=self)
        if errors:
            raise FormRefused(errors)
        if not self.env["library.form.log"]._admit({("booking", self.id): 5}):
            raise FormRefused({"form": self.env["library.case"]._portal_flood_words()}, status=429)
        if not self.sudo()._move(*chosen):  # sudo: the visitor's own talk, a free time
            raise FormRefused({"slot": self._portal_taken_words()})

    def _portal_page(self):
        """What the page of a talk shows, as plain values."""
        self.ensure_one()
        return {
            "booking": self, "moment": self._moment_words(), "summary": self.service_id.name or "",
            "who": (self.user_id.name or "").split(" ")[0], "team": self.team_id.name,
            "can_change": self._portal_can_change(), "token": self._portal_ensure_token(),
        }  # fmt: skip

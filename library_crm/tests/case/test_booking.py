import datetime
import re

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .portal_common import LibraryPortalCase

JUNK = ("", "abc", "0-0", "1-999999999999", "99999999999-202701010900", "²-202701010900", "' OR 1=1 --", "%00")


@tagged("post_install", "-at_install", "library_portal", "security")
class TestBooking(LibraryPortalCase):
    """A talk with a librarian. Feature: X15, X14"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.booking.rule"].search([]).active = False
        calendar = cls.env["resource.calendar"].create({
            "name": "Always", "tz": "Europe/Berlin", "attendance_ids": [Command.clear()] + [
                Command.create({"name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
                for day in range(7)
            ],
        })  # fmt: skip
        cls.team.calendar_id = calendar
        cls.env.registry.clear_cache()
        day = (Datetime.now() + datetime.timedelta(days=3)).weekday()
        cls.rule = cls.env["library.booking.rule"].create({
            "user_id": cls.librarian.id, "team_id": cls.team.id, "weekday": str(day), "hour_from": 10, "hour_to": 12,
            "minutes": 30, "place": "Room 5",
        })  # fmt: skip
        cls.env.flush_all()

    def slots(self):
        """The times that a visitor sees, as the form sends them."""
        days = self.env["library.booking"]._portal_times({})["days"]
        return [slot["value"] for _day, slots in days for slot in slots]

    def book(self, slot=None, **more):
        self.env["library.form.log"].search([]).unlink()
        form = {"topic": "My thesis", "email": "new@patrons.test", "name": "New", **more}
        form.setdefault("slot", slot or self.slots()[0])
        return self.post("/library/book/send", form)

    def booking(self):
        return self.env["library.booking"].search([], order="id desc", limit=1)

    def test_book_without_account(self):
        self.login()
        self.assertEqual(self.get("/library/book").status_code, 200)
        offered = self.slots()
        before = self.mails.search([])
        self.assertEqual(self.book().status_code, 303)
        booking = self.booking()
        self.assertEqual((booking.user_id, booking.topic, booking.place), (self.librarian, "My thesis", "Room 5"))
        self.assertNotIn(offered[0], self.slots())
        event = booking.event_id
        self.assertEqual(event.partner_ids, self.librarian.partner_id | booking.patron_id.partner_id)
        self.assertEqual((event.start, event.stop, event.privacy), (booking.date_start, booking.date_end, "private"))
        self.assertEqual(event.alarm_ids, self.env.ref("library_crm.calendar_alarm_booking"))
        mail = self._outgoing(before)
        self.assertEqual(len(mail), 1, "core's own invitation stays away")
        self.assertEqual(mail.email_to, "new@patrons.test")
        file = mail.attachment_ids.raw.decode()
        self.assertIn(f"DTSTART:{booking.date_start:%Y%m%dT%H%M%SZ}", file)
        self.assertIn("auto-generated", mail.headers)

    def test_what_stands_in_the_calendar_is_not_offered(self):
        first = self.rule._free_slots(Datetime.now())[self.rule]
        self.env["calendar.event"].create({
            "name": "Meeting", "start": first[0][0], "stop": first[0][1], "user_id": self.librarian.id,
            "partner_ids": [Command.set(self.librarian.partner_id.ids)],
        })  # fmt: skip
        self.env["library.absence"].create(
            {"user_id": self.librarian.id, "date_start": first[2][0], "date_end": first[2][1]}
        )
        self.env["resource.calendar.leaves"].create({
            "name": "Holiday", "calendar_id": self.team.calendar_id.id, "date_from": first[3][0],
            "date_to": first[3][1],
        })  # fmt: skip
        self.env.registry.clear_cache()
        left = self.rule._free_slots(Datetime.now())[self.rule]
        self.assertEqual(set(first) - set(left), {first[0], first[2], first[3]})

    def test_the_second_of_two_is_told_and_loses_nothing(self):
        self.login()
        slot = self.slots()[0]
        self.assertEqual(self.book(slot).status_code, 303)
        response = self.book(slot, email="second@patrons.test", topic="Words that stay")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Somebody else has just taken this time", response.text)
        self.assertIn("Words that stay", response.text)

    def test_database_lets_one_of_two_win(self):
        slot = self.rule._free_slots(Datetime.now())[self.rule][0]
        values = {"email": "a@patrons.test", "topic": "a"}
        with mute_logger("odoo.sql_db"):
            first = self.env["library.booking"]._book(self.rule, slot, values)
            second = self.env["library.booking"]._book(self.rule, slot, {**values, "email": "b@patrons.test"})
        self.assertTrue(first)
        self.assertFalse(second)

    def test_move_and_call_off_by_the_link(self):
        self.login()
        self.book()
        booking = self.booking()
        link, token = booking.access_url, booking.access_token
        self.assertEqual(self.get(f"{link}?access_token={token}").status_code, 200)
        self.assertIn("Which time instead", self.get(f"{link}?access_token={token}&move=1").text)
        old, free = booking.date_start, self.slots()[1]
        self.assertEqual(self.post(f"{link}/move", {"access_token": token, "slot": free}).status_code, 303)
        self.assertNotEqual(booking.date_start, old)
        self.assertEqual(booking.event_id.start, booking.date_start)
        self.assertIn("SEQUENCE:1", self.get(f"{link}/ics?access_token={token}").text)
        self.assertEqual(self.post(f"{link}/cancel", {"access_token": token}).status_code, 303)
        self.assertEqual((booking.state, booking.cancelled_by), ("cancelled", "patron"))
        self.assertFalse(booking.event_id)
        before = self.mails.search([])
        self.post(f"{link}/cancel", {"access_token": token})
        self.assertFalse(self._outgoing(before), "twice is once")
        self.assertEqual(self.post(f"{link}/move", {"access_token": token, "slot": free}).status_code, 422)
        self.assertIn(free, self.slots(), "the time is free again")

    def test_nobody_else_opens_moves_or_calls_off(self):
        self.login(self.portal_user)
        self.book()
        booking = self.booking()
        self.assertEqual(booking.patron_id, self.patron)
        self.assertIn("My thesis", self.get(booking.access_url).text)
        self.assertIn(booking.access_url, self.get("/my/bookings").text)
        for user in (self.other_portal_user, None):
            self.login(user)
            for token in ("", "0", "False", "x" * 36, "é"):
                for path in ("", "/ics"):
                    page = self.get(f"{booking.access_url}{path}?access_token={token}")
                    self.assertIn(page.status_code, (303, 404))
                    self.assertNotIn("My thesis", page.text)
                for verb in ("cancel", "move"):
                    form = {"access_token": token, "slot": self.slots()[0]}
                    self.assertIn(self.post(f"{booking.access_url}/{verb}", form).status_code, (303, 404))
        self.assertEqual(booking.state, "booked")
        self.assertEqual(booking.version, 0)

    def test_get_changes_nothing_and_forms_need_their_token(self):
        self.login()
        self.book()
        booking = self.booking()
        facts = self.facts(booking)
        for path in ("/library/book/send", f"{booking.access_url}/cancel", f"{booking.access_url}/move"):
            slot = self.slots()[1]
            self.assertEqual(self.get(f"{path}?access_token={booking.access_token}&slot={slot}").status_code, 405)
            form = {"access_token": booking.access_token, "slot": slot, "email": "x@patrons.test"}
            with mute_logger("odoo.http"):
                self.assertEqual(self.post(path, form, csrf=False).status_code, 400)
        self.assertEqual(self.facts(booking), facts)

    def test_junk(self):
        self.login()
        for junk in JUNK:
            with self.subTest(junk=junk):
                self.assertLess(self.get(f"/library/book?service={junk}&librarian={junk}&slot={junk}").status_code, 500)
                self.assertEqual(self.book(junk or "-").status_code, 422)
        self.assertEqual(self.book(email="no address").status_code, 422)
        self.assertFalse(self.env["library.booking"].search([]))

    def book_form(self, **more):
        return {"slot": self.slots()[0], "email": "new@patrons.test", **more}

    def test_flood_machine_and_hoarder(self):
        """Feature: X14"""
        self.login()
        self.env["ir.config_parameter"].set_param("library_crm.forms_per_address", "2")
        self.env["library.form.log"].search([]).unlink()
        answers = [self.post("/library/book/send", self.book_form()).status_code for _number in range(3)]
        self.assertEqual(answers, [303, 303, 429])
        count = self.env["library.booking"].search_count([])
        self.book(homepage="http://spam.test", email="spam@patrons.test", topic="Buy now")
        self.assertIn("Buy now", self.assertHeld("automatic").preview)
        self.assertEqual(self.env["library.booking"].search_count([]), count)
        self.book()
        self.assertEqual(self.book().status_code, 422)
        self.assertEqual(self.env["library.booking"].search_count([("email", "=", "new@patrons.test")]), 3)

    def test_mass_assignment(self):
        self.login(self.portal_user)
        self.book(state="cancelled", user_id="1", patron_id=str(self.other_patron.id), date_start="2020-01-01")
        booking = self.booking()
        self.assertEqual((booking.state, booking.user_id, booking.patron_id),
                         ("booked", self.librarian, self.patron))  # fmt: skip
        self.assertEqual(booking.email, self.portal_user.email)

    def test_the_library_calls_off_and_the_patron_is_told(self):
        self.login()
        self.book()
        booking, before = self.booking(), self.mails.search([])
        with self.assertRaises(AccessError):
            booking.with_user(self.colleague).action_call_off()
        booking.with_user(self.librarian).action_call_off()
        self.assertEqual(booking.cancelled_by, "library")
        mail = self._outgoing(before)
        self.assertIn("We are sorry", mail.body_html)
        self.assertIn("METHOD:CANCEL", mail.attachment_ids.raw.decode())

    def test_the_calendar_entry_leads_the_talk(self):
        self.login()
        self.book()
        booking, before = self.booking(), self.mails.search([])
        later = Datetime.add(booking.date_start, days=1)
        booking.event_id.with_user(self.librarian).write({"start": later, "stop": Datetime.add(later, minutes=30)})
        self.assertEqual(booking.date_start, later)
        self.assertEqual(len(self._outgoing(before).filtered(lambda mail: mail.email_to == "new@patrons.test")), 1)
        booking.event_id.with_user(self.librarian).unlink()
        self.assertEqual(booking.state, "cancelled")

    def test_colleagues_see_that_the_hour_is_taken_and_no_more(self):
        self.login()
        self.book()
        booking = self.booking()
        with self.assertRaises(AccessError):
            booking.with_user(self.colleague).read(["topic"])
        plain = new_test_user(self.env, "plain_colleague", groups="base.group_user")
        event = booking.event_id.with_user(plain)
        self.assertFalse(event.read(["partner_ids"])[0]["partner_ids"])
        self.assertNotIn("My thesis", str(event.read(["name", "description", "location"])))
        with self.assertRaises(AccessError):
            self.rule.with_user(self.colleague).write({"minutes": 60})

    def test_hours_are_offered_once(self):
        with self.assertRaises(ValidationError):
            self.rule.copy({"hour_from": 11, "hour_to": 13})

    def test_nothing_is_left_of_it(self):
        """No-show marks nothing on the person."""
        self.login(self.portal_user)
        self.book()
        booking = self.booking()
        event = booking.event_id
        self.assertFalse([name for name in booking._fields if re.search("show|came|absent|missed", name)])
        old = Datetime.subtract(Datetime.now(), days=61)
        booking.write({"date_start": old, "date_end": Datetime.add(old, minutes=30)})
        self.env["library.booking"]._gc_bookings()
        self.assertFalse(booking.exists() or event.exists())

    def test_deidentifying_takes_the_talk_along(self):
        self.login(self.portal_user)
        self.book()
        booking, event = self.booking(), self.booking().event_id
        self.patron._anonymise()
        self.assertFalse(booking.exists() or event.exists())

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestJourney(LibraryCase):
    """Messages in steps that stop at once when the patron says something. Feature: P3, 2.4; hazards: Mail, Time"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Person = cls.env["library.journey.person"]
        cls.patron._give("outreach")
        cls.patron.date_enrolled = fields.Date.today()
        cls.journey = cls.env["library.journey"].create({
            "name": "Test", "event": "welcome", "purpose": "suggestions", "version_ids": [Command.create({
                "step_ids": [Command.create({"subject": f"Step {number} for {{name}}", "body": f"Words {number}",
                                             "wait_days": 7, "sequence": number}) for number in (1, 2, 3)]})]})
        cls.journey.version_ids.action_make_live()
        cls.journey.active = True

    def enter(self):
        self.journey._enter(self.company)
        return self.Person.search([("patron_id", "=", self.patron.id), ("journey_id", "=", self.journey.id)])

    def walk(self, person, times=1):
        """Let the days pass until the next step, and take it."""
        for _time in range(times):
            person.date_next = self.env.cr.now() - timedelta(minutes=1)
            self.Person.search(self.Person._domain_due() & fields.Domain("id", "in", person.ids))._go_on()

    def rows(self):
        return self.env["library.outreach"].search(
            [("patron_id", "=", self.patron.id), ("kind", "like", f"journey:{self.journey.id}:%")], order="id")

    def test_to_the_end(self):
        """Each step once, in its words, after its days; then the end."""
        person = self.enter()
        self.assertEqual((self.enter(), person.state), (person, "running"))
        self.assertEqual(person.date_next.date(), (self.env.cr.now() + timedelta(days=7)).date())
        self.assertFalse(self.Person.search(self.Person._domain_due() & fields.Domain("id", "=", person.id)))
        self.walk(person, 3)
        self.assertEqual((person.state, person.date_next), ("done", False))
        self.assertEqual(self.rows().mail_id.mapped("subject"), [f"Step {number} for 林伟" for number in (1, 2, 3)])
        self.assertEqual(self.enter(), person, "nobody walks it twice")

    def test_same_step_twice(self):
        """A step that ran before the crash is not sent again."""
        person = self.enter()
        self.walk(person)
        person.step_number = 0
        self.walk(person)
        self.assertEqual((len(self.rows()), person.step_number), (1, 1))

    def test_stops_at_a_reply(self):
        person = self.enter()
        self.walk(person)
        mail = self.rows().mail_id
        case = self._receive(self._mail("Thank you", sender="wei@patrons.test"))
        self.assertEqual(case.patron_id, self.patron)
        self.assertEqual((person.state, person.why), ("stopped", "reply"))
        self.assertEqual((self.rows().state, mail.state), ("stopped", "cancel"), "what waited is taken back")
        self.walk(person)
        self.assertEqual(len(self.rows()), 1)

    def test_stops_at_a_complaint(self):
        person = self.enter()
        self.env["library.feedback"]._take(
            {"body": "Too many mails", "kind": "complaint", "source": "portal", "patron_id": self.patron.id})
        self.assertEqual((person.state, person.why), ("stopped", "complaint"))

    def test_stops_at_a_refusal(self):
        """Only a no to what the journey is about stops it."""
        person = self.enter()
        Preference = self.env["library.contact.preference"]
        Preference._answer(self.patron, {("news", "mail"): False}, "portal")
        self.assertEqual(person.state, "running")
        Preference._answer(self.patron, {("suggestions", "mail"): False}, "portal")
        self.assertEqual((person.state, person.why), ("stopped", "refusal"))

    def test_stops_when_mail_comes_back(self):
        person = self.enter()
        self.walk(person)
        row = self.rows()
        row.mail_id.write({"state": "sent"})
        self.env["library.outreach"]._came_back(row.mail_id.message_id, ["wei@patrons.test"])
        self.assertEqual((person.state, person.why, row.state), ("stopped", "bounce", "bounced"))

    def test_checked_when_it_is_due(self):
        """What happened past the hooks is seen before a mail is made; a pause only delays."""
        person = self.enter()
        self.patron.date_pause_until = fields.Date.add(fields.Date.today(), days=9)
        self.walk(person)
        self.assertEqual((person.state, len(self.rows())), ("running", 0))
        self.patron.write({"date_pause_until": False, "lifecycle": "left"})
        self.walk(person)
        self.assertEqual((person.state, person.why, len(self.rows())), ("stopped", "gone", 0))

    def test_changed_under_people(self):
        """Who is under way finishes the old steps; new people get the new ones."""
        person = self.enter()
        self.walk(person)
        old = self.journey.version_id
        with self.assertRaises(UserError):
            old.step_ids[1].subject = "Changed"
        with self.assertRaises(UserError):
            old.step_ids[1].unlink()
        with self.assertRaises(UserError):
            old.step_ids[1].copy()
        new = self.env["library.journey.version"].browse(self.journey.action_new_version()["res_id"])
        self.assertEqual((new.number, len(new.step_ids)), (2, 3))
        new.step_ids[1].subject = "New two"
        new.step_ids[2].unlink()
        new.action_make_live()
        self.other_patron._give("outreach")
        self.other_patron.date_enrolled = fields.Date.today()
        self.journey._enter(self.company)
        other = self.Person.search([("patron_id", "=", self.other_patron.id), ("journey_id", "=", self.journey.id)])
        self.assertEqual((other.version_id, person.version_id), (new, old))
        self.walk(person, 2)
        self.assertEqual(self.rows()[1:].mail_id.mapped("subject"), ["Step 2 for 林伟", "Step 3 for 林伟"])

    def test_moved(self):
        """Moved people get no step a second time, and those who are past the end are done."""
        person = self.enter()
        self.walk(person)
        new = self.env["library.journey.version"].browse(self.journey.action_new_version()["res_id"])
        new.step_ids[1].subject = "New two"
        new.action_make_live()
        new.action_move_people()
        self.walk(person)
        self.assertEqual(self.rows().mail_id.mapped("subject"), ["Step 1 for 林伟", "New two"])
        short = self.env["library.journey.version"].browse(self.journey.action_new_version()["res_id"])
        short.step_ids[1:].unlink()
        short.action_make_live()
        short.action_move_people()
        self.assertEqual((person.version_id, person.state), (short, "done"))

    def test_condition(self):
        """A step that makes no sense any more is passed over."""
        new = self.env["library.journey.version"].browse(self.journey.action_new_version()["res_id"])
        new.step_ids[:1].condition = "not_asked"
        new.action_make_live()
        person = self.enter()
        person.date_start = self.env.cr.now() - timedelta(days=7)
        self._case()
        self.walk(person)
        self.assertEqual((person.step_number, len(self.rows())), (1, 0))

    def test_events(self):
        """Each shipped journey finds its people, and is switched off until somebody wants it."""
        journeys = self.env["library.journey"].with_context(active_test=False).search([("id", "!=", self.journey.id)])
        shipped = journeys.filtered(lambda one: one.get_external_id()[one.id].startswith("library_crm.journey_"))
        self.assertEqual(set(shipped.mapped("event")), {"welcome", "first_success", "habit", "win_back"})
        self.assertFalse(any(shipped.mapped("active")))
        today = fields.Date.today()
        need = self.env["library.need"].create({"name": "N", "patron_id": self.patron.id, "state": "met"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE library_need SET date_settled = now() WHERE id = %s", [need.id])
        self.patron.write({
            "lifecycle": "at_risk", "date_first_visit": today - timedelta(days=20),
            "date_last_visit": today - timedelta(days=20)})
        for journey in shipped:
            journey.active = True
            self.assertEqual(journey._enter(self.company) >= 1, True, journey.event)
            people = self.Person.search([("journey_id", "=", journey.id)])
            self.assertIn(self.patron, people.patron_id, journey.event)
            self.assertTrue(people[0]._reason())

    def test_no_consent(self):
        self.patron._withdraw("outreach")
        self.assertFalse(self.enter())

    def test_forgotten(self):
        person = self.enter()
        self.patron._anonymise()
        self.assertFalse(person.exists())

    def test_cheap_on_the_way_of_mail(self):
        """What a mail that comes in costs: one statement for all journeys, one for campaigns."""
        self.enter()
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.env["library.outreach"]._stopped(self.patron, "reply")

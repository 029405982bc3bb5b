import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestProspects(LibraryCase):
    """Feature: 1.5, 14.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.prospect"].search([]).unlink()

    def _prospect(self, **values):
        return self.env["library.prospect"].create(
            {"name": "Noor Haddad", "email": "noor@guests.test", "what": "Archive day", **values})

    def _import(self, text):
        profile = self.env["library.import.profile"].create({"name": "Course", "source": "prospects"})
        run = self.env["library.import.run"].create({
            "profile_id": profile.id, "file": base64.b64encode(text.encode()), "file_name": "course.csv"})
        run.action_preview()
        planned = (run.created_count, run.unchanged_count, run.refused_count)
        run.action_run()
        run._process()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(planned, (run.created_count, run.unchanged_count, run.refused_count))
        return run

    def test_a_list_is_taken_only_with_a_lawful_basis(self):
        text = ("name,email,course,date,basis\nNoor Haddad,noor@guests.test,Archives 101,2026-03-04,consent\n"
                "No Basis,nobasis@guests.test,Archives 101,2026-03-04,\nLin Wei,wei@patrons.test,Archives 101,,yes\n")
        run = self._import(text)
        self.assertEqual((run.created_count, run.unchanged_count, run.refused_count), (1, 1, 1))
        prospect = self.env["library.prospect"].search([("run_id", "=", run.id)])
        self.assertEqual((prospect.name, prospect.what, prospect.basis), ("Noor Haddad", "Archives 101", "consent"))
        self.assertFalse(prospect.patron_id)
        self.assertEqual(self._import(text).created_count, 0)
        run.action_undo()
        self.assertFalse(prospect.exists())

    def test_a_yes_makes_a_patron_and_is_remembered(self):
        prospect = self._prospect()
        with self.assertRaises(UserError):
            prospect.action_make_patron()
        before = self.mails.search([])
        prospect.action_ask()
        mail = self._outgoing(before)
        self.assertEqual((prospect.state, mail.email_to), ("asked", "noor@guests.test"))
        self.assertIn(prospect._answer_url(), mail.body_html)
        prospect._answer(True)
        patron = prospect.patron_id
        self.assertEqual((patron.lifecycle, patron.prospect_consent), ("prospect", "yes"))
        self.assertEqual((patron.prospect_source, patron.prospect_basis), ("list", "consent"))
        self.assertTrue(patron._allows("outreach"))
        patron.lifecycle = "registered"
        found = self.env["library.prospect"].search([("patron_id.lifecycle", "not in", (False, "prospect"))])
        self.assertIn(prospect, found)

    def test_a_no_deletes_and_is_remembered_without_the_address(self):
        prospect = self._prospect()
        prospect._answer(False)
        self.env.flush_all()
        self.assertEqual(prospect.state, "declined")
        self.assertFalse(prospect.name or prospect.email or prospect.what)
        self.env.cr.execute("SELECT count(*) FROM library_prospect p WHERE p::text ILIKE '%noor%'")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertEqual(self.env["library.prospect"]._unknown({"noor@guests.test"}, self.company), set())
        self.assertFalse(self.env["library.patron"]._find_by_email("noor@guests.test"))

    def test_who_does_not_answer_is_forgotten_after_90_days(self):
        today = fields.Date.today()
        late, asked, fresh = (self._prospect(email=f"p{number}@guests.test") for number in range(3))
        self.assertEqual(late.date_until, today + timedelta(days=90))
        asked.action_ask()
        (late | asked).date_until = today - timedelta(days=1)
        taken = self._prospect(email="taken@guests.test", basis="public_task")
        taken.action_make_patron()
        taken.patron_id.date_prospect_until = today - timedelta(days=1)
        agreed = self._prospect(email="agreed@guests.test")
        agreed._answer(True)
        self.env["library.prospect"]._cron_forget()
        self.assertEqual((late + asked + fresh).mapped("state"), ["expired", "expired", "suggested"])
        self.assertFalse((late + asked).filtered("email"))
        self.assertTrue(taken.patron_id.is_anonymised)
        self.assertFalse(agreed.patron_id.is_anonymised)

    def test_guests_of_events_and_copied_people_are_suggested_once(self):
        event = self.env["event.event"].create({
            "name": "Night of the maps", "date_begin": "2026-05-01 18:00:00", "date_end": "2026-05-01 20:00:00"})
        self.env["event.registration"].create([
            {"event_id": event.id, "name": "Guest", "email": "Guest@guests.test", "state": "open"},
            {"event_id": event.id, "name": "Lin Wei", "email": "wei@patrons.test", "state": "open"},
        ])
        self.env["library.case.participant"].create({
            "case_id": self._case().id, "name": "Dr. Co", "email": "co@campus.test", "role": "coauthor"})
        self.env["library.prospect"]._suggest(self.company)
        found = self.env["library.prospect"].search([("email", "in", ("guest@guests.test", "co@campus.test"))])
        self.assertEqual(sorted(found.mapped("source")), ["copy", "event"])
        self.assertEqual(found.filtered(lambda one: one.source == "event").what, "Night of the maps")
        self.assertFalse(self.env["library.prospect"].search([("email", "=", "wei@patrons.test")]))
        count = self.env["library.prospect"].search_count([])
        self.env["library.prospect"]._suggest(self.company)
        self.assertEqual(self.env["library.prospect"].search_count([]), count)

    def test_strangers_read_no_prospect(self):
        prospect = self._prospect()
        for user in (self.librarian, self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                prospect.with_user(user).read(["name"])
        company = self.env["res.company"].create({"name": "Another library"})
        relations = self.staff["relations"]
        self.assertEqual(prospect.with_user(relations).name, "Noor Haddad")
        self.assertNotIn("token", prospect.with_user(relations).fields_get())
        relations.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        with self.assertRaises(AccessError):
            prospect.with_user(relations).read(["name"])


@tagged("post_install", "-at_install")
class TestWelcomePage(HttpCase):
    """Feature: 14.3"""

    def setUp(self):
        super().setUp()
        self.env["library.prospect"].search([]).unlink()
        self.prospect = self.env["library.prospect"].create(
            {"name": "Noor Haddad", "email": "noor@guests.test", "what": "Archive day"})
        self.path = f"/library/welcome/{self.prospect.id}/{self.prospect.token}"

    def test_opening_the_link_answers_nothing(self):
        page = self.url_open(self.path)
        self.assertIn("May the library stay in touch with you?", page.text)
        self.url_open(f"{self.path}?answer=yes")
        self.assertEqual(self.prospect.state, "suggested")

    def test_yes_needs_the_page_and_the_right_link(self):
        self.assertEqual(self.url_open(self.path, data={"answer": "yes"}).status_code, 400)
        token = self.csrf_token()
        other = self.env["library.prospect"].create({"name": "Other", "email": "other@guests.test"})
        for path in (f"/library/welcome/{other.id}/{self.prospect.token}", f"/library/welcome/{self.prospect.id}/x"):
            self.assertEqual(self.url_open(path, data={"answer": "yes", "csrf_token": token}).status_code, 404)
        self.assertEqual((other.state, self.prospect.state), ("suggested", "suggested"))
        page = self.url_open(self.path, data={"answer": "yes", "csrf_token": token})
        self.assertIn("Welcome!", page.text)
        self.assertEqual(self.prospect.state, "agreed")

    def test_no_deletes(self):
        page = self.url_open(self.path, data={"answer": "no", "csrf_token": self.csrf_token()})
        self.assertIn("are deleted", page.text)
        self.assertEqual((self.prospect.state, self.prospect.email), ("declined", False))

    def csrf_token(self):
        page = self.url_open(self.path).text
        return page.split('name="csrf_token" value="')[1].split('"')[0]

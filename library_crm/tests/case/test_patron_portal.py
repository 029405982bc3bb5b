from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .portal_common import SCRIPTS, LibraryPortalCase

PAGE = "/my/library-profile"


@tagged("post_install", "-at_install", "library_portal")
class TestPatronPortal(LibraryPortalCase):
    """What patrons see and change of their own record. Feature: 11.2, 11.4, 11.5, 12.1, P9"""

    def setUp(self):
        super().setUp()
        self.faculty = self.env["library.affiliation"].create({"name": "School of Oceanography"})
        self.login(self.portal_user)

    def change(self, route, **form):
        """Send one of the page's forms and see that it was taken."""
        response = self.post(f"{PAGE}/{route}", form)
        self.assertEqual(response.status_code, 303, response.text[:500])
        return response

    def refused(self, route, **form):
        response = self.post(f"{PAGE}/{route}", form)
        self.assertIn(response.status_code, (404, 422, 429))
        return response.text

    def test_every_fact_stands_there_with_its_origin(self):
        """Feature: 11.7, 12.1"""
        kind = self.env["library.patron.type"].search([], limit=1)
        self.patron.with_context(provenance=["koha_csv", 12]).write(
            {"city": "Fuzhou", "date_of_birth": "2001-02-03", "type_id": kind.id}
        )
        self.patron.with_user(self.librarian).write({"accessibility": "Step-free", "note": "Rings too often"})
        self.env["library.patron.relation"].create(
            {"patron_id": self.patron.id, "other_id": self.other_patron.id, "kind": "supervisor"}
        )
        page = self.get(PAGE).text
        for words in ("Fuzhou", "02/03/2001", self.patron.type_id.name, "Step-free", "from the library",
                      "entered by staff", "Supervisor", "Amara Obi"):
            with self.subTest(words=words):
                self.assertIn(words, page)
        self.assertNotIn("Rings too often", page)
        self.assertNotIn("Fuzhou", self.page_of(self.other_portal_user))

    def page_of(self, user):
        self.login(user)
        text = self.get(PAGE).text
        self.login(self.portal_user)
        return text

    def test_one_click_says_still_correct(self):
        """Feature: 11.4"""
        self.patron.with_context(provenance=["koha_csv", 12]).city = "Fuzhou"
        self.assertIn("Yes, still correct", self.get(PAGE).text)
        self.change("confirm")
        today = fields.Date.context_today(self.patron)
        self.assertEqual(self.patron.date_confirmed, today)
        self.assertEqual(self.patron.provenance["city"], ["koha_csv", 12, today.isoformat(), True])
        self.assertNotIn("Yes, still correct", self.get(PAGE).text)
        self.patron.date_confirmed = today - timedelta(days=200)
        self.assertIn("Yes, still correct", self.get(PAGE).text)

    def test_study_is_the_patrons_to_say(self):
        """Feature: 11.4"""
        company = self.env["res.company"].create({"name": "Another library"})
        foreign = self.env["library.affiliation"].create({"name": "Elsewhere", "company_id": company.id})
        self.change("study", affiliation_id=self.faculty.id, degree_stage="doctoral", date_stage_end="2027-06-30",
                    lifecycle="loyal", type_id="1", note="x")
        self.assertEqual(
            (self.patron.affiliation_id, self.patron.degree_stage, str(self.patron.date_stage_end)),
            (self.faculty, "doctoral", "2027-06-30"),
        )
        self.assertEqual(self.patron.provenance["degree_stage"][:2], ["portal", self.portal_user.id])
        self.assertEqual((self.patron.lifecycle, self.patron.note), ("prospect", False))
        self.change("study", affiliation_id=foreign.id, degree_stage="emperor", date_stage_end="")
        self.assertFalse(self.patron.affiliation_id or self.patron.degree_stage or self.patron.date_stage_end)
        self.assertIn("This is not a date.", self.refused("study", date_stage_end="31/02/2025"))

    def test_projects_are_ones_own(self):
        """Feature: 11.4"""
        subject = self.env["library.subject"].search([("parent_id", "=", False)], limit=1)
        self.change("project", name="Tides", subject_id=subject.id, date_start="2026-01-01", date_end="2026-12-31",
                    state="finished", company_id="99", affiliation_id=self.faculty.id)
        project = self.patron.project_member_ids.project_id
        self.assertEqual((project.name, project.subject_id, project.state), ("Tides", subject, "running"))
        self.assertFalse(project.affiliation_id)
        self.assertIn("Please give the project a title.", self.refused("project", name="  "))
        self.assertIn("ends after its start", self.refused(
            "project", name="x", date_start="2026-02-01", date_end="2026-01-01"))
        foreign = self.env["library.patron.project"].create(
            {"name": "Theirs", "member_ids": [Command.create({"patron_id": self.other_patron.id})]}
        )
        self.refused("project", project_id=foreign.id, end="1")
        self.refused("project", project_id=foreign.id, name="Mine now")
        self.assertEqual((foreign.name, foreign.state), ("Theirs", "running"))
        self.change("project", project_id=project.id, end="1")
        self.assertEqual(project.state, "finished")

    def test_preferences_are_taken_one_by_one(self):
        """Feature: 11.5"""
        self.change(
            "save", preferred_name="Wei", depth="full", help_style="do", preferred_format="print",
            preferred_channel="phone", preferred_time="evening", accessibility="Large print", quiet_from="22:00",
            quiet_to="07:30", date_pause_until="2030-01-01", pronouns="he/him",
        )
        patron = self.patron
        self.assertEqual(
            (patron.preferred_format, patron.preferred_channel, patron.preferred_time, patron.accessibility),
            ("print", "phone", "evening", "Large print"),
        )
        self.assertEqual((patron.quiet_from, patron.quiet_to), (22.0, 7.5))
        self.assertEqual((str(patron.date_pause_until), patron.pronouns), ("2030-01-01", "he/him"))
        self.assertEqual(patron.provenance["preferred_channel"][:2], ["portal", self.portal_user.id])
        self.assertIn('value="22:00"', self.get(PAGE).text)
        self.change("save", preferred_channel="telepathy", quiet_from="99:99", date_pause_until="tomorrow")
        self.assertFalse(patron.preferred_channel or patron.quiet_from or patron.date_pause_until)

    def test_permissions_are_switched_and_service_stays(self):
        """Feature: 15.3, T4"""
        before = self.get("/library/ask").text.count("<form")
        self.change("consent", purpose="interests", answer="yes")
        self.assertTrue(self.patron.allows_interests)
        self.change("consent", purpose="profiling", answer="no")
        self.assertFalse(self.patron.allows_counts or self.patron.allows_interests)
        self.assertEqual(
            set(self.patron.consent_ids.mapped(lambda one: (one.purpose, one.is_given, one.source, one.user_id))),
            {("interests", True, "portal", self.portal_user), ("interests", False, "portal", self.portal_user),
             ("counts", False, "portal", self.portal_user)},
        )
        self.assertNotIn("Switch all profiling off", self.get(PAGE).text)
        self.assertEqual(self.get("/library/ask").text.count("<form"), before)
        self.assertEqual(self.ask().status_code, 303)
        for form in ({"purpose": "directory", "answer": "yes"}, {"purpose": "counts", "answer": "maybe"}, {}):
            with self.subTest(form=form):
                self.refused("consent", **form)
        self.assertEqual(len(self.patron.consent_ids), 3)
        self.patron.ils_privacy = "2"
        self.assertIn("keep nothing", self.get(PAGE).text)

    def test_what_the_library_system_decides_is_a_wish(self):
        """Feature: 11.2, 11.7"""
        kind = self.env["library.patron.type"].create({"name": "Visiting scholar"})
        self.change("propose", field="type_id", value="Visiting scholar", reason="Since May")
        self.change("propose", field="name", value="林伟明", reason="")
        wishes = self.patron.proposal_ids
        self.assertEqual(
            {(one.field_name, one.value, one.source, one.state) for one in wishes},
            {("type_id", "Visiting scholar", "portal", "waiting"), ("name", "林伟明", "portal", "waiting")},
        )
        self.assertEqual(wishes.filtered(lambda one: one.field_name == "type_id").type_id, kind)
        self.assertEqual((self.patron.name, self.patron.type_id), ("林伟", self.env["library.patron.type"]))
        self.assertIn("林伟明", self.get(PAGE).text)
        for field in ("lifecycle", "company_id", "partner_id", "phone", "note"):
            with self.subTest(field=field):
                self.refused("propose", field=field, value="1")
        wishes.with_user(self.librarian).action_accept()
        self.assertEqual((self.patron.name, self.patron.type_id), ("林伟明", kind))
        self.assertEqual(self.patron.provenance["name"][0], "portal")

    def test_my_librarian_and_the_end_of_it(self):
        """Feature: P9, 21.3"""
        self.assertNotIn("My librarian", self.get(PAGE).text)
        relationship = self.env["library.relationship"].create({
            "patron_id": self.patron.id, "owner_id": self.staff["relations"].id, "purpose": "Sources for the thesis",
            "health": "poor", "health_note": "Impatient",
        })
        page = self.get(PAGE).text
        self.assertIn(self.staff["relations"].name, page)
        self.assertIn("Sources for the thesis", page)
        self.assertNotIn("Impatient", page)
        self.login(self.other_portal_user)
        self.change("librarian/end", reason="x")
        self.assertEqual(relationship.state, "active")
        self.login(self.portal_user)
        self.change("librarian/end", reason="I am done")
        self.assertEqual((relationship.state, relationship.ended_by, relationship.end_reason),
                         ("ended", "patron", "I am done"))
        self.assertEqual(relationship.activity_ids.user_id, self.staff["relations"])
        self.assertNotIn("My librarian", self.get(PAGE).text)

    def test_every_change_is_a_post_with_a_token(self):
        """Feature: 12.1; hazards: CSRF"""
        before = [self.counts(), self.facts(self.patron)]
        form = {"name": "x", "purpose": "counts", "answer": "no", "field": "name", "value": "x", "depth": "full"}
        for route in ("save", "confirm", "study", "project", "consent", "propose", "librarian/end"):
            with self.subTest(route=route):
                self.assertIn(self.get(f"{PAGE}/{route}").status_code, (404, 405))
                self.assertEqual(self.post(f"{PAGE}/{route}", form, csrf=False).status_code, 400)
        self.login(None)
        for route in ("confirm", "study", "project", "consent", "propose", "librarian/end"):
            self.assertEqual(self.post(f"{PAGE}/{route}", {"value": "x"}).status_code, 303)
        self.assertEqual([self.counts(), self.facts(self.patron)], before)

    def test_hostile_words_stay_words(self):
        """Feature: 12.1; hazards: XSS"""
        for text in SCRIPTS[:8]:
            self.change("save", preferred_name=text, accessibility=text, pronouns=text)
            self.change("propose", field="name", value=text, reason=text)
            self.assertHarmless(self.get(PAGE).text)
            self.patron.proposal_ids.unlink()
        self.change("project", name=SCRIPTS[0])
        self.assertHarmless(self.get(PAGE).text)
        self.assertHarmless(self.patron.with_user(self.librarian).preference_chips)
        self.assertIn("&lt;", str(self.patron.with_user(self.librarian).preference_chips))

    def test_an_account_without_a_record_sees_an_empty_page(self):
        """Feature: 12.1"""
        user = self.env["res.users"].create({
            "name": "Nobody", "login": "nobody_yet", "password": "nobody_yet",
            "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
        })
        self.login(user)
        count = self.env["library.patron"].search_count([])
        self.assertEqual(self.get(PAGE).status_code, 200)
        self.assertEqual(self.env["library.patron"].search_count([]), count)
        self.change("consent", purpose="counts", answer="no")
        made = self.env["library.patron"].search([("partner_id", "=", user.partner_id.id)])
        self.assertFalse(made.allows_counts)

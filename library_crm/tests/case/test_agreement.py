from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal", "security")
class TestAgreement(LibraryPortalCase):
    """Services agreed with a patron or a project. Feature: 2.5"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls.env["library.service.agreement"].create({
            "name": "New maps each month", "patron_id": cls.patron.id, "service_id": cls.service.id,
            "scope": "Harbour only", "note": "Likes it short", "date_start": "2027-01-01", "date_first": "2027-01-31",
            "owner_ids": [Command.set(cls.librarian.ids)], "days_ahead": 5,
        })  # fmt: skip
        cls.env.flush_all()

    def deliver_on(self, day):
        with freeze_time(day):
            self.env.ref("library_crm.ir_cron_library_agreement_deliver").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_31st_stays_the_31st(self):
        days = []
        day = Date.to_date("2027-01-01")
        for _number in range(5):
            day = self.agreement._due_from(day)
            days.append(str(day))
            day = Date.add(day, days=1)
        self.assertEqual(days, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"])

    def test_each_delivery_is_one_case_opened_in_time(self):
        with freeze_time("2027-01-10"):
            self.agreement.action_start()
        self.assertEqual(str(self.agreement.date_next), "2027-01-31")
        self.deliver_on("2027-01-25")
        self.assertFalse(self.agreement.case_ids)
        self.deliver_on("2027-01-26")
        self.deliver_on("2027-01-26")
        case = self.agreement.case_ids
        self.assertEqual((len(case), case.patron_id, case.user_id), (1, self.patron, self.librarian))
        self.assertEqual((str(case.date_agreed), str(case.date_promised)[:10]), ("2027-01-31", "2027-01-31"))
        self.assertEqual(str(self.agreement.date_next), "2027-02-28")

    def test_a_delivery_is_never_opened_twice(self):
        with freeze_time("2027-01-10"):
            self.agreement.action_start()
        due = self.agreement.date_next
        self.agreement._deliver()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.agreement.date_next = due
            self.agreement._deliver()
            self.env.flush_all()

    def test_pause_and_end_deliver_nothing(self):
        with freeze_time("2027-01-10"):
            self.agreement.action_start()
        self.agreement.action_pause()
        self.deliver_on("2027-03-01")
        self.assertFalse(self.agreement.case_ids)
        with freeze_time("2027-03-01"):
            self.agreement.action_start()
            self.assertEqual(str(self.agreement.date_next), "2027-03-31")
            self.agreement.date_end = "2027-03-15"
        self.assertFalse(self.agreement.date_next)
        with freeze_time("2027-03-20"):
            self.env["library.service.agreement"]._cron_remind()
        self.assertEqual(self.agreement.state, "ended")
        with self.assertRaises(UserError):
            self.agreement.action_start()

    def test_review_is_an_activity_once_for_whoever_is_at_work(self):
        self.agreement.action_start()
        self.agreement.date_review = "2027-05-01"
        self.env["library.absence"].create({
            "user_id": self.librarian.id, "deputy_id": self.staff["lead"].id,
            "date_start": "2027-05-01 00:00:00", "date_end": "2027-05-20 00:00:00",
        })  # fmt: skip
        with freeze_time("2027-05-02"):
            self.env["library.service.agreement"]._cron_remind()
            self.env["library.service.agreement"]._cron_remind()
        self.assertEqual(self.agreement.activity_ids.user_id, self.staff["lead"])
        self.assertEqual(len(self.agreement.activity_ids), 1)

    def test_a_start_needs_a_first_day(self):
        self.agreement.date_first = False
        with self.assertRaises(ValidationError):
            self.agreement.action_start()

    def test_a_project_is_served_through_whoever_leads_it(self):
        project = self.env["library.patron.project"].create({"name": "Port", "member_ids": [
            Command.create({"patron_id": self.patron.id}),
            Command.create({"patron_id": self.other_patron.id, "role": "lead"}),
        ]})  # fmt: skip
        agreement = self.agreement.copy({"patron_id": False, "project_id": project.id, "date_first": "2027-01-31"})
        with freeze_time("2027-01-10"):
            agreement.action_start()
        self.assertEqual(agreement._deliver().patron_id, self.other_patron)
        mine = self.env["library.service.agreement"].with_user(self.portal_user)._portal_own_agreements()
        self.assertEqual(mine, agreement)

    # The patron's page

    def test_patron_sees_the_own_agreement_without_our_notes(self):
        self.agreement.action_start()
        self.agreement.message_post(body="Secret of staff", subtype_xmlid="mail.mt_note")
        self.env.flush_all()
        self.login(self.portal_user)
        page = self.get("/my/agreements").text
        for words in ("New maps each month", "Harbour only", "Test librarian", "Ask to change it"):
            self.assertIn(words, page)
        for words in ("Likes it short", "Secret"):
            self.assertNotIn(words, page)
        self.login(self.other_portal_user)
        self.assertNotIn("New maps each month", self.get("/my/agreements").text)

    def test_a_wish_becomes_a_case_and_nobody_else_may_wish(self):
        self.agreement.action_start()
        self.login(self.portal_user)
        form = {"agreement": self.agreement.id, "message": "Every quarter is enough"}
        self.assertEqual(self.get("/my/agreements/ask?message=x").status_code, 405)
        with mute_logger("odoo.http"):
            self.assertEqual(self.post("/my/agreements/ask", form, csrf=False).status_code, 400)
        self.assertEqual(self.post("/my/agreements/ask", {**form, "message": " "}).status_code, 422)
        self.assertEqual(self.post("/my/agreements/ask", form).status_code, 303)
        case = self.newest_case()
        self.assertEqual((case.patron_id, case.agreement_id), (self.patron, self.agreement))
        self.assertFalse(case.date_agreed)
        self.assertIn("Every quarter is enough", "".join(case._conversation().mapped("body")))
        before = self.counts()
        self.login(self.other_portal_user)
        self.assertEqual(self.post("/my/agreements/ask", form).status_code, 404)
        for junk in ("abc", "-1", "0", "99999999999999999999", "²", "[]"):
            self.assertEqual(self.post("/my/agreements/ask", {**form, "agreement": junk}).status_code, 404)
        self.assertEqual(self.counts(), before)
        self.login()
        self.assertEqual(self.post("/my/agreements/ask", form).status_code, 303)
        self.assertEqual(self.counts(), before)

    def test_a_flood_of_wishes_stops(self):
        """Feature: X14"""
        self.agreement.action_start()
        self.login(self.portal_user)
        form = {"agreement": self.agreement.id, "message": "x"}
        answers = [self.post("/my/agreements/ask", form).status_code for _number in range(7)]
        self.assertEqual(answers, [303] * 5 + [429] * 2)

    def test_access(self):
        self.agreement.action_start()
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.agreement.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            self.agreement.with_user(self.librarian).action_end()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "elsewhere_relations", groups="library_crm.group_library_manager", company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            self.agreement.with_user(stranger).read(["name"])

    def test_deidentifying_ends_it(self):
        self.agreement.action_start()
        self.patron.with_user(self.staff["privacy"]).sudo()._anonymise()
        self.assertFalse(self.agreement.exists())

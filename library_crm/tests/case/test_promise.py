from datetime import datetime, timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .clock_common import MONDAY, ClockCase

LATE = datetime(2025, 6, 3, 7)


@tagged("post_install", "-at_install")
class TestPromise(ClockCase):
    """Colleagues are warned before, patrons get an apology and a new time when a promise is missed; each once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.case"].search([]).write({"active": False})
        cls.cron = cls.env.ref("library_crm.library_case_clock_cron")

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_colleagues_are_warned_once_before_the_promise(self):
        """Feature: X1"""
        with freeze_time(MONDAY) as clock:
            cases = self._asked(user_id=self.librarian.id) | self._asked(user_id=self.librarian.id)
            before = self.mails.search([])
            clock.move_to(datetime(2025, 6, 2, 12, 50))
            self._run()
            self.assertFalse(self._outgoing(before), "too early")
            clock.move_to(datetime(2025, 6, 2, 13, 5))
            self._run()
            mail = self._outgoing(before)
            self.assertEqual(len(mail), 1, "one mail speaks of both")
            self.assertIn("librarian@staff.test", mail.email_to)
            for case in cases:
                self.assertIn(f"/odoo/library.case/{case.id}", mail.body_html)
            self.assertEqual(cases.activity_ids.mapped("user_id"), self.librarian)
            self.assertEqual(len(cases.activity_ids), 2)
            self._run()
            self.assertEqual(self._outgoing(before), mail, "not again")

    def test_the_deputy_is_warned_when_the_owner_is_away(self):
        """Feature: X1, 21.3"""
        deputy = self.staff["steward"]
        with freeze_time(MONDAY) as clock:
            case = self._asked(user_id=self.librarian.id)
            clock.move_to(datetime(2025, 6, 2, 13, 5))
            self.env["library.absence"].create(
                {
                    "user_id": self.librarian.id, "deputy_id": deputy.id,
                    "date_start": MONDAY + timedelta(hours=1), "date_end": MONDAY + timedelta(days=7),
                }
            )  # fmt: skip
            case._warn()
        self.assertEqual(case.activity_ids.filtered(lambda one: "comes near" in one.summary).user_id, deputy)

    def test_nobody_owns_the_case_so_the_team_hears(self):
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            clock.move_to(datetime(2025, 6, 2, 13, 5))
            before = self.mails.search([])
            case._warn()
            self.assertEqual(len(self._outgoing(before)), 3, "all three members")
            self.assertFalse(case.activity_ids, "an activity of three people is nobody's")
            self.team.lead_id = self.staff["lead"]
            case._warn()
        self.assertEqual(case.activity_ids.user_id, self.staff["lead"])

    def test_a_missed_promise_is_apologised_for_once_with_the_new_time(self):
        """Feature: 1.1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked(user_id=self.librarian.id)
            clock.move_to(LATE)
            before = self.mails.search([])
            self._run()
            mail = self._outgoing(before).filtered(lambda one: one.res_id == case.id)
            self.assertEqual(len(mail), 1)
            self.assertIn(self.patron.email, mail.email_to)
            self.assertIn("We are late", mail.subject)
            self.assertIn("Monday, 2 June, 17:00", mail.body_html)
            self.assertIn("Tuesday, 3 June, 17:00", mail.body_html)
            self.assertIn("auto-generated", mail.headers)
            self.assertIn("X-Auto-Response-Suppress", mail.headers)
            self.assertIn(case._token(), mail.subject)
            self.assertEqual((case.date_promised, case.missed_count), (datetime(2025, 6, 3, 15), 1))
            self.assertEqual(case.waits_for, "library", "an automatic mail is no answer")
            self.assertFalse(case.date_first_answer)
            self._run()
            self.assertEqual(self._outgoing(before).filtered(lambda one: one.res_id == case.id), mail)
            clock.move_to(datetime(2025, 6, 4, 7))
            self._run()
            self.assertEqual(len(self._outgoing(before).filtered(lambda one: one.res_id == case.id)), 2)
            self.assertEqual(case.missed_count, 2, "another promise, another word")

    def test_the_apology_is_written_in_the_patrons_language(self):
        """Feature: 1.1"""
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("library_crm.mail_template_case_apology")
        template.with_context(lang="zh_CN").subject = "您的问题我们迟了：{{ object.name }}"
        self.patron.lang = "zh_CN"
        with freeze_time(MONDAY) as clock:
            case = self._asked()
            clock.move_to(LATE)
            before = self.mails.search([])
            case._miss()
        mail = self._outgoing(before).filtered(lambda one: one.res_id == case.id)
        self.assertIn("您的问题我们迟了", mail.subject)
        self.assertIn("6月3日", mail.body_html)

    def test_when_no_apology_is_sent(self):
        """Feature: 1.1"""
        with freeze_time(MONDAY) as clock:
            nobody = self._asked()
            nobody.write({"patron_id": False, "email_from": False})
            paused, closed = self._asked(), self._asked()
            paused.waits_for = "patron"
            closed._close("unmet", "no_time")
            before = self.mails.search([])
            clock.move_to(LATE)
            self._run()
            self.assertFalse(self._outgoing(before).filtered("res_id"))
            self.assertEqual((nobody | paused | closed).mapped("missed_count"), [1, 0, 0])
            self.assertTrue(nobody.date_promised > LATE, "the clock goes on without a patron")
            self.company.library_apologises = False
            off = self._asked()
            clock.move_to(datetime(2025, 6, 5, 7))
            off._miss()
            self.assertFalse(off.date_apologised)
            self.company.library_apologises = True
            old = self._asked()
            clock.move_to(datetime(2025, 8, 5, 7))
            old._miss()
            self.assertFalse(old.date_apologised, "weeks later an apology would rather surprise")

    def test_nothing_of_the_workroom_goes_out_with_these_mails(self):
        """Feature: X1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked(user_id=self.librarian.id)
            case._ensure_workroom()._note("SECRET-WORD about the patron")
            self.env["library.case.step"].create(
                {"name": "SECRET-WORD", "workroom_id": case.workroom_ids.id, "team_id": self.team.id, "hours": 1}
            )
            before = self.mails.search([])
            clock.move_to(LATE)
            self._run()
            clock.move_to(datetime(2025, 6, 3, 13, 30))
            self._run()
            mails = self._outgoing(before)
            self.assertTrue(mails)
            for mail in mails:
                self.assertNotIn("SECRET-WORD", f"{mail.subject}{mail.body_html}")
            values = case.with_user(self.portal_user)._portal_values()
            self.assertNotIn("SECRET-WORD", str(values["promise"]) + str(values["talk"]))

    def test_what_the_portal_says(self):
        """Feature: 1.1, X1"""
        with freeze_time(MONDAY) as clock:
            case = self._asked().with_user(self.portal_user)
            promise = case._portal_values()["promise"]
            self.assertEqual(promise["state"], "running")
            self.assertIn("Monday, 2 June, 17:00", promise["words"])
            self.assertIn("Tuesday, 3 June, 17:00", promise["more"])
            case.sudo().with_user(self.librarian)._answer("<p>Which year?</p>")
            promise = case._portal_values()["promise"]
            self.assertEqual(promise["state"], "paused")
            self.assertIn("we wait for you", promise["words"])
            self.assertIn("8 opening hours", promise["more"])
            self._patron_writes(case)
            clock.move_to(LATE)
            case.sudo()._miss()
            promise = case._portal_values()["promise"]
            self.assertEqual(promise["state"], "late")
            self.assertIn("Monday, 2 June, 17:00", promise["words"])
            self.assertIn("Tuesday, 3 June, 17:00", promise["more"])

    def test_ten_thousand_are_taken_in_batches(self):
        """A run that ends early leaves the rest for the next one."""
        with freeze_time(MONDAY) as clock:
            cases = self.env["library.case"].browse()
            for _number in range(5):
                cases |= self._asked()
            clock.move_to(LATE)
            cases[:2]._miss()
            self._run()
        self.assertEqual(cases.mapped("missed_count"), [1] * 5)

    def test_share_of_promises_kept(self):
        """Feature: 1.1"""
        with freeze_time(MONDAY) as clock:
            kept, missed = self._asked(), self._asked()
            kept.with_user(self.librarian)._answer("<p>There.</p>")
            kept._close("met")
            clock.move_to(LATE)
            missed._miss()
        stranger = new_test_user(self.env, "test_report", groups="library_crm.group_library_librarian")
        Report = self.env["library.promise.report"].with_user(stranger)
        [(service, share, count)] = Report._read_group(
            [("service_id", "=", self.service.id)], ["service_id"], ["kept:avg", "missed_count:sum"]
        )
        self.assertEqual((service, share, count), (self.service, 0.5, 1))
        self.assertNotIn("user_id", Report._fields, "no league of colleagues")

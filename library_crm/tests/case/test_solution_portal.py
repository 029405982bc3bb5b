from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .portal_common import SCRIPTS, LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestSolutionPortal(LibraryPortalCase):
    """A delivered solution on the portal, comments by part, and what came of it. Feature: 23.2, 23.3, 23.4"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.solution = cls.env["library.solution"].create(
            {
                "name": "Early maps of the harbour",
                "body": "<p>Two series exist.</p>",
                "value_kind": "comparison",
                "state": "final",
                "section_ids": [(0, 0, {"name": "The survey of 1843", "body": "<p>Forty sheets.</p>"})],
                "source_ids": [(0, 0, {"name": "Survey", "identifier": "drawer 7", "url": "javascript:alert(1)"})],
            }
        )
        cls.section = cls.solution.section_ids
        cls.case = cls._case(user_id=cls.librarian.id, solution_ids=cls.solution.ids)
        cls.foreign = cls._case(cls.other_patron, solution_ids=cls.solution.ids)
        cls.page = f"/my/cases/{cls.case.id}/solutions/{cls.solution.id}"

    def _comment(self, words="Is there a sheet 41?", page=None, **more):
        return self.post(f"{page or self.page}/comment", {"section": self.section.id, "message": words, **more})

    def test_the_page_shows_parts_sources_and_version(self):
        self.login(self.portal_user)
        text = self.get(self.page).text
        for words in ("The survey of 1843", "Forty sheets", "drawer 7", "Version", "Save as PDF"):
            self.assertIn(words, text)
        self.assertHarmless(text)

    def test_a_comment_on_a_part_reaches_the_conversation(self):
        self.deliver(self.case)
        self.login(self.portal_user)
        response = self._comment()
        self.assertEqual(response.status_code, 303)
        message = self.case.message_ids.sorted("id")[-1]
        self.assertEqual(message.author_id, self.portal_user.partner_id)
        self.assertIn("Is there a sheet 41?", message.body)
        self.assertIn("The survey of 1843", message.body)
        self.assertEqual((self.case.waits_for, self.case.has_news), ("library", True))
        comment = self.solution.comment_ids
        self.assertEqual((comment.case_id, comment.section_id, comment.version), (self.case, self.section, 1))
        text = self.get(self.page).text
        self.assertIn("Is there a sheet 41?", text)
        self.assertNotIn("About “Early maps", text, "on its page the part names itself")

    def test_comments_stay_in_their_case(self):
        self.login(self.portal_user)
        self._comment("A secret of Lin")
        self.login(self.other_portal_user)
        other = f"/my/cases/{self.foreign.id}/solutions/{self.solution.id}"
        self.assertNotIn("A secret of Lin", self.get(other).text)
        comment = self.solution.comment_ids
        self.assertTrue(comment.with_user(self.librarian).has_access("read"))
        self.assertFalse(comment.with_user(self.colleague).has_access("read"))
        self.assertFalse(comment.with_user(self.portal_user).has_access("read"))

    def test_nobody_else_reads_comments_or_prints(self):
        before = self.counts()
        self.login(self.other_portal_user)
        for url in (self.page, f"{self.page}/pdf"):
            self.assertEqual(self.get(url).status_code, 404)
        self.assertEqual(self._comment().status_code, 404)
        self.login()
        self.assertIn("/web/login", self.get(self.page).headers["Location"])
        self.assertEqual(self.get(f"{self.page}?access_token=0123456789abcdef0123").status_code, 404)
        self.assertEqual(self.counts(), before)

    def test_solutions_of_no_case_of_ours_do_not_open(self):
        other = self.solution.copy()
        self.login(self.portal_user)
        for number in (other.id, 0, 2**40):
            self.assertEqual(self.get(f"/my/cases/{self.case.id}/solutions/{number}").status_code, 404)
            self.assertEqual(self.get(f"/my/cases/{self.case.id}/solutions/{number}/pdf").status_code, 404)
            page = f"/my/cases/{self.case.id}/solutions/{number}"
            self.assertEqual(self._comment(page=page).status_code, 404)
        self.assertFalse(other.comment_ids)

    def test_by_the_link_of_a_mail(self):
        token = self.case._portal_ensure_token()
        self.login()
        self.assertIn("Forty sheets", self.get(f"{self.page}?access_token={token}").text)
        self._comment("By link", access_token=token)
        self.assertIn("By link", self.solution.comment_ids.message_id.body)
        self.assertEqual(self.solution.comment_ids.message_id.author_id, self.patron.partner_id)

    def test_bad_input_is_refused_in_words_and_runs_nothing(self):
        self.login(self.portal_user)
        self.assertEqual(self._comment("  ").status_code, 422)
        self.assertEqual(self._comment(csrf_token="x").status_code, 400)
        self.assertFalse(self.solution.comment_ids)
        for words in SCRIPTS[:4]:
            self._comment(words, section="1 OR 1=1")
        self.assertEqual(len(self.solution.comment_ids), 4)
        self.assertFalse(self.solution.comment_ids.section_id, "an unknown part means the whole")
        self.assertHarmless(self.get(self.page).text)

    def test_staff_do_not_speak_as_the_patron(self):
        self.login(self.librarian)
        self.assertIn(self._comment("As staff").status_code, (403, 404))
        self.assertFalse(self.solution.comment_ids)

    def test_the_file(self):
        self.login(self.portal_user)
        target = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"
        with patch(target, lambda *args, **kw: (b"%PDF-1.4 maps", "pdf")):
            response = self.get(f"{self.page}/pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("Early%20maps", response.headers["Content-Disposition"])
        self.assertEqual(response.content, b"%PDF-1.4 maps")

        def cannot(*_args, **_kw):
            raise UserError("no program")

        self.solution.version_ids.pdf = False
        with patch(target, cannot):
            response = self.get(f"{self.page}/pdf")
        self.assertEqual(response.status_code, 503)
        self.assertIn("cannot be made at the moment", response.text)

    # How it ended

    def test_what_is_missing_is_said_in_plain_words(self):
        self.deliver(self.case)._close("partly", "no_access", "The sheet of 1851")
        self.login(self.portal_user)
        text = self.get(f"/my/cases/{self.case.id}").text
        self.assertIn("could not get access", text)
        self.assertIn("The sheet of 1851", text)

    def test_one_tap_says_what_it_saved(self):
        self.deliver(self.case)._close("met")
        url = f"/my/cases/{self.case.id}"
        self.login(self.portal_user)
        self.assertIn("Half an hour", self.get(url).text)
        for given, kept in (("30", 30), ("0", 0), ("120", 120), ("31", 120), ("-1", 120), ("x", 120), ("", 120)):
            self.post(f"{url}/saved", {"minutes": given})
            self.assertEqual(self.case.minutes_saved, kept, given)
        self.login(self.other_portal_user)
        self.assertEqual(self.post(f"{url}/saved", {"minutes": "480"}).status_code, 404)
        self.assertEqual(self.case.minutes_saved, 120)

    def test_the_same_from_the_mail_without_sign_in(self):
        self.deliver(self.case)._close("met")
        url = "".join(self.case._rating_url().partition("/library")[1:])
        self.login()
        self.assertNotIn("Half an hour", self.get(url).text, "first the rating")
        self.post(url, {"rating": "5"})
        self.assertIn("Half an hour", self.get(url).text)
        self.post(f"{url}/saved", {"minutes": "480"})
        self.assertEqual(self.case.minutes_saved, 480)
        self.post(f"/library/rate/{self.case.id}/0123456789abcdef0123/saved", {"minutes": "10"})
        self.assertEqual(self.case.minutes_saved, 480)

    def test_nothing_is_asked_of_a_service_that_found_nothing(self):
        self.deliver(self.case)._close("unmet", "no_source")
        self.login(self.portal_user)
        self.assertNotIn("How much time did it save you", self.get(f"/my/cases/{self.case.id}").text)


@tagged("post_install", "-at_install")
class TestSilence(LibraryPortalCase):
    """Silence is no consent. Feature: 23.3, 23.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.case"].search([("stage_code", "=", "closed")]).write({"confirmation": "confirmed"})
        cls.cases = cls.env["library.case"].browse()
        for _number in range(3):
            cls.cases |= cls._case()
        cls.cases._close("met")
        cls.company.library_silent_days = 21

    def _note_silence(self):
        self.env.ref("library_crm.ir_cron_case_note_silence").method_direct_trigger()
        self.env.invalidate_all()

    def test_only_after_their_days_and_only_who_said_nothing(self):
        old, late, said = self.cases
        (old | said).date_closed = self.days_ago(22)
        late.date_closed = self.days_ago(20)
        said._confirm_resolution()
        self._note_silence()
        self.assertEqual(self.cases.mapped("confirmation"), ["silent", "none", "confirmed"])
        self._note_silence()
        self.assertEqual(self.cases.mapped("confirmation"), ["silent", "none", "confirmed"])

    def test_who_speaks_later_is_heard(self):
        case = self.cases[0]
        case.date_closed = self.days_ago(40)
        self._note_silence()
        self.login(self.portal_user)
        self.assertIn("Did it help?", self.get(f"/my/cases/{case.id}").text)
        self.post(f"/my/cases/{case.id}/helped")
        self.assertEqual(case.confirmation, "confirmed")

    def test_the_report_tells_silence_from_consent_and_added_value_from_pointers(self):
        first, second, third = self.cases
        first.solution_ids = self.env["library.solution"].create({"name": "List", "value_kind": "bibliography"})
        second.solution_ids = self.env["library.solution"].create({"name": "Answer", "value_kind": "answer"})
        first._confirm_resolution()
        second.date_closed = self.days_ago(40)
        first._note_saved({"minutes": "30"})
        self._note_silence()
        Report = self.env["library.result.report"].with_user(self.librarian)
        rows = Report.search([("id", "in", self.cases.ids)]).sorted("id")
        self.assertEqual(rows.mapped("outcome"), ["confirmed", "silent", "waiting"])
        self.assertEqual(rows.mapped("value_kind"), ["bibliography", "pointer", "pointer"])
        own = [("id", "in", self.cases.ids)]
        ((share, saved),) = Report._read_group(own, [], ["value_added_rate:avg", "minutes_saved:sum"])
        self.assertEqual((round(share, 2), saved), (0.33, 30))
        self.assertFalse({"patron_id", "partner_id", "name"} & set(Report._fields))

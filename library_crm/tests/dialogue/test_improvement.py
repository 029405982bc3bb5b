import io
from datetime import timedelta

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import LibraryCase

PRINTER = (
    "The printer on the second floor is always out of paper",
    "No paper in the printer on the second floor again",
    "Second floor printer: no paper since Monday",
)


class ImprovementCase(LibraryCase):
    """People who say something, and a lead who does something about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Improvement = cls.env["library.improvement"]
        cls.lead = cls.staff["lead"]
        cls.patron.partner_id.email = "wei@patrons.test"
        cls.other_patron.partner_id.email = "amara@patrons.test"

    @classmethod
    def _said(cls, body, patron=None, kind="complaint", **values):
        vals = {"body": body, "kind": kind, "source": "portal", "acknowledge": False, **values}
        if patron:
            vals["patron_id"] = patron.id
        return cls.env["library.feedback"]._take(vals)

    @classmethod
    def _many(cls, bodies=PRINTER):
        addresses = ("one@patrons.test", "two@patrons.test", "three@patrons.test", "four@patrons.test")
        return cls.env["library.feedback"].union(
            *[cls._said(body, email=address) for body, address in zip(bodies, addresses, strict=False)])

    def _done(self, feedback=None, **values):
        improvement = self.Improvement.with_user(self.lead).create({
            "name": "Paper in the printers", "cause": "Several complaints", "change": "Filled twice a day",
            "owner_id": self.librarian.id, "date_due": fields.Date.today(), "said_text": "No paper in the printers.",
            "public_text": "They are filled twice a day now.", **values,
        })
        if feedback:
            improvement._add_feedback(feedback)
        for move in ("action_plan", "action_start", "action_done"):
            getattr(improvement, move)()
        return improvement


@tagged("post_install", "-at_install", "library_dialogue")
class TestImprovement(ImprovementCase):
    """From what people said to what changed. Feature: 1.6, 16.8"""

    def test_a_cause_makes_one_draft(self):
        first = self.Improvement._draft_from("The adequacy gap is below zero", key="gap:1", ref=self.team)
        again = self.Improvement.with_user(self.librarian)._draft_from("In other words", key="gap:1")
        self.assertEqual(first, again)
        self.assertEqual((first.state, first.is_drafted, first.ref_model), ("draft", True, "library.team"))
        first.write({"dropped_reason": "Not true"})
        first.action_drop()
        self.assertEqual(self.Improvement._draft_from("Once more", key="gap:1"), first, "what was dropped stays so")

    def test_three_people_who_say_alike_draft_an_improvement(self):
        feedback = self._many()
        self._said("Please open on Sundays", email="else@patrons.test", kind="suggestion")
        self.Improvement._draft_from_feedback(self.company)
        improvement = feedback.improvement_id
        self.assertEqual((len(improvement), improvement.feedback_count, improvement.state), (1, 3, "draft"))
        self.assertIn("printer", improvement.cause)
        for address in ("one@", "two@", "three@"):
            self.assertNotIn(address, f"{improvement.name} {improvement.cause}")
        self.Improvement._draft_from_feedback(self.company)
        self.assertEqual(self.Improvement.search_count([("is_drafted", "=", True)]), 1, "run twice, proposed once")
        late = self._said("There is no paper in the printer on the second floor", email="five@patrons.test")
        self.Improvement._draft_from_feedback(self.company)
        self.assertEqual(late.improvement_id, improvement, "who says it later joins")

    def test_one_person_three_times_is_one_voice(self):
        for body in PRINTER:
            self._said(body, patron=self.patron)
        self._said("Praise for the printer on the second floor, it has paper", patron=self.other_patron, kind="praise")
        self.Improvement._draft_from_feedback(self.company)
        self.assertFalse(self.Improvement.search([]))

    def test_it_moves_on_with_owner_day_and_change_only(self):
        improvement = self.Improvement.with_user(self.lead).create({"name": "More plugs"})
        with self.assertRaises(ValidationError):
            improvement.action_plan()
        improvement.write({"owner_id": self.librarian.id, "date_due": fields.Date.today() - timedelta(days=1)})
        improvement.action_plan()
        self.assertTrue(improvement.is_late)
        self.assertIn(improvement, self.Improvement.search([("is_late", "=", True)]))
        improvement.action_start()
        with self.assertRaises(ValidationError):
            improvement.action_done()
        improvement.change = "Six plugs at each table"
        improvement.action_done()
        self.assertEqual((improvement.date_done, improvement.is_late), (fields.Date.today(), False))
        with self.assertRaises(UserError):
            self.Improvement.create({"name": "x"}).action_drop()

    # before and after

    def _closed(self, count, missed, day):
        for number in range(count):
            case = self._case(name=f"Question {day} {number}")
            case._close("met")
            case.flush_recordset()
            self.env.cr.execute(
                "UPDATE library_case SET date_closed = %s, promise_kept = %s, missed_count = 0 WHERE id = %s",
                [day, "missed" if number < missed else "kept", case.id])
        self.env.invalidate_all()

    def test_figures_come_from_the_data_and_give_a_verdict(self):
        today = fields.Date.today()
        improvement = self._done()
        improvement.sudo().write({"date_started": today - timedelta(days=40), "date_done": today - timedelta(days=30)})
        self._closed(12, 10, today - timedelta(days=60))
        self._closed(12, 1, today - timedelta(days=10))
        improvement.action_measure()
        self.assertEqual((improvement.n_before, improvement.n_after, improvement.verdict), (12, 12, "better"))
        self.assertAlmostEqual(improvement.value_before, 2 / 12, 3)
        self.assertAlmostEqual(improvement.value_after, 11 / 12, 3)
        self.assertLess(0, improvement.difference_low)
        self.assertIn("12", improvement.verdict_words)

    def test_few_cases_say_nothing_and_are_not_shown(self):
        today = fields.Date.today()
        improvement = self._done()
        improvement.sudo().write({"date_started": today - timedelta(days=40), "date_done": today - timedelta(days=30)})
        self._closed(3, 1, today - timedelta(days=60))
        improvement.action_measure()
        self.assertEqual((improvement.verdict, improvement.is_told, improvement.value_before), ("unsure", False, 0))

    def test_complaints_are_counted_by_month(self):
        improvement = self._done(measure="complaints")
        today = fields.Date.today()
        improvement.sudo().write({"date_started": today - timedelta(days=45), "date_done": today - timedelta(days=44)})
        for number in range(12):
            said = self._said(f"Too loud, {number}", email=f"p{number}@patrons.test")
            self.env.cr.execute(
                "UPDATE library_feedback SET date = %s WHERE id = %s", [today - timedelta(days=60), said.id])
        self.env.invalidate_all()
        improvement.action_measure()
        self.assertEqual((improvement.n_before, improvement.n_after, improvement.verdict), (12, 0, "better"))

    def test_each_computed_measure_runs(self):
        improvement = self._done()
        for measure, _label in improvement._fields["measure"].selection:
            if measure != "free":
                improvement.measure = measure
                improvement.action_measure()
                self.assertTrue(improvement.date_measured)

    def test_figures_of_the_data_are_not_typed(self):
        improvement = self._done()
        with self.assertRaises(UserError):
            improvement.write({"value_after": 1.0})
        with self.assertRaises(UserError):
            improvement.write({"verdict": "better"})
        with self.assertRaises(AccessError):
            improvement.write({"is_public": True})
        improvement.measure = "free"
        improvement.write({"value_before": 3, "n_before": 9, "value_after": 5, "n_after": 9, "verdict": "better"})
        self.assertEqual(improvement.verdict, "better")

    # You said, we did

    def test_who_said_it_is_told_once_and_nobody_else(self):
        feedback = self._many()[:2] | self._said("Printer without paper", patron=self.patron)
        feedback |= self._said("The printer eats paper", email="one@patrons.test")
        feedback |= self._said("Why is there no paper?", patron=self.other_patron)
        self.env["library.contact.preference"]._answer(self.other_patron, {("followup", "mail"): False}, "portal")
        improvement = self._done(feedback)
        before = self.mails.search([])
        improvement.action_publish()
        told = self._outgoing(before)
        self.assertEqual(sorted(mail.email_to for mail in told if "patrons.test" in mail.email_to and "wei" not in
                                mail.email_to), ["one@patrons.test", "two@patrons.test"])  # fmt: skip
        self.assertEqual(len(told), 3)
        self.assertTrue(all(mail.library_once and "auto-generated" in mail.headers for mail in told))
        self.assertTrue(all("filled twice a day" in mail.body_html for mail in told))
        ledger = self.env["library.outreach"].search([("kind", "=", "you_said")])
        self.assertEqual((ledger.patron_id, ledger.key, ledger.purpose),
                         (self.patron, f"improvement:{improvement.id}", "followup"))  # fmt: skip
        self.assertEqual(improvement.told_count, 3)
        for _time in range(2):
            improvement.action_unpublish()
            improvement.action_publish()
            improvement._tell_sayers()
        self.assertEqual(self._outgoing(before), told, "published again, told once")
        improvement._add_feedback(self._said("Paper, please", email="late@patrons.test"))
        improvement._tell_sayers()
        self.assertEqual((self._outgoing(before) - told).email_to, "late@patrons.test")

    def test_a_paused_patron_hears_when_the_pause_ends(self):
        improvement = self._done(self._said("Printer without paper", patron=self.patron))
        self.patron.date_pause_until = fields.Date.today() + timedelta(days=3)
        before = self.mails.search([])
        improvement.action_publish()
        self.assertFalse(self._outgoing(before))
        self.patron.date_pause_until = False
        improvement._tell_sayers()
        self.assertEqual(len(self._outgoing(before)), 1)

    def test_only_leads_publish_and_only_what_is_done(self):
        improvement = self._done()
        with self.assertRaises(AccessError):
            improvement.with_user(self.librarian).action_publish()
        draft = self.Improvement.create({"name": "x", "said_text": "a", "public_text": "b"})
        with self.assertRaises(UserError):
            draft.with_user(self.lead).action_publish()
        improvement.public_text = False
        with self.assertRaises(UserError):
            improvement.action_publish()

    def test_what_staff_write_is_not_in_what_the_public_reads(self):
        improvement = self._done(self._said("My name is Lin Wei and the printer is empty", patron=self.patron))
        improvement.cause = "SECRET-CAUSE"
        improvement.action_publish()
        public = self.Improvement.with_user(self.env.ref("base.public_user"))
        told = str(public._portal_you_said()) + public._portal_feed("https://library.test/").decode()
        self.assertIn("filled twice a day", told)
        for secret in ("SECRET-CAUSE", "Lin Wei", "Paper in the printers", self.librarian.name):
            self.assertNotIn(secret, told)

    # evidence

    def _sheets(self, improvement):
        book = load_workbook(io.BytesIO(improvement._evidence_file()))
        return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}

    def test_the_evidence_has_counts_and_no_names(self):
        for number in range(7):
            self._said(f"=HYPERLINK(\"evil\") printer {number}", email=f"secret{number}@patrons.test")
        self._said("A kind word with a wish", email="other@patrons.test", kind="suggestion")
        improvement = self._done(self.env["library.feedback"].search([]), measure="complaints")
        sheets = self._sheets(improvement.with_user(self.librarian))
        text = str(sheets)
        self.assertIn(["People who said it", "8"], [[row[0], str(row[1])] for row in sheets["Improvement"]])
        kinds = dict(row[:2] for row in sheets["Voices by kind"][1:])
        self.assertEqual(set(kinds.values()), {"fewer than five"}, "one of two would tell the other")
        for secret in ("patrons.test", "HYPERLINK", "kind word"):
            self.assertNotIn(secret, text)

    # who may

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_patrons_strangers_and_other_institutions_are_refused(self):
        """Feature: X1"""
        improvement = self._done()
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                improvement.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                improvement.with_user(user).action_measure()
        other = self.env["res.company"].create({"name": "City library"})
        stranger = new_test_user(
            self.env, "far_librarian", groups="library_crm.group_library_librarian", company_id=other.id,
            company_ids=[(6, 0, other.ids)])
        self.assertFalse(self.Improvement.with_user(stranger).search([("id", "=", improvement.id)]))
        with self.assertRaises(AccessError):
            improvement.with_user(stranger)._evidence_file()
        self.assertFalse(self.Improvement.with_user(stranger)._portal_you_said()["rows"])


@tagged("post_install", "-at_install", "library_dialogue", "library_portal")
class TestYouSaidPages(HttpCase, ImprovementCase):
    """The page and the feed for everybody. Feature: 1.6"""

    def test_everybody_reads_page_and_feed(self):
        improvement = self._done(said_text="<script>alert(1)</script> & paper")
        improvement.action_publish()
        page = self.url_open("/library/you-said")
        self.assertEqual((page.status_code, page.text.count("<h1")), (200, 1))
        self.assertIn("They are filled twice a day now.", page.text)
        self.assertNotIn("<script>alert(1)", page.text)
        feed = self.url_open("/library/you-said.atom")
        self.assertIn("application/atom+xml", feed.headers["Content-Type"])
        self.assertIn("filled twice a day", feed.text)
        self.assertEqual(self.url_open("/library/you-said?page=99999999999999").status_code, 200)

    def test_the_evidence_is_for_staff(self):
        improvement = self._done()
        path = f"/library/improvement/{improvement.id}/evidence.xlsx"
        self.env.flush_all()
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_model"):
            self.authenticate("test_patron", "test_patron")
            self.assertGreaterEqual(self.url_open(path).status_code, 400)
        self.authenticate("test_librarian", "test_librarian")
        answer = self.url_open(path)
        self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))

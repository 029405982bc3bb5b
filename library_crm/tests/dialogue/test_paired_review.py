from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.library_crm.lib.form_input import FormRefused

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestPairedReview(LibraryCase):
    """Feature: 16.4, 17.3, 2.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.lead_id = cls.staff["lead"]
        cls.company.library_paired_share = 100
        cls.month = cls.env.cr.now().date().replace(day=1)
        cls.Review = cls.env["library.paired.review"]
        cls.steward = cls.staff["steward"]

    @classmethod
    def _closed(cls, patron=None, **values):
        case = cls._case(patron, user_id=cls.librarian.id, **values)
        case.with_user(cls.librarian)._answer("<p>林伟, the maps lie in the archive. Yours, Test librarian</p>")
        case._close("met")
        case._ask_rating()
        return case

    def _drawn(self):
        return self.Review.search([("company_id", "=", self.company.id), ("case_id", "!=", False)], order="id")

    def _check_of(self, review):
        return review.check_ids.with_user(review.reviewer_id)

    def _patron_says(self, review, **form):
        review.invitation_id._portal_take({"found": "2", "content": "5", **form})

    def test_cases_are_drawn_once_and_both_sides_asked(self):
        cases = self._closed(name="Maps of the harbour") | self._closed(self.other_patron)
        reviews = self._drawn()
        self.assertEqual(reviews.case_id, cases)
        self.assertEqual(reviews.librarian_id, self.librarian)
        self.assertEqual(reviews.invitation_id.patron_id, self.patron | self.other_patron)
        self.assertEqual(set(reviews.invitation_id.mapped("instrument")), {"worep"})
        cases._ask_rating()
        self.assertEqual(self._drawn(), reviews)
        invitations = self.env["library.evaluation.invitation"].search([("case_id", "in", cases.ids)])
        self.assertEqual(invitations, reviews.invitation_id, "and not how the service was as well")

    def test_without_a_share_nothing_is_drawn(self):
        self.company.library_paired_share = 0
        case = self._closed()
        self.assertFalse(self._drawn())
        asked = self.env["library.evaluation.invitation"].search([("case_id", "=", case.id)])
        self.assertEqual(asked.instrument, "csat")

    def test_who_checks_is_no_party_and_sees_no_name(self):
        self._closed(name="林伟 asks: where are the maps? wei@patrons.test")
        review = self._drawn()
        self.assertTrue(review.reviewer_id)
        self.assertNotEqual(review.reviewer_id, self.librarian)
        check = self._check_of(review)
        text = f"{check.question}\n{check.answer}\n{check.display_name}\n{review.name}"
        self.assertIn("maps", text)
        for name in ("林伟", "wei@patrons.test", "Test librarian", self.librarian.name):
            with self.subTest(name=name):
                self.assertNotIn(name, text)
        with self.assertRaises(AccessError):
            check.read(["review_id"])
        with self.assertRaises(AccessError):
            review.with_user(review.reviewer_id).read(["librarian_id"])

    def test_the_librarian_fills_in_the_own_form_and_sees_not_the_patrons(self):
        self._closed()
        review = self._drawn()
        own = review.with_user(self.librarian)
        own.write({"librarian_found": "2", "librarian_difficulty": "1"})
        self.assertTrue(own.date_librarian)
        for values in ({"verdict": "correct"}, {"patron_found": "2"}, {"librarian_id": self.colleague.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                own.write(values)
        with self.assertRaises(AccessError):
            own.read(["patron_found"])
        with self.assertRaises(AccessError):
            review.with_user(self.staff["manager"]).write({"librarian_found": "0"})

    def test_where_the_views_differ(self):
        self._closed()
        review = self._drawn()
        review.with_user(self.librarian).librarian_found = "2"
        self.assertFalse(review.discrepancy)
        self._patron_says(review, found="0", content="2")
        self.assertEqual(review.discrepancy, "ours")
        self.assertEqual(review.state, "open")
        self._patron_says(review, found="2", content="5")
        self.assertEqual(review.discrepancy, "none")
        self.assertTrue(review.is_success)
        check = self._check_of(review)
        check.verdict = "wrong"
        check.action_done()
        self.assertEqual((review.discrepancy, review.state), ("wrong", "done"))

    def test_a_success_is_more_than_being_content(self):
        self._closed()
        review = self._drawn()
        for form, success in (
            ({}, True), ({"content": "3"}, False), ({"found": "1"}, False), ({"reason_late": "1"}, False),
        ):
            with self.subTest(form=form):
                self._patron_says(review, **form)
                self.assertEqual(review.is_success, success)

    def test_a_broken_form_changes_nothing(self):
        self._closed()
        review = self._drawn()
        for form in ({}, {"found": "9", "content": "5"}, {"found": "2"}, {"found": "2", "content": "6"}):
            with self.subTest(form=form), self.assertRaises(FormRefused):
                review.invitation_id._portal_take(form)
        self.assertFalse(review.patron_found)

    def test_the_note_is_for_the_one_who_answered_alone(self):
        self._closed()
        review = self._drawn()
        check = self._check_of(review)
        with self.assertRaises(ValidationError):
            check.action_done()
        check.write({"verdict": "partly", "coaching_note": "Name the signature of the map next time."})
        self.assertFalse(review.with_user(self.librarian).coaching_note)
        check.action_done()
        self.assertIn("signature", review.with_user(self.librarian).coaching_note)
        for user in (self.staff["lead"], self.staff["manager"]):
            with self.subTest(user=user.login):
                self.assertFalse(review.with_user(user)._filtered_access("read").coaching_note)
                if user != review.reviewer_id:
                    self.assertFalse(check.with_user(user).search([]))
        with self.assertRaises(UserError):
            check.coaching_note = "Later"
        messages = self.env["mail.message"].search([("body", "ilike", "signature of the map")])
        self.assertFalse(messages)

    def test_the_rate_of_correct_answers_has_its_interval(self):
        """8 of 10 correct: Wilson's interval is 0.490 to 0.943 (Newcombe 1998, method 3)."""
        reviews = self.Review.create([
            {"month": self.month, "company_id": self.company.id, "team_id": self.team.id,
             "verdict": "correct" if number < 8 else "partly"}
            for number in range(10)
        ] + [{"month": self.month, "company_id": self.company.id, "team_id": self.team.id, "verdict": "unclear"}])
        self.env["library.paired.result"]._rebuild(self.company)
        rows = self.env["library.paired.result"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(rows.mapped("kind")), {"correct"})
        team = rows.filtered("team_id")
        self.assertEqual((team.hits, team.n, team.rate), (8, 10, 0.8))
        self.assertAlmostEqual(team.rate_low, 0.490, places=3)
        self.assertAlmostEqual(team.rate_high, 0.943, places=3)
        self.assertTrue(team.definition)
        reviews[:7].unlink()
        self.env["library.paired.result"]._rebuild(self.company)
        self.assertFalse(rows.search([("company_id", "=", self.company.id)]))

    def test_who_is_forgotten_leaves_figures_and_no_words(self):
        case = self._closed(name="林伟 looks for the maps")
        review = self._drawn()
        check = review.check_ids
        self.patron._anonymise()
        self.assertFalse(check.question or check.answer or review.name or review.case_id)
        self.assertTrue(case.exists())
        self.assertEqual(review.team_id, self.team)

    def test_strangers_see_nothing(self):
        self._closed()
        review = self._drawn()
        for user in (self.portal_user, self.env.ref("base.public_user")):
            for records in (review, review.check_ids, self.env["library.paired.result"]):
                with self.subTest(user=user.login, model=records._name), self.assertRaises(AccessError):
                    records.with_user(user).search([])
        self.assertFalse(self.Review.with_user(self.colleague).search([("id", "=", review.id)]))
        self.assertEqual(self.Review.with_user(self.librarian).search([("id", "=", review.id)]), review)

    def test_the_daily_run_forgets_what_is_older_than_a_year(self):
        values = {"company_id": self.company.id, "team_id": self.team.id, "verdict": "correct"}
        self.Review.create([{**values, "month": self.month} for _number in range(6)])
        self.Review.create([{**values, "month": self.month - relativedelta(months=14)} for _number in range(6)])
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_library_paired").method_direct_trigger()
        figures = self.env["library.paired.result"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(figures.mapped("n")), {6})

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestServiceDebt(LibraryCase):
    """Feature: 1.7, T6"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.patron)
        cls.team.lead_id = cls.staff["lead"]
        cls.relations = cls.staff["relations"]

    def _owe(self, patron=None):
        """A case that was promised too late, ended unmet, was rated badly and came back."""
        case = self._case(patron=patron)
        case.date_promised = fields.Datetime.now() - timedelta(days=4)
        case.date_first_answer = fields.Datetime.now() - timedelta(days=1)
        case._close("met")
        case._reopen()
        case.date_promised = fields.Datetime.now() - timedelta(days=4)
        case._close("unmet", "no_source")
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("library.case"), "res_id": case.id,
                "partner_id": case.partner_id.id, "rating": 1, "consumed": True,
            }
        )
        self.env.flush_all()
        return case, rating

    def _night(self, as_of=None):
        model, cursor = self.env["library.recovery"], None
        self.env["library.patron.fact"]._analyse_facts(as_of or self.today, None)
        while True:
            cursor, _done, _total = model._analyse_debt(as_of or self.today, cursor)
            if not cursor:
                break
        self.env.invalidate_all()

    def test_each_term_stands_alone_and_opens_its_record(self):
        case, _rating = self._owe()
        terms = self.patron.debt_term_ids
        self.assertEqual(sorted(terms.mapped("kind")), ["late", "rating", "reopened", "unmet"])
        sentences = {term.kind: term.sentence for term in terms}
        self.assertEqual(sentences["unmet"], "A need was not met: No source found.")
        self.assertEqual(sentences["rating"], "The patron gave us 1 of 5.")
        self.assertEqual(sentences["late"], "An answer is or came 3 days after we promised it.")
        action = terms.filtered(lambda term: term.kind == "unmet").action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("library.need", case.need_ids.id))

    def test_a_term_names_no_question_to_those_who_may_not_read_it(self):
        self._owe()
        terms = self.env["library.service.debt.term"].with_user(self.relations).search(
            [("patron_id", "=", self.patron.id)])
        self.assertEqual(len(terms), 4)
        self.assertNotIn("harbour", str(terms.read()))
        with self.assertRaises(AccessError):
            self.env["library.service.debt.term"].with_user(self.librarian).search([])

    def test_debt_halves_every_180_days(self):
        self._owe()
        for days, expected in ((0, 4.0), (180, 2.0), (360, 1.0)):
            with self.subTest(days=days):
                self._night(self.today + timedelta(days=days))
                self.assertAlmostEqual(self.patron.service_debt, expected, delta=0.06)

    def test_partly_met_weighs_half_and_a_kept_promise_nothing(self):
        case = self._case()
        case._close("partly", "no_time")
        self._night()
        self.assertEqual(self.patron.service_debt, 0.5)

    def test_above_the_threshold_a_named_person_gets_to_it_once(self):
        self._owe()
        self._night()
        self._night()
        recovery = self.patron.recovery_ids
        self.assertEqual(len(recovery), 1)
        self.assertEqual((recovery.team_id, recovery.user_id, recovery.state), (self.team, self.staff["lead"], "open"))
        self.assertEqual(recovery.activity_ids.user_id, self.staff["lead"])
        self.assertIn("without excuses", recovery.activity_ids.note)
        self.assertTrue(self.patron.owes_much)

    def test_below_the_threshold_nobody_is_sent(self):
        self.env["ir.config_parameter"].set_param("library_crm.debt_threshold", "9")
        self._owe()
        self._night()
        self.assertFalse(self.patron.recovery_ids)

    def test_two_weeks_later_somebody_asks_and_what_helped_is_owed_no_more(self):
        self._owe()
        self._night()
        recovery = self.patron.recovery_ids.with_user(self.relations)
        with self.assertRaises(ValidationError):
            recovery.action_done()
        recovery.what_done = "Phoned, found the map in the museum"
        recovery.action_done()
        self.assertEqual(recovery.date_check, self.today + timedelta(days=14))
        self.assertEqual(recovery.activity_ids.date_deadline, recovery.date_check)
        recovery.action_helped()
        self._night()
        self.assertEqual(self.patron.service_debt, 0)
        self.assertTrue(all(term.is_settled for term in self.patron.debt_term_ids))
        self.assertEqual(len(self.patron.recovery_ids), 1)

    def test_who_declines_contact_is_left_in_peace(self):
        self._owe()
        self._night()
        self.patron.recovery_ids.action_declined()
        self._owe()
        self._night(self.today + timedelta(days=30))
        self.assertEqual(self.patron.recovery_ids.mapped("state"), ["declined"])
        self.assertFalse(self.patron.recovery_ids.activity_ids)

    def test_a_team_gets_no_more_than_it_can_do_in_a_day(self):
        patrons = self.env["library.patron"].create([{"name": f"Owed {number}"} for number in range(12)])
        for patron in patrons:
            self._owe(patron)
        self._night()
        self.assertEqual(len(patrons.recovery_ids), 10)
        self._night(self.today + timedelta(days=1))
        self.assertEqual(len(patrons.recovery_ids), 12)

    def test_the_list_is_for_relationship_librarians_of_the_institution(self):
        self._owe()
        self._night()
        recovery = self.patron.recovery_ids
        self.assertTrue(recovery.with_user(self.relations).has_access("write"))
        for user in (self.librarian, self.portal_user):
            self.assertFalse(recovery.with_user(user).has_access("read"))

    def test_a_missed_promise_counts_while_the_patron_still_waits(self):
        case = self._case()
        case.date_promised = fields.Datetime.now() - timedelta(days=2)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.patron.debt_term_ids.mapped("kind"), ["late"])
        case.waits_for = "patron"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.patron.debt_term_ids.mapped("kind"), ["late"], "too late is late, whatever was asked")

    def test_nothing_is_owed_while_the_clock_stands(self):
        case = self._case()
        case.waits_for = "patron"
        case.date_promised = fields.Datetime.now() - timedelta(days=2)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.patron.debt_term_ids)

    def test_de_identified_nothing_that_was_said_stays(self):
        self._owe()
        self._night()
        recovery = self.patron.recovery_ids
        recovery.what_done = "Phoned her mother in Leiden"
        recovery.message_post(body="She likes Leiden")
        self.patron._anonymise()
        self.env.invalidate_all()
        self.assertFalse(recovery.what_done)
        self.assertFalse(recovery.message_ids)
        self.assertFalse(recovery.activity_ids)

    def test_reopening_leaves_its_day(self):
        case, _rating = self._owe()
        self.assertEqual(case.date_reopened.date(), date.today())

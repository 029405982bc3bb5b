from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import LibraryCase as Library

QUESTIONS = (
    "Old maps of the harbour before 1850", "Where are harbour maps of 1800", "Historic maps of our harbour wanted",
    "Maps of the harbour in the eighteenth century", "Printed harbour maps, eighteenth century",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestReuseValue(Library):
    """Minutes avoided come from timed cases and hide behind five. Feature: 33.4"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.service.log"].search([]).unlink()
        cls.solution = cls.env["library.solution"].create({"name": "Maps", "state": "final"})
        # the first case that it was delivered in found it out
        cls._timed(60, solution_ids=[Command.link(cls.solution.id)])

    @classmethod
    def _timed(cls, minutes, level="4", **values):
        case = cls._case(**values)
        cls.env["library.service.log"].search([("case_id", "=", case.id)]).unlink()
        cls.env["library.service.log"].create({
            "name": case.name, "case_id": case.id, "company_id": case.company_id.id, "minutes": minutes,
            "read_level": level,
        })  # fmt: skip
        return case

    def _row(self, level):
        year = str(fields.Date.today().year)
        self.env["library.reuse.value"]._update()
        return self.env["library.reuse.value"].search(
            [("year", "=", year), ("read_level", "=", level), ("company_id", "=", self.company.id)])

    def test_reuse_of_a_solution(self):
        for minutes in (40, 50, 70, 80):
            self._timed(minutes)
        for _case in range(5):
            self._timed(10, solution_ids=[Command.link(self.solution.id)])
        row = self._row("4")
        self.assertEqual((row.first_count, row.reused_count, row.median_first), (5, 5, 60))
        self.assertEqual(row.minutes_avoided, 5 * 60 - 50)
        self.assertTrue(row.minutes_low <= row.minutes_avoided <= row.minutes_high)
        total = self._row(False)
        self.assertTrue(total.is_total)
        self.assertEqual(total.minutes_avoided, row.minutes_avoided)
        self.assertFalse(row.cost_avoided)
        self.env["ir.config_parameter"].set_param("library_crm.staff_hour_cost", "30")
        row.invalidate_recordset()
        self.assertAlmostEqual(row.cost_avoided, 125.0)

    def test_suggestions_taken_count_as_reuse(self):
        case = self._timed(5, level="2")
        self.env["library.suggestion"].create({
            "res_model": "library.solution", "res_id": self.solution.id, "title": "Maps", "case_id": case.id,
            "company_id": self.company.id, "state": "accepted",
        })  # fmt: skip
        row = self._row("2")
        self.assertEqual((row.first_count, row.reused_count), (0, 1))

    def test_too_few_cases_say_nothing(self):
        row = self._row("4")
        self.assertEqual((row.first_count, row.is_told, row.minutes_avoided), (1, False, 0))
        self.assertEqual(row.interval, "Too few cases")

    def test_who_reads_it(self):
        self._row("4")
        self.assertTrue(self.env["library.reuse.value"].with_user(self.staff["lead"]).search([]))
        for user in (self.librarian, self.portal_user):
            with self.assertRaises(AccessError):
                self.env["library.reuse.value"].with_user(user).search([])

    def test_twice_is_the_same(self):
        first = self._row("4").read(["first_count", "minutes_low"])[0]
        second = self._row("4").read(["first_count", "minutes_low"])[0]
        self.assertEqual({**first, "id": 0}, {**second, "id": 0})


@tagged("post_install", "-at_install")
class TestProductProposal(Library):
    """Needs that are alike become one proposal, people decide, and who asked is told once. Feature: 33.5"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.need"].search([]).unlink()
        cls.Proposal = cls.env["library.product.proposal"]
        partners = cls.env["res.partner"].create(
            [{"name": f"Asker {number}", "email": f"asker{number}@patrons.test"} for number in range(5)])
        cls.patrons = cls.env["library.patron"].create([{"partner_id": partner.id} for partner in partners])
        cls.needs = cls._needs(QUESTIONS)
        cls._needs(["Opening hours on Sunday", "Peer review of nursing journals", "Sheet music for the cello"])

    @classmethod
    def _needs(cls, questions):
        return cls.env["library.need"].create([
            {"name": question, "statement": question, "patron_id": patron.id, "company_id": cls.company.id,
             "origin": "stated"}
            for question, patron in zip(questions, cls.patrons, strict=False)])

    def _find(self):
        self.Proposal._find(self.company)
        return self.Proposal.search([("company_id", "=", self.company.id), ("need_ids", "in", self.needs.ids)])

    def test_a_proposal_from_needs_that_are_alike(self):
        proposal = self._find()
        self.assertEqual(len(proposal), 1)
        self.assertEqual(proposal.need_ids, self.needs)
        self.assertEqual((proposal.need_count, proposal.audience, proposal.kind), (5, 5, "guide"))
        self.assertIn("harbour", proposal.name.lower())
        self.assertIn("5 patrons", proposal.audience_words)

    def test_fewer_than_five_are_not_counted_out(self):
        self.needs[-1].unlink()
        proposal = self._find()
        self.assertEqual((proposal.need_count, proposal.audience), (4, 0))
        self.assertEqual(proposal.audience_words, "Fewer than 5 patrons asked")

    def test_found_again_is_the_same_and_decided_stays(self):
        proposal = self._find()
        proposal.name = "Harbour maps: a guide"
        self.assertEqual(self._find(), proposal)
        self.assertEqual(proposal.name, "Harbour maps: a guide")
        steward = proposal.with_user(self.staff["steward"])
        with self.assertRaises(UserError):
            steward.action_decline()
        steward.reason = "There is one in print"
        steward.action_decline()
        self.assertEqual(self._find(), proposal)
        self.assertEqual(proposal.state, "declined")

    def test_who_asked_is_told_once(self):
        proposal = self._find()
        steward = proposal.with_user(self.staff["steward"])
        with self.assertRaises(UserError):
            steward.action_notify()
        steward.action_plan()
        with self.assertRaises(UserError):
            steward.action_made()
        steward.url = "https://library.test/maps"
        steward.action_made()
        for patron in self.patrons[:3]:
            patron._give("outreach")
        self.patrons[3]._withdraw("outreach")
        self.patrons[4]._withdraw("outreach")
        before = self.mails.search([])
        steward.action_notify()
        mails = self._outgoing(before)
        self.assertEqual({mail.email_to for mail in mails},
                         {patron.partner_id.email_formatted for patron in self.patrons[:3]})
        for mail in mails:
            self.assertIn("https://library.test/maps", mail.body_html)
            self.assertIn("auto-generated", mail.headers)
            for patron in self.patrons:
                self.assertNotIn(patron.partner_id.name, mail.body_html)
        self.assertEqual(proposal.notified_count, 3)
        with self.assertRaises(UserError):
            steward.action_notify()
        self.assertEqual(len(self._outgoing(before)), 3)

    def test_who_may_decide(self):
        proposal = self._find()
        for user in (self.librarian, self.portal_user):
            with self.assertRaises(AccessError):
                proposal.with_user(user).action_plan()
            with self.assertRaises(AccessError):
                proposal.with_user(user).action_notify()
        with self.assertRaises(AccessError):
            proposal.with_user(self.staff["steward"]).read(["need_ids"])

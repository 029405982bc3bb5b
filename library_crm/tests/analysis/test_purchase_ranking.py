from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .subject_common import LibrarySubjectCase


@tagged("post_install", "-at_install")
class TestPurchaseRanking(LibrarySubjectCase):
    """Suggested purchases in the order of what speaks for them. Feature: 3.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Evidence = cls.env["library.purchase.evidence"]

    def _rows(self):
        self.Evidence._count(self.company)
        return {row.suggestion_id: row for row in self.Evidence.search([("company_id", "=", self.company.id)])}

    def test_need_for_the_money_decides(self):
        cheap = self._suggest(self.crowd[0], name="A cheap book", price=20)
        dear = self._suggest(self.crowd[1], name="A dear book", price=90)
        wanted = self._suggest(self.crowd[2], name="A book that many need", price=90)
        wanted.need_ids = self._needs(self.crowd[3:9], self.left)
        unpriced = self._suggest(self.crowd[9], name="A book of unknown price")
        rows = self._rows()
        order = sorted(rows, key=lambda one: rows[one].rank)
        self.assertEqual(order, [wanted, cheap, dear, unpriced])
        self.assertEqual(rows[wanted].people_words, "7")
        self.assertAlmostEqual(rows[wanted].needs_per_cost, 100 * 7 / 90, 2)
        self.assertIn("Needed by: 7", rows[wanted].why)
        self.assertIn("no price yet", rows[unpriced].why)

    def test_fewer_than_five_people_are_no_figure(self):
        """Neither their number nor what could be worked out from it is anywhere in the row."""
        few = self._suggest(self.crowd[0], price=50)
        few.need_ids = self._needs(self.crowd[1:4], self.left)
        row = self._rows()[few].sudo()
        self.assertEqual((row.people, row.people_words, row.needs_per_cost), (0, "under 5", 0))
        self.assertEqual((row.lacking, row.lacking_words), (0, "under 5 people"))
        self.assertNotIn(4, row.read(["people", "needs_per_cost", "lacking", "met_people"])[0].values())

    def test_the_same_work_is_one_wish(self):
        """Two patrons, two manners of writing the number of one book."""
        one = self._suggest(self.crowd[0], name="Delta", isbn="978-0-306-40615-7", price=40)
        two = self._suggest(self.crowd[1], name="Delta, 2nd printing", isbn="0306406152", price=40)
        for patron in self.crowd[2:6]:
            self._suggest(patron, name="Delta", isbn="9780306406157", price=40)
        rows = self._rows()
        self.assertEqual({rows[one].people, rows[two].people}, {6})
        self.assertEqual(rows[one].rank, rows[two].rank)

    def test_needs_of_the_task_count(self):
        task = self.env["library.collection.task"].create({
            "subject_id": self.left.id, "need_ids": [Command.set(self._needs(self.crowd[:6], self.left).ids)],
        })
        suggestion = self._suggest(task_id=task.id, price=60)
        self.assertEqual(suggestion.subject_id, self.left)
        self.assertEqual(self._rows()[suggestion].people, 6)

    def test_what_the_class_says(self):
        """Requests to partners, refusals by licence, uses and interlibrary loans of the class and below it."""
        self._use(self.crowd[:6], subject=self.left, uses=3, months=2)
        self._use(self.crowd[:2], kind="ill", subject=self.left, uses=1, months=1)
        self._turned_away(self.right, 40, reports=("TR_J1", "TR_J2"))
        suggestion = self._suggest(self.crowd[0], subject_id=self.wide.id, price=10)
        other = self._suggest(self.crowd[1], name="Another title here", subject_id=self.left.id, price=10)
        rows = self._rows()
        self.assertEqual((rows[suggestion].uses, rows[suggestion].turned_away), (36, 40))
        self.assertEqual((rows[other].uses, rows[other].turned_away), (36, 0))
        self.assertEqual((rows[suggestion].ills, rows[suggestion].ills_words), (0, "under 5 people"))
        self.assertLess(rows[suggestion].rank, rows[other].rank, "as many needs per cost: refusals decide")

    def test_requests_to_partners_count(self):
        case = self._case()
        case.need_ids.subject_ids = self.left
        partner = self.env["library.resource"].create({"name": "Next door", "kind": "partner"})
        self.env["library.referral"].create([
            {"name": "Maps", "resource_id": partner.id, "workroom_id": case._ensure_workroom().id, "state": state,
             "date_sent": state == "sent" and self.env.cr.now()}
            for state in ("sent", "draft")
        ])
        suggestion = self._suggest(self.crowd[0], subject_id=self.wide.id)
        row = self._rows()[suggestion]
        self.assertEqual(row.referrals, 1)
        self.assertIn("requests to partners: 1", row.why)

    def test_cost_of_a_need_met(self):
        needs = self._needs(self.crowd[:5], self.left, state="met")
        suggestion = self._suggest(need_ids=[Command.set(needs.ids)], price=80)
        suggestion.action_arrive()
        row = self._rows()[suggestion]
        self.assertEqual((row.rank, row.cost_per_met_need), (0, 16))

    def test_counted_twice_it_is_the_same_and_what_is_declined_goes(self):
        suggestion = self._suggest(self.crowd[0], price=5)
        before = self._rows()[suggestion]
        self.assertEqual(self._rows()[suggestion], before)
        suggestion.decision_reason = "No."
        suggestion.action_decline()
        self.assertNotIn(suggestion, self._rows())

    def test_a_change_asks_for_counting(self):
        cron = self.env.ref("library_crm.ir_cron_library_purchase_evidence")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search_count([("cron_id", "=", cron.id)])
        suggestion = self._suggest(self.crowd[0])
        suggestion.price = 12
        suggestion.reason = "Nothing that counts."
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]) - before, 2)

    def test_those_who_needed_it_are_told_once_when_it_is_here(self):
        """Each with the own need only, the one who suggested it as before, nobody twice."""
        needs = self._needs(self.crowd[:2], self.left)
        suggestion = self._suggest(self.crowd[2], need_ids=[Command.set(needs.ids)])
        before = self.mails.search([])
        suggestion.action_accept()
        self.assertEqual(len(self._outgoing(before)), 1)
        suggestion.action_arrive()
        arrived = self._outgoing(before).filtered(lambda mail: mail.subject.startswith("It has arrived"))
        self.assertEqual(
            sorted(arrived.mapped("email_to")), sorted(self.crowd[:2].partner_id.mapped("email_formatted")))
        for mail in arrived:
            own = needs.filtered(lambda need, mail=mail: need.patron_id.partner_id.email_formatted == mail.email_to)
            self.assertIn(own.name, mail.body_html)
            self.assertNotIn((needs - own).name, mail.body_html)
            self.assertIn("auto-generated", mail.headers)
        suggestion.action_reopen()
        suggestion.action_arrive()
        again = self._outgoing(before).filtered(lambda mail: mail.subject.startswith("It has arrived"))
        self.assertEqual(again, arrived)

    def test_who_may_see_it(self):
        suggestion = self._suggest(self.crowd[0])
        row = self._rows()[suggestion]
        self.assertTrue(row.with_user(self.librarian).rank)
        row.with_user(self.librarian).action_count()
        for method in ("action_count", "action_meaning", "action_open_suggestion"):
            with self.assertRaises(AccessError):
                getattr(row.with_user(self.portal_user), method)()
        other = self.env["res.company"].create({"name": "Another library"})
        foreign = self._suggest(company_id=other.id)
        self.Evidence._count(other)
        self.assertTrue(foreign.evidence_ids)
        self.assertFalse(self.Evidence.with_user(self.librarian).search([("suggestion_id", "=", foreign.id)]))

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_ahead import LibraryAheadCase


@tagged("post_install", "-at_install")
class TestPortfolio(LibraryAheadCase):
    """Feature: T12"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maps, cls.law = cls.env["library.subject"].search(
            [("scheme", "=", "clc"), ("parent_id", "=", False), ("code", "in", ("K", "D"))], order="code desc"
        )
        cls.solution = cls.env["library.solution"].create(
            {"name": "Old maps of the harbour", "state": "final", "subject_ids": [Command.set(cls.maps.ids)]}
        )

    def _needs(self, cases, subject):
        cases.need_ids.subject_ids = subject
        self.env.flush_all()

    def _deliver(self, cases, solution=None):
        cases.solution_ids = solution or self.solution
        self.env.flush_all()

    def test_products_with_reuse_result_freshness_and_sources(self):
        self._deliver(self._ask(self.people[:6], self.search, resolution="met"))
        self._deliver(self._ask(self.people[6:], self.search, resolution="partly"))
        self.env["library.source.citation"].create(
            [{"name": f"Sheet {number}", "publisher": "Survey", "solution_id": self.solution.id} for number in range(3)]
            + [{"name": "Another one", "publisher": "Harbour office", "solution_id": self.solution.id}]
        )
        rows = self._rows(self._board("portfolio"), 1)
        self.assertEqual(rows["Old maps of the harbour"], [12, "50%", "Yes", 2, "75%"])
        self.solution.date_valid_until = self.today - timedelta(days=1)
        self.assertEqual(self._rows(self._board("portfolio"), 1)["Old maps of the harbour"][2], "No")

    def test_a_class_that_is_asked_for_and_has_nothing_is_a_gap(self):
        self._needs(self._ask(self.people, self.search), self.law)
        self._needs(self._ask(self.people, self.search), self.maps)
        rows = self._rows(self._board("portfolio"))
        self.assertEqual(rows[self.law.display_name][0], 12)
        self.assertEqual(rows[self.law.display_name][-1], "Nothing to hand out")
        self.assertNotEqual(rows[self.maps.display_name][-1], "Nothing to hand out")

    def test_a_product_that_few_were_given_tells_nothing(self):
        other = self.solution.copy({"name": "For three", "state": "final"})
        self._deliver(self._ask(self.people[:3], self.search), other)
        self._deliver(self._ask(self.people, self.search))
        rows = self._rows(self._board("portfolio", self.staff["manager"]), 0)
        self.assertNotIn(3, [cell for cells in rows.values() for cell in cells[:1]])


@tagged("post_install", "-at_install")
class TestAssociations(LibraryAheadCase):
    """Feature: T12"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["library.association"]
        cls.crowd = cls._patrons(60)
        cls.both, cls.first, cls.others = cls.crowd[:15], cls.crowd[15:20], cls.crowd[20:]
        cls._ask(cls.both | cls.first, cls.novelty)
        cls._ask(cls.both, cls.search)
        cls.loan = cls.novelty.copy({"name": "Book from another library", "code": False})
        cls._ask(cls.others, cls.loan)

    def _rules(self, user=None):
        return self.Rule.with_user(user or self.librarian).search([("company_id", "=", self.company.id)])

    def _between(self, one, two):
        return self._rules().filtered(
            lambda rule: (rule.antecedent, rule.consequent) == (f"service,{one.id}", f"service,{two.id}")
        )

    def test_support_confidence_and_lift_in_words(self):
        self._run("associations")
        rule = self._between(self.novelty, self.search)
        self.assertEqual((rule.persons, rule.antecedent_persons, rule.consequent_persons), (15, 20, 15))
        self.assertAlmostEqual(rule.confidence, 0.75)
        self.assertAlmostEqual(rule.support, 15 / rule.total, places=4)
        self.assertAlmostEqual(rule.lift, 0.75 / (15 / rule.total), places=2)
        self.assertLess(rule.p_value, 0.05)
        self.assertIn("Of 20 patrons with the service “Novelty search”, 15 (75%) have the service “Map search”",
                      rule.sentence)  # fmt: skip
        # of a rule and the same the other way round, the surer one is told
        surer = self._between(self.search, self.novelty)
        self.assertEqual(self._board("portfolio")["rules"], [surer.sentence])

    def test_no_rule_tells_about_four_people(self):
        """Sixteen of twenty: the four others could be named. It holds for administrators, too."""
        self._ask(self.first[:1], self.search)
        self._run("associations")
        self.assertFalse(self._between(self.novelty, self.search))
        admin = self.env.ref("base.user_admin")
        self.assertFalse(self.Rule.with_user(admin).search([("company_id", "=", self.company.id)]))

    def test_who_does_not_let_us_count_is_not_among_them(self):
        self.both._withdraw("counts")
        self._run("associations")
        self.assertFalse(self._between(self.novelty, self.search))

    def test_members_of_a_segment_are_told_to_relations_only(self):
        self.both.degree_stage = "doctoral"
        segment = self.Segment.create({"name": "Doctoral", "domain": "[('degree_stage', '=', 'doctoral')]"})
        self._run("associations")
        rules = self._rules(self.staff["relations"]).filtered("segment_id")
        self.assertTrue(rules)
        self.assertEqual(rules.segment_id, segment)
        self.assertFalse(self._rules().filtered("segment_id"))
        sentences = segment.with_user(self.staff["relations"]).get_page("product")["sentences"]
        self.assertTrue(any("membership in “Doctoral”" in words for words in sentences))
        with self.assertRaises(AccessError):
            self.Rule.with_user(self.portal_user).search([])

    def test_twice_the_same_and_forgotten(self):
        self._run("associations")
        first = self._rules().mapped("sentence")
        self.assertTrue(first)
        self._run("associations")
        self.assertEqual(self._rules().mapped("sentence"), first)
        self.Rule._forget_associations()
        self.assertFalse(self._rules())

    def test_what_is_gone_has_no_name(self):
        self._run("associations")
        rule = self._between(self.novelty, self.search)
        self.env.cr.execute("UPDATE library_association SET antecedent = 'library.solution,999999' WHERE id = %s",
                            [rule.id])  # fmt: skip
        rule.invalidate_recordset()
        self.assertIn("the solution “…”", rule.sentence)

    def test_nobody(self):
        self.crowd.active = False
        self.people.active = False
        self._run("associations")
        self.assertFalse(self._rules())

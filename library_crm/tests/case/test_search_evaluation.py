from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.library_crm.lib.answered import USUAL, Evidence, Weights, quality, tune

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestSearchEvaluation(LibraryCase):
    """Whether what librarians took stands high, and an order that is changed only if that helps. Feature: P8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM library_search_document; DELETE FROM library_search_term")
        cls.Evaluation = cls.env["library.search.evaluation"]
        cls.solution = cls.env["library.solution"].create(
            {"name": "Ottoman tax registers: where they are", "body": "<p>Catalogue of defters.</p>", "state": "final"}
        )
        cls.env["library.solution"].create(
            {"name": "Glove makers of Bristol", "body": "<p>Parish maps.</p>", "state": "final"}
        )
        cls.case = cls._case(name="Where are Ottoman tax registers of Damascus?")

    def _judge(self, record, verdict, case=None):
        key = f"{record._name},{record.id}"
        case = case or self.case
        self.env["library.case"].with_user(self.librarian).judge_answered(key, verdict, case.id, 0, 0.5)

    def test_what_was_taken_is_asked_for_again(self):
        self._judge(self.solution, "accepted")
        evaluation = self.Evaluation._evaluate(self.env.company)
        self.assertEqual(evaluation.question_count, 1)
        self.assertEqual((evaluation.first_rate, evaluation.shown_rate, evaluation.mean_rank), (1, 1, 1))
        self.assertFalse(evaluation.is_adopted, "one question proves nothing")
        self.assertEqual(self.Evaluation._get_weights(self.env.company.id), USUAL)

    def test_the_verdict_that_is_looked_for_does_not_help_to_find_it(self):
        self._judge(self.solution, "accepted")
        [(candidates, taken)] = self.Evaluation._questions(self.env.company)
        self.assertEqual(taken, {("library.solution", self.solution.id)})
        found = next(one for one in candidates if one.key in taken)
        self.assertEqual((found.taken, found.refused), (0, 0))

    def test_without_a_verdict_there_is_nothing_to_evaluate(self):
        self.assertFalse(self.Evaluation._evaluate(self.env.company))
        self._judge(self.solution, "rejected")
        self.assertFalse(self.Evaluation._evaluate(self.env.company))

    def test_learned_weights_order_the_list(self):
        past = self._case(self.other_patron, name="Ottoman tax registers of Aleppo")
        past._close("met")

        def fit():
            rows = self.env["library.case"].with_user(self.librarian).find_answered("Ottoman tax registers")["rows"]
            return rows[f"library.service.log,{past.log_ids.id}"]["fit"]

        before = fit()
        self.Evaluation.create({
            "date": self.env.cr.now(), "company_id": self.env.company.id, "vote": 1, "second_hand": 0.4, "verdict": 0.6,
        })
        self.env.registry.clear_cache()
        self.assertAlmostEqual(fit(), before / 2, places=2)

    def test_only_stewards_evaluate(self):
        self._judge(self.solution, "accepted")
        with self.assertRaises(AccessError):
            self.Evaluation.with_user(self.librarian).action_evaluate()
        with self.assertRaises(AccessError):
            self.Evaluation.with_user(self.librarian).search([]).read(["date"])
        steward = new_test_user(
            self.env, "search_steward", groups="library_crm.group_library_steward", company_id=self.env.company.id
        )
        self.Evaluation.with_user(steward).action_evaluate()
        self.assertEqual(self.Evaluation.search_count([]), 1)


@tagged("post_install", "-at_install", "library_lib")
class TestRankingIsTuned(LibraryCase):
    """An order is changed where it proves better on questions on which it was not chosen. Feature: P8"""

    def _questions(self, count, voted=0.5):
        right = Evidence(("library.solution", 1), 0.4, voted, 0.9, 0, 0, False)
        wrong = Evidence(("library.service.log", 2), 0.9, 0.0, 0.9, 0, 0, True)
        return [([wrong, right], {right.key}) for _number in range(count)]

    def test_quality_counts_places(self):
        right, wrong = Evidence(("a", 1), 0.4, 0, 0, 0, 0, False), Evidence(("a", 2), 0.5, 0, 0, 0, 0, False)
        self.assertEqual(quality([([right, wrong], {("a", 2)})]), (1, 1, 1))
        self.assertEqual(quality([([right, wrong], {("a", 1)})]), (0, 1, 0.5))
        self.assertEqual(quality([([right, wrong], {("a", 3)})]), (0, 0, 0))
        self.assertEqual(quality([]), (0, 0, 0))

    def test_better_weights_are_taken_when_there_is_enough_to_prove_them(self):
        present = Weights(vote=0.5, second_hand=1.0)
        questions = self._questions(60)
        self.assertLess(quality(questions, present)[0], 1)
        best = tune(questions, present)
        self.assertNotEqual(best, present)
        self.assertEqual(quality(questions, best)[0], 1)
        self.assertEqual(tune(questions[:30], present), present)

    def test_nothing_changes_for_nothing(self):
        self.assertEqual(tune(self._questions(60, voted=0.0)), USUAL, "no weights help here")

    def test_what_only_fits_where_it_was_chosen_is_refused(self):
        present = Weights(vote=0.5, second_hand=1.0)
        helped, unlike = self._questions(40), self._questions(40, voted=0.0)
        mixed = [question for pair in zip(helped, unlike, strict=True) for question in pair]
        self.assertEqual(tune(mixed, present), present)

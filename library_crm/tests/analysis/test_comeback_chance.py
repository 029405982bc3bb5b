from datetime import date

from odoo.tests import tagged

from .analysis_common import AnalysisCase


@tagged("post_install", "-at_install")
class TestComebackChance(AnalysisCase):
    """Feature: P6, T8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.often, cls.seldom, cls.gone = cls._patrons(140), cls._patrons(140), cls._patrons(60)
        for months_ago in range(1, 26):
            cls._use(cls.often[months_ago % 4:], months_ago, days=2)
        for months_ago in (23, 20, 14):
            cls._use(cls.seldom, months_ago)
        cls._use(cls.seldom[:30], 9)
        cls._use(cls.seldom[30:50], 4)
        for months_ago in (25, 24):
            cls._use(cls.gone, months_ago)
        cls._night("facts", "lifecycle", "comeback")

    def _model(self):
        return self.env["library.comeback.model"]._newest(self.library)

    def test_the_model_is_learned_a_year_back_and_judged_on_the_half_year_since(self):
        model = self._model()
        self.assertEqual(
            (model.method, model.cut, model.trained_cut, model.trained_on, model.judged_on),
            ("logistic", date(2026, 2, 28), date(2025, 2, 28), 340, 340),
        )
        self.assertGreater(model.auc, 0.8)
        self.assertEqual(model.is_alarm, not 0.8 <= model.ratio <= 1.25)
        self.assertIn("ranked 340 patrons", model.verdict)

    def test_who_comes_often_has_the_better_chance_and_can_see_why(self):
        often, gone = self.often[4], self.gone[0]
        self.assertGreater(often.fact_ids.return_chance, 0.8)
        self.assertLess(gone.fact_ids.return_chance, 0.3)
        words = str(often.return_explanation)
        self.assertIn("50 days of use", words)
        self.assertIn("speaks for it", words)
        self.assertIn("speaks against it", str(gone.return_explanation))
        self.assertGreater(often.stage_chance, gone.stage_chance)

    def test_sql_scores_as_the_library_function_does(self):
        from odoo.addons.library_crm.lib import comeback  # noqa: PLC0415  # the function under comparison

        model = self._model()
        for patron in (self.often[5], self.seldom[3], self.gone[2]):
            expected = comeback.score(model._regression(), model._features_of(patron)).iloc[0]
            self.assertAlmostEqual(patron.fact_ids.return_chance, expected, places=3)

    def test_a_month_is_learned_once_and_rebuilt_to_the_same(self):
        before = [(model.cut, model.coefficients, model.auc) for model in self._model()]
        chances = {patron.id: patron.fact_ids.return_chance for patron in self.often | self.gone}
        self._night("comeback")
        self.assertEqual(self.env["library.comeback.model"].search_count([("company_id", "=", self.library.id)]), 1)
        self._night("comeback", rebuild=True)
        self.assertEqual([(model.cut, model.coefficients, model.auc) for model in self._model()], before)
        self.assertEqual({patron.id: patron.fact_ids.return_chance for patron in self.often | self.gone}, chances)

    def test_the_next_month_learns_again(self):
        self._night("comeback", as_of=date(2026, 4, 2))
        self.assertEqual(self._model().cut, date(2026, 3, 31))
        self.assertEqual(self.env["library.comeback.model"].search_count([("company_id", "=", self.library.id)]), 2)

    def test_few_patrons_get_the_rate_of_their_stage(self):
        self.env.cr.execute("DELETE FROM library_usage WHERE patron_id = ANY(%s)", [(self.often[50:] | self.gone).ids])
        self._night("facts", "lifecycle")
        self._night("comeback", rebuild=True)
        model = self._model()
        self.assertEqual(model.method, "stage")
        self.assertIn("at least 300 are needed", model.verdict)
        facts = self.often[4].fact_ids
        self.assertAlmostEqual(facts.return_chance, model.stage_rates[facts.stage], places=3)

    def test_the_settings_say_which_was_better_and_warn(self):
        model = self._model()
        model.write({"ratio": 1.6, "is_alarm": True})
        settings = self.env["res.config.settings"].with_company(self.library).create({})
        self.assertEqual(settings.library_comeback_verdict, model.verdict)
        self.assertTrue(settings.library_comeback_warning)
        model.is_alarm = False
        self.env.invalidate_all()
        self.assertFalse(self.env["res.config.settings"].with_company(self.library).create({}).library_comeback_warning)

    def test_whoever_is_not_counted_has_no_chance(self):
        self.often[6]._withdraw("counts")
        self._night("facts", "lifecycle", "comeback")
        self.assertFalse(self.often[6].fact_ids.return_chance)
        self.assertFalse(self.often[6].return_explanation)

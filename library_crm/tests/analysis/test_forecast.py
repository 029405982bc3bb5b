from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ...lib import demand
from .use_common import LibraryUseCase


@tagged("post_install", "-at_install")
class TestForecast(LibraryUseCase):
    """Feature: T11"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Forecast = cls.env["library.forecast"]
        cls.people = cls._patrons(12)
        cls.month = cls.today.replace(day=1)
        cls.broad, cls.rare = cls.subjects[0], cls.env["library.subject"].create(
            {"name": "Rare", "code": "099.5", "scheme": "ddc", "parent_id": cls.subjects[0].id}
        )

    def _loans(self, subject, series, patrons=None, back=0):
        """`series`: uses of the months before this one, oldest first, spread over the patrons."""
        patrons = patrons or self.people
        days = [self.month - relativedelta(months=len(series) - number + back) for number in range(len(series))]
        self.env["library.usage"]._ensure_partitions(min(days), max(days))
        rows = [
            (self.company.id, patrons[number % len(patrons)].id, day, "loan", subject.id, "onsite", 1)
            for day, uses in zip(days, series, strict=True) for number in range(uses)
        ]
        self.env.cr.execute_values(
            "INSERT INTO library_usage (company_id, patron_id, month, kind, subject_id, channel, uses) VALUES %s", rows
        )

    def _expect(self, kind="uses", as_of=None):
        self.Forecast._forecast(self.company, kind, as_of or self.today)

    def _plain(self, series, months=12):
        """The same by lib/demand.py."""
        events = [
            (day, subject.id, uses)
            for subject, values in series.items()
            for day, uses in zip(
                [self.month - relativedelta(months=len(values) - number) for number in range(len(values))], values,
                strict=True,
            ) if uses
        ]  # fmt: skip
        import pandas as pd  # noqa: PLC0415

        frame = pd.DataFrame(events, columns=["date", "subject", "uses"]).astype({"date": "datetime64[ns]"})
        counts = demand.monthly_counts(frame, last=self.month - timedelta(days=1), uses="uses")
        return demand.forecast(counts, months)

    def test_same_month_and_interval_equal_the_library(self):
        """Three years of a class with a season: what the query says is what lib/demand.py says."""
        year = [30, 12, 9, 0, 3, 45, 6, 8, 21, 0, 14, 5]
        series = [max(0, uses + (number * 7) % 5 - 2) for number, uses in enumerate(year * 3)]
        self._loans(self.broad, series)
        self._expect()
        plain = self._plain({self.broad: series})
        ahead = self.Forecast._ahead(self.company, "uses", self.broad)
        self.assertEqual([record.month for record in ahead], [self.month + relativedelta(months=n) for n in range(12)])
        for record, row in zip(ahead, plain.itertuples(), strict=True):
            self.assertLessEqual(abs(record.expected - row.expected), 0.51)
            self.assertTrue(row.low - 1 < record.low <= row.low + 1e-6)
            self.assertTrue(row.high - 1e-6 <= record.high < row.high + 1)
            self.assertEqual((record.method, record.error_count), ("same_month", 12))

    def test_a_short_history_goes_by_its_mean_and_says_how_unsure(self):
        self._loans(self.broad, [12, 18, 15, 15])
        self._expect()
        ahead = self.Forecast._ahead(self.company, "uses", self.broad)
        self.assertEqual(set(ahead.mapped("method")), {"mean"})
        self.assertEqual({(one.low, one.expected, one.high, one.error_count) for one in ahead}, {(7, 15, 23, 0)})

    def test_never_a_bare_line(self):
        """Every figure to come stands between two others, and an interval says how many errors are behind it."""
        self._loans(self.broad, [30, 10, 20] * 10)
        self._loans(self.rare, [0, 0, 6, 0] * 6, back=4)
        self._expect()
        ahead = self.Forecast.search([("state", "=", "ahead"), ("company_id", "=", self.company.id)])
        self.assertTrue(ahead)
        for record in ahead:
            self.assertTrue(record.low <= record.expected <= record.high and record.method)
        self.assertTrue(all(one.low < one.high for one in ahead.filtered("expected")))

    def test_a_rarely_used_class_follows_the_one_above(self):
        """Ten uses in two years, none of them lately: its share of what the class above expects."""
        self._loans(self.broad, [18, 27, 9] * 10)
        self._loans(self.rare, [5, 5], back=12)
        self._expect()
        above = self.Forecast._ahead(self.company, "uses", self.broad)
        ahead = self.Forecast._ahead(self.company, "uses", self.rare)
        share = 10 / (18 * 24 + 10)
        self.assertEqual(set(ahead.mapped("method")), {"parent"})
        for record, other in zip(ahead, above, strict=True):
            self.assertLessEqual(abs(record.expected - share * other.expected), 1)
        self.assertEqual(set(ahead.mapped("error_count")), {12})

    def test_a_class_holds_its_narrower_classes(self):
        self._loans(self.broad, [10] * 30)
        self._loans(self.rare, [15] * 30)
        self._expect()
        for about, expected in ((self.rare, 15), (self.broad, 25), (None, 25)):
            self.assertEqual(set(self.Forecast._ahead(self.company, "uses", about).mapped("expected")), {expected})

    def test_nothing_about_four_people(self):
        self._loans(self.broad, [10] * 30, self.people[:4])
        self._expect()
        self.assertFalse(self.Forecast.search([("company_id", "=", self.company.id)]))

    def test_months_of_few_people_are_not_told_and_the_others_are_rounded(self):
        self._loans(self.broad, [12] * 23, back=1)
        self._loans(self.broad, [4], self.people[:2])
        self._expect()
        past = self.Forecast.search([("state", "=", "past"), ("subject_id", "=", self.broad.id)], order="month")
        self.assertEqual((past[-1].has_actual, past[-1].actual), (False, 0))
        self.assertEqual({(one.has_actual, one.actual) for one in past[:-1]}, {(True, 10)})

    def test_cases_by_service(self):
        service = self.env["library.service"].create({"name": "Novelty search", "kind": "novelty"})
        for patron in self.people[:6]:
            self._case(patron, service_id=service.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE library_case SET create_date = %s WHERE service_id = %s",
            [self.month - timedelta(days=3), service.id],
        )
        self._expect("cases")
        self.assertEqual(set(self.Forecast._ahead(self.company, "cases", service).mapped("expected")), {6})

    def test_a_period_without_data(self):
        """No use at all, and a use that ended years ago, are nothing to go by."""
        self._expect()
        self.assertFalse(self.Forecast.search([("company_id", "=", self.company.id)]))
        self._loans(self.broad, [20] * 12, back=30)
        self._expect()
        self.assertFalse(self.Forecast.search([("company_id", "=", self.company.id), ("kind", "=", "uses")]))

    def test_the_job_run_twice_leaves_the_same(self):
        self._loans(self.broad, [12, 18] * 15)
        self._run("forecast")
        columns = SQL("kind, service_id, subject_id, month, state, expected, low, high, method, error_count, actual")
        query = SQL("SELECT %s FROM library_forecast ORDER BY 1, 2, 3, 4", columns)
        first = self.env.execute_query(query)
        self._run("forecast")
        self.assertEqual(self.env.execute_query(query), first)
        job = self.env["library.analysis.job"].search([("code", "=", "forecast")])
        self.assertIn("2", self.Forecast._sentence_forecast(self.Forecast._summary_forecast(self.today)))
        self.assertEqual(job.model, "library.forecast")

    def test_what_comes_after_the_day_is_not_known(self):
        self._loans(self.broad, [10] * 30)
        earlier = self.month - relativedelta(months=6)
        self._loans(self.broad, [500] * 6)
        self._expect(as_of=earlier)
        self.assertEqual(set(self.Forecast._ahead(self.company, "uses", self.broad).mapped("expected")), {10})

    def test_other_institutions_and_outsiders_see_nothing(self):
        self._loans(self.broad, [12] * 30)
        self._expect()
        other = self.env["res.company"].create({"name": "Another library"})
        stranger = self.librarian.copy(
            {"login": "elsewhere", "company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertTrue(self.Forecast.with_user(self.librarian).search([]))
        self.assertFalse(self.Forecast.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.Forecast.with_user(self.portal_user).search([])
        with self.assertRaises(AccessError):
            self.Forecast.with_user(self.staff["manager"]).create(
                {"company_id": self.company.id, "kind": "uses", "month": date(2026, 1, 1), "state": "ahead"}
            )

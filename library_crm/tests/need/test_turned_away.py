from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from ...connectors.counter_report import Report, Source
from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestTurnedAway(LibraryCase):
    """Readers whom a licence turned away are a sign of a need, and nobody knows who they were. Feature: 1.4, 5.2"""

    def setUp(self):
        super().setUp()
        self.subject = self.env.ref("library_crm.subject_clc_v")
        self.resource = self.env["library.resource"].create(
            {"name": "Flight Online", "coverage_ids": [(6, 0, self.subject.ids)]}
        )
        self.month = fields.Date.context_today(self.env["library.need"]).replace(day=1) - relativedelta(months=1)
        self.Need = self.env["library.need"]

    def _take_in(self, counts, platform="Flight Online"):
        """A report with {(title, metric): count}."""
        report = Report("TR", "5.1", date_from=self.month, date_to=self.month)
        for (title, metric), count in counts.items():
            source = Source(platform, title)
            report.sources[source.key] = source
            report.counts[source.key, metric, self.month] = count
        before = self.Need.search([("origin", "=", "latent")])
        self.env["library.counter.run"]._take_in(report, self.company, "test")
        return self.Need.search([("origin", "=", "latent")]) - before

    def test_one_need_for_a_class_with_a_sign_for_each_title(self):
        need = self._take_in({("Airships", "No_License"): 40, ("Balloons", "No_License"): 12,
                              ("Kites", "Limit_Exceeded"): 9})  # fmt: skip
        self.assertEqual(len(need), 1)
        self.assertEqual((need.subject_ids, need.patron_id.id), (self.subject, False))
        signs = {(sign.kind, sign.count) for sign in need.signal_ids}
        self.assertEqual(signs, {("no_license", 40), ("no_license", 12), ("limit_exceeded", 9)})
        self.assertIn("Airships (Flight Online): 40 readers", need.evidence)
        self.assertIn("too many read at once", need.evidence)

    def test_fewer_than_five_are_no_sign(self):
        self.assertFalse(self._take_in({("Airships", "No_License"): 4, ("Airships", "Total_Item_Requests"): 900}))

    def test_the_same_report_and_the_nightly_job_add_nothing(self):
        need = self._take_in({("Airships", "No_License"): 40})
        self.assertFalse(self._take_in({("Airships", "No_License"): 40}))
        self.Need._draft_latent(self.company)
        self.assertEqual(len(need.signal_ids), 1)
        self.assertFalse(self._take_in({("Airships", "No_License"): 55}))
        self.assertEqual(need.signal_ids.count, 55)

    def test_what_somebody_judged_stays_and_another_title_is_heard(self):
        need = self._take_in({("Airships", "No_License"): 40})
        need._settle("withdrawn")
        other = self._take_in({("Airships", "No_License"): 41, ("Balloons", "No_License"): 12})
        self.assertEqual((need.state, len(need.signal_ids), len(other)), ("withdrawn", 1, 1))

    def test_a_platform_nobody_registered_stands_for_itself(self):
        need = self._take_in({("Airships", "No_License"): 7}, platform="Unknown House")
        self.assertIn("Unknown House", need.name)

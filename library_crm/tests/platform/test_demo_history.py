from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.library_crm.lib.demo_topics import OPEN_AT_MOST

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestDemoHistory(LibraryCase):
    """The invented years hold together, ask nothing of anybody and are the same each time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = {name: cls.env[name].search([]).ids for name in ("library.case", "library.patron")}
        cls.mails_before = cls.mails.search_count([])
        cls.env["library.demo.history"]._fill(cases=80, months=14, patrons=12)
        cls.cases = cls.env["library.case"].search([("id", "not in", cls.before["library.case"])])

    def test_cases_hold_together(self):
        """Each case has a patron, a need with a class and, once closed, a result and one counted log."""
        now = fields.Datetime.now()
        self.assertEqual(len(self.cases), 80)
        self.assertEqual(
            self.env["library.patron"].search_count([("id", "not in", self.before["library.patron"])]), 12)
        closed = self.cases.filtered(lambda case: case.stage_code == "closed")
        for case in closed:
            self.assertLessEqual(case.create_date, case.date_first_answer)
            self.assertLessEqual(case.date_first_answer, case.date_closed)
            self.assertLessEqual(case.date_closed, now)
            self.assertEqual(case.need_ids.state, case.resolution)
            self.assertEqual(len(case.log_ids), 1)
            self.assertTrue(case.read_level and case.minutes)
        self.assertTrue(all(case.patron_id and case.need_ids.subject_ids for case in self.cases))
        self.assertEqual(set(closed.mapped("promise_kept")), {"kept", "missed"})
        self.assertTrue(closed.rating_ids)
        self.assertTrue(self.env["library.outcome"].search([("case_id", "in", closed.ids)]))

    def test_nothing_is_asked_of_anybody(self):
        """Few cases are open, all are claimed and promised for later; nobody is mailed or given an activity."""
        still_open = self.cases.filtered(lambda case: case.stage_code != "closed")
        self.assertLessEqual(len(still_open), OPEN_AT_MOST)
        self.assertTrue(still_open)
        self.assertTrue(all(case.user_id and not case.is_overdue for case in still_open))
        self.assertFalse(self.cases.activity_ids)
        self.assertEqual(self.mails.search_count([]), self.mails_before)
        self.assertFalse(self.cases.log_ids.filtered(lambda log: not log.is_confirmed))

    def test_the_same_each_time(self):
        """A second call adds other people, who ask the same things at the same times."""
        self.env["library.demo.history"]._fill(cases=80, months=14, patrons=12)
        known = self.before["library.case"] + self.cases.ids
        again = self.env["library.case"].search([("id", "not in", known)])
        facts = ["name", "create_date", "service_id", "resolution", "minutes", "promise_kept"]
        self.assertEqual(
            [list(row.values())[1:] for row in again.read(facts)],
            [list(row.values())[1:] for row in self.cases.read(facts)],
        )
        self.assertFalse(again.patron_id & self.cases.patron_id)

    def test_only_for_demo_data(self):
        """A manager does not write history."""
        with self.assertRaises(AccessError):
            self.env["library.demo.history"].with_user(self.staff["manager"])._fill(cases=1, months=1, patrons=1)

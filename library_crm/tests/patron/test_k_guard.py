from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install", "security")
class TestKGuard(LibraryCase):
    """Feature: T8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM library_usage")
        cls.report = cls.env["library.usage.report"]
        patrons = cls.env["library.patron"].create(
            [{"name": f"Reader {number}", "email": f"reader{number}@patrons.test"} for number in range(14)]
        )
        rows = []
        # loans of fourteen people, visits of nine, one event of two
        for kind, count, uses in (("loan", 14, 3), ("visit", 9, 2), ("event", 2, 7)):
            for patron in patrons[:count]:
                rows.append({
                    "company_id": cls.company.id, "patron_id": patron.id, "month": "2026-03-01", "kind": kind,
                    "uses": uses, "channel": "remote" if patron == patrons[0] else "onsite",
                })
        cls.env["library.usage"].create(rows)

    def _figures(self, groupby, domain=(), report=None):
        rows = (report or self.report)._read_group(domain, groupby, ["uses:sum", "persons:count_distinct"])
        return {row[:-2]: row[-2:] for row in rows}

    def test_small_cells_and_one_that_would_give_them_away_are_empty(self):
        self.assertEqual(
            self._figures(["kind"]), {("event",): (None, None), ("visit",): (None, None), ("loan",): (42, 14)}
        )
        self.assertEqual(self._figures([]), {(): (74, 14)})

    def test_the_superuser_and_the_manager_see_the_same(self):
        expected = self._figures(["kind"])
        for user in (self.env.ref("base.user_root"), self.env.ref("base.user_admin"), self.staff["manager"]):
            self.assertEqual(self._figures(["kind"], report=self.report.with_user(user)), expected)
            self.assertEqual(self._figures(["kind"], report=self.report.with_user(user).sudo()), expected)

    def test_a_filter_shows_nothing_that_the_whole_does_not(self):
        self.assertEqual(self._figures([], [("kind", "=", "event")]), {(): (None, None)})
        self.assertEqual(self._figures([], [("kind", "!=", "event")])[()][0], 42)
        self.assertEqual(self._figures([], [("kind", "in", ["event", "visit"])]), {(): (None, None)})
        self.assertEqual(self._figures([], [("channel", "=", "remote")]), {(): (None, None)})

    def test_what_the_client_calls(self):
        report = self.report.with_user(self.librarian)
        groups = report.formatted_read_group([], ["kind"], ["uses:sum", "__count"])
        self.assertEqual(
            {group["kind"]: group["uses:sum"] for group in groups}, {"event": None, "visit": None, "loan": 42})
        sets = report.formatted_read_grouping_sets([], [[], ["kind"], ["kind", "channel"]], ["uses:sum", "__count"])
        self.assertEqual(sets[0][0]["uses:sum"], 74)
        self.assertNotIn(14, [group["uses:sum"] for group in sets[1]])
        hidden = {group["kind"] for group in sets[2] if group["channel"] == "remote" and group["uses:sum"] is None}
        self.assertEqual(hidden, {"loan", "visit", "event"})
        listed = report.web_read_group([], ["kind"], aggregates=["uses:sum"])
        self.assertEqual([group["uses:sum"] for group in listed["groups"] if group["kind"] == "event"], [None])

    def test_no_row_is_found_read_or_exported(self):
        self.env.cr.execute("SELECT id FROM library_usage LIMIT 1")
        [row_id] = self.env.cr.fetchone()
        for report in (self.report, self.report.sudo(), self.report.with_user(self.staff["manager"])):
            self.assertFalse(report.search([]))
            self.assertEqual(report.search_count([]), 0)
            self.assertEqual(report.search_read([], ["uses"]), [])
            self.assertEqual(report.web_search_read([], {"uses": {}})["records"], [])
            with self.assertRaises(AccessError):
                report.browse(row_id).read(["uses", "persons"])
            with self.assertRaises(UserError):
                report.browse(row_id).export_data(["uses"])
            # what another context says does not open anything
            self.assertFalse(report.with_context(library_k_guard=True).search([]))

    def test_nobody_groups_or_filters_by_person(self):
        for domain, groupby, aggregates in (
            ([("id", "!=", 5)], [], ["uses:sum"]),
            ([("persons", "=", self.patron.id)], [], ["uses:sum"]),
            ([("uses", ">", 6)], [], ["uses:sum"]),
            ([], ["persons"], ["uses:sum"]),
            ([], ["kind"], ["uses:max"]),
            ([], ["kind"], ["persons:array_agg"]),
            ([], ["kind"], ["id:recordset"]),
        ):
            with self.subTest(domain=domain, groupby=groupby, aggregates=aggregates), self.assertRaises(AccessError):
                self.report._read_group(domain, groupby, aggregates)
        with self.assertRaises(AccessError):
            self.report._read_group([], ["kind"], ["uses:sum"], having=[("uses:sum", "<", 20)])
        with self.assertRaises(UserError):
            self.report._read_group(["|", ("month", "=", "2026-03-01"), ("kind", "=", "loan")], [], ["uses:sum"])

    def test_strangers_and_patrons_see_nothing_at_all(self):
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.report.with_user(user)._read_group([], ["kind"], ["uses:sum"])

    def test_another_institution_sees_its_own(self):
        company = self.env["res.company"].create({"name": "Another library"})
        self.librarian.company_ids += company
        report = self.report.with_user(self.librarian).with_context(allowed_company_ids=company.ids)
        self.assertEqual(report._read_group([], ["kind"], ["uses:sum"]), [])

    def test_counts_of_somebody_who_was_de_identified_are_not_shown_alone(self):
        subject = self.env["library.subject"].search([], limit=1)
        self.env["library.usage"].create({
            "company_id": self.company.id, "patron_id": self.patron.id, "month": "2026-03-01", "kind": "loan",
            "subject_id": subject.id, "uses": 11,
        })
        self.assertEqual(self._figures(["subject_id"])[subject,], (None, None))
        self.env["library.usage"]._lose_person(self.patron.ids)
        self.assertEqual(self._figures(["subject_id"])[subject,], (None, None))
        self.assertEqual(self._figures(["kind"])["loan",], (53, 15))

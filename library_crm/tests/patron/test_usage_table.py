from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestUsageTable(LibraryCase):
    """Feature: 11.6, T8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM library_usage")

    def _usage(self, **values):
        return self.env["library.usage"].create(
            {"company_id": self.company.id, "patron_id": self.patron.id, "month": "2024-03-01", "kind": "loan",
             "uses": 3, **values}
        )

    def _rows(self):
        self.env.cr.execute(
            "SELECT tableoid::regclass::text, patron_id, month::text, uses FROM library_usage ORDER BY id"
        )
        return self.env.cr.fetchall()

    def test_each_year_has_a_partition_of_its_own(self):
        self._usage()
        self._usage(month="2023-12-01", uses=1)
        self.assertEqual(
            self._rows(),
            [("library_usage_2024", self.patron.id, "2024-03-01", 3),
             ("library_usage_2023", self.patron.id, "2023-12-01", 1)],
        )

    def test_rows_that_came_before_their_partition_move_into_it(self):
        self.env.cr.execute(
            "INSERT INTO library_usage (company_id, patron_id, month, kind, channel, uses)"
            " VALUES (%s, %s, '2011-05-01', 'visit', 'onsite', 2)", [self.company.id, self.patron.id]
        )
        self.assertEqual(self._rows()[0][0], "library_usage_default")
        self._usage(month="2011-06-01")
        self.assertEqual([row[0] for row in self._rows()], ["library_usage_2011"] * 2)
        self.assertEqual(sum(row[3] for row in self._rows()), 5)

    def test_uses_go_with_their_patron(self):
        self._usage()
        kept = self._usage(patron_id=self.other_patron.id)
        self.patron.unlink()
        self.assertEqual([row[1] for row in self._rows()], [kept.patron_id.id])

    def test_nobody_reads_single_rows(self):
        self._usage()
        for person in self.staff.values():
            with self.subTest(person=person.login):
                self.assertFalse(self.env["library.usage"].with_user(person).has_access("read"))

    def test_months_of_a_patron_are_for_relationship_librarians(self):
        subject = self.env["library.subject"].search([], limit=1)
        month = self.env.cr.now().date().replace(day=1)
        self._usage(month=month, subject_id=subject.id, run_id=1)
        self._usage(month=month, subject_id=subject.id, run_id=2, uses=4)
        self._usage(month=month.replace(year=month.year - 3))
        for role in ("librarian", "steward", "privacy"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.patron.with_user(self.staff[role])._usage_by_month()
        with self.assertRaises(AccessError):
            self.other_patron.with_user(self.portal_user)._usage_by_month()
        [row] = self.patron.with_user(self.staff["relations"])._usage_by_month(12)
        self.assertEqual((row["kind"], row["uses"], row["subject_id"]), ("loan", 7, None))
        self.patron._give("interests")
        [row] = self.patron.with_user(self.staff["relations"])._usage_by_month(12)
        self.assertEqual(row["subject_id"], subject.id)

    def test_days_of_use_are_closed_to_other_staff(self):
        self.assertNotIn("date_last_visit", self.patron.with_user(self.librarian).fields_get())
        self.assertNotIn("date_last_visit", self.patron.with_user(self.portal_user).fields_get())
        self.assertIn("date_last_visit", self.patron.with_user(self.staff["relations"]).fields_get())

    def test_classes_and_branches_with_uses_are_not_deleted(self):
        branch = self.env["library.branch"].create({"name": "Kiosk"})
        subject = self.env["library.subject"].create({"name": "Kites", "scheme": "clc", "code": "ZZ9"})
        self._usage(branch_id=branch.id, subject_id=subject.id)
        for record in (branch, subject):
            with self.assertRaises(UserError):
                record.unlink()
        self.patron.unlink()
        branch.unlink()
        subject.unlink()
        self.assertFalse(branch.exists() or subject.exists())

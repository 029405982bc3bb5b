from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestPatronSnapshot(LibraryCase):
    """Figures of past months keep the groups that patrons belonged to then.

    Feature: 12.3
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["library.patron.type"].create({"name": "Kind under test"})
        cls.people = cls.env["library.patron"].create(
            [{"name": f"Reader {number}", "type_id": cls.kind.id, "lifecycle": "active"} for number in range(6)]
        )
        # a group of fewer than five beside them would hide them as well: subtraction would show it
        cls.env["library.patron"].create([{"name": f"Guest {number}"} for number in range(5)])
        cls.Snapshot = cls.env["library.patron.snapshot"]
        cls.Report = cls.env["library.patron.snapshot.report"]

    def _night(self, day):
        cursor = None
        while True:
            cursor, _done, _total = self.Snapshot._analyse_snapshots(day, cursor)
            if not cursor:
                return

    def _counts(self, user=None):
        rows = self.Report.with_user(user or self.staff["relations"])._read_group(
            [], ["month:month", "type_id"], ["persons:count_distinct"]
        )
        return {month: count for month, kind, count in rows if kind == self.kind}

    def test_a_past_month_stays_as_it_was(self):
        self._night(date(2026, 3, 10))
        self.people[:1].type_id = False
        self._night(date(2026, 4, 10))
        self._night(date(2026, 4, 11))
        self.assertEqual(self._counts(), {date(2026, 3, 1): 6, date(2026, 4, 1): 5})

    def test_four_patrons_are_not_shown_to_anybody(self):
        self.people[:2].type_id = False
        self._night(date(2026, 3, 10))
        for user in (self.staff["relations"], self.staff["manager"], self.env.ref("base.user_root")):
            with self.subTest(user=user.login):
                self.assertFalse(self._counts(user).get(date(2026, 3, 1)))

    def test_rows_about_people_are_read_by_nobody(self):
        self._night(date(2026, 3, 10))
        for role in ("librarian", "relations", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.Snapshot.with_user(self.staff[role]).search_read([])

    def test_who_wants_nothing_counted_leaves_no_past(self):
        self._night(date(2026, 3, 10))
        self.people[:1]._withdraw("counts")
        self.assertFalse(self.Snapshot.search_count([("patron_id", "=", self.people[0].id)]))

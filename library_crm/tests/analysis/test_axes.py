from odoo.exceptions import AccessError
from odoo.tests import tagged

from .use_common import LibraryUseCase

AXES = {"activity", "breadth", "depth", "contribution", "voice"}


@tagged("post_install", "-at_install")
class TestAxes(LibraryUseCase):
    """Feature: P2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.active = cls._patrons(1)
        cls._use(cls.active, months=8)
        cls._use(cls.active, kind="download", months=8, channel="remote")
        cls._run("facts", "axes")

    def _axes(self, patron=None):
        return self.env["library.patron.axis"].search([("patron_id", "=", (patron or self.active).id)])

    def test_each_axis_has_a_level_and_says_why(self):
        axes = self._axes()
        self.assertEqual((axes.activity, axes.breadth, axes.depth), (2, 2, 0))
        chart = axes._get_chart()
        self.assertEqual({one["axis"] for one in chart}, AXES)
        self.assertIn("8 days", chart[0]["why"])
        self.assertTrue(all(0 <= one["level"] <= 4 for one in chart))

    def test_there_is_no_single_score(self):
        numbers = {
            name
            for name, field in self.env["library.patron.axis"]._fields.items()
            if field.type in ("integer", "float", "monetary") and name != "id"
        }
        self.assertEqual(numbers, AXES)

    def test_a_manager_moves_the_marks(self):
        mark = self.env["library.patron.axis.level"].search([("axis", "=", "activity"), ("level", "=", 3)])
        mark.with_user(self.staff["manager"]).minimum = 8
        self._run("axes")
        self.assertEqual(self._axes().activity, 3)
        with self.assertRaises(AccessError):
            mark.with_user(self.staff["lead"]).minimum = 9

    def test_switched_off_means_none(self):
        self.active._withdraw("counts")
        self.assertFalse(self._axes())
        self._run("facts", "axes")
        self.assertFalse(self._axes())

    def test_rebuilt_is_the_same(self):
        names = ["activity", "breadth", "depth", "contribution", "voice", "evidence", "as_of"]
        before = self.env["library.patron.axis"].search([], order="patron_id").read(names)
        self.env["library.patron.axis"]._forget_axes()
        self.assertFalse(self.env["library.patron.axis"].search([]))
        self._run("axes")
        after = self.env["library.patron.axis"].search([], order="patron_id").read(names)
        self.assertEqual([{**row, "id": 0} for row in after], [{**row, "id": 0} for row in before])

    def test_the_desk_sees_none_by_any_way(self):
        desk = self.env["library.patron"].with_user(self.librarian)
        Axis = self.env["library.patron.axis"].with_user(self.librarian)
        for look in (
            lambda: self.active.with_user(self.librarian).read(["axis_chart"]),
            lambda: self.active.with_user(self.librarian).read(["axis_ids"]),
            lambda: desk.search([("axis_ids.activity", ">", 1)]),
            lambda: desk.formatted_read_group([], ["axis_ids"], ["__count"]),
            lambda: Axis.search([]),
            lambda: Axis.formatted_read_group([], ["activity"], ["__count"]),
        ):
            with self.assertRaises(AccessError):
                look()
        arch = desk.get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertNotIn("axis_chart", arch)
        self.assertTrue(self.active.with_user(self.staff["relations"]).axis_chart)

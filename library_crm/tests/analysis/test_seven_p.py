from odoo.tests import tagged

from .use_common import LibraryUseCase


@tagged("post_install", "-at_install")
class TestSevenP(LibraryUseCase):
    """Feature: T5, T7, T8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members = cls._patrons(20, degree_stage="doctoral")
        cls.others = cls._patrons(15, degree_stage="bachelor")
        cls._use(cls.members[:12], months=8)
        cls._use(cls.members[12:], kind="download", months=4, back=3, channel="remote")
        cls._run("facts", "axes")
        cls.segment = cls.Segment.create({"name": "Doctoral", "domain": "[('degree_stage', '=', 'doctoral')]"})

    def _table(self, part, title):
        return next(table for table in self.segment.get_page(part)["tables"] if table["title"] == title)

    def test_profile_beside_everybody_with_the_source_of_each_fact(self):
        table = self._table("profile", "Stage of study")
        rows = {row["label"]: row["cells"] for row in table["rows"]}
        self.assertEqual(rows["Doctoral"], [20, "100%", 20, "57%"])
        for table in self.segment.get_page("profile")["tables"]:
            self.assertTrue(table["note"], table["title"])

    def test_a_small_difference_to_everybody_is_hidden(self):
        """Everybody less the members is a group too."""
        self.others[3:].active = False
        table = self._table("profile", "Stage of study")
        rows = {row["label"]: row["cells"] for row in table["rows"]}
        self.assertIsNone(rows["Bachelor"][2])

    def test_recency_frequency_breadth(self):
        table = self._table("persistency", "Last use and days of use in a year")
        self.assertEqual(table["rows"][-1]["cells"][-1], 20)
        self.assertTrue(all(cell is None or cell == 0 or cell >= 5 for row in table["rows"] for cell in row["cells"]))

    def test_loyalty_is_more_than_loans(self):
        rows = {row["label"]: row["cells"][0] for row in self._table("persistency", "Ties in the last year")["rows"]}
        self.assertEqual(rows["Used the library remotely"], 8)
        self.assertEqual(rows["Used the library on site"], 12)

    def test_the_curve_of_staying_falls(self):
        curve = self._table("persistency", "How long they stay")["curve"]
        shares = [share for _month, share in curve]
        self.assertEqual(shares[0], 1.0)
        self.assertEqual(shares, sorted(shares, reverse=True))

    def test_a_segment_of_three_has_no_page(self):
        self.members[3:].degree_stage = "staff"
        self._run("segments")
        for part in ("profile", "persistency"):
            for table in self.segment.get_page(part)["tables"]:
                for row in table["rows"]:
                    self.assertNotIn(3, row["cells"])
                    self.assertNotIn("100%", row["cells"][:2])

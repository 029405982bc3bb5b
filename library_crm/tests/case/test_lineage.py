from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestLineage(LibraryCase):
    """Feature: 31.8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steward = cls.staff["steward"]
        cls.insight = cls.env["library.insight"].with_user(cls.librarian).create({"name": "Drawer 7 has the harbour"})
        cls.insight.with_user(cls.steward)._decide("article", "Often asked")
        cls.article = cls.insight.article_id
        cls.case = cls._case(user_id=cls.librarian.id, article_ids=[(6, 0, cls.article.ids)])
        cls.solution = cls.env["library.solution"].create({"name": "Harbour maps, a list"})
        cls.case.solution_ids = cls.solution
        cls.case.write({
            "stage_id": cls.env["library.case.stage"].search([("code", "=", "closed")], limit=1).id,
            "resolution": "met", "confirmation": "confirmed", "date_closed": cls.env.cr.now(),
        })
        cls.next_one = cls.env["library.insight"].with_user(cls.librarian).create(
            {"name": "The list needs dates", "workroom_id": cls.case._ensure_workroom().id})

    def _edges(self, walked):
        names = {node["id"]: node["kind"] for node in walked["nodes"]}
        return {(names[edge["from"]], names[edge["to"]], edge["kind"]) for edge in walked["edges"]}

    def test_the_whole_loop_can_be_walked_from_any_of_its_parts(self):
        for record in (self.insight, self.article, self.solution, self.next_one):
            with self.subTest(start=record._name):
                walked = self.env["library.lineage"].with_user(self.librarian).walk(record._name, record.id)
                self.assertLessEqual(
                    {("insight", "article", "grew"), ("article", "case", "cited"), ("article", "solution", "reused"),
                     ("solution", "case", "delivered"), ("case", "outcome", "ended"), ("case", "insight", "learned")},
                    self._edges(walked))
                self.assertEqual(walked["nodes"][0]["res_id"], record.id)

    def test_a_case_of_colleagues_is_drawn_without_its_name(self):
        walked = self.env["library.lineage"].with_user(self.colleague).walk("library.article", self.article.id)
        [case] = [node for node in walked["nodes"] if node["kind"] == "case"]
        self.assertEqual((case["label"], case["model"], case["res_id"]), ("A case of colleagues", False, False))
        self.assertNotIn(self.case.name, str(walked))
        self.assertNotIn(self.portal_user.name, str(walked))

    def test_patrons_and_strangers_walk_nothing(self):
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.env["library.lineage"].with_user(user).walk("library.article", self.article.id)
        with self.assertRaises(AccessError):
            self.env["library.lineage"].with_user(self.librarian).walk("res.partner", self.patron.partner_id.id)

    def test_figures_of_the_loop(self):
        figures = self.env["library.lineage"].with_user(self.librarian)._loop_figures()
        self.assertEqual(figures["helped"], 1)
        self.assertEqual(figures["led_on"], 1)
        self.assertIsNone(figures["median_days"], "one is too few")
        more = self.env["library.insight"].create([{"name": f"Insight {number}"} for number in range(5)])
        more.write({"article_id": self.article.id, "date": Date.today() - timedelta(days=10)})
        figures = self.env["library.lineage"].with_user(self.librarian)._loop_figures()
        self.assertEqual((figures["helped"], figures["median_days"]), (6, 10))
        self.assertEqual(figures["rate"], figures["helped"] / figures["told"])

    def test_what_we_created_by_year(self):
        """Feature: 31.8"""
        rows = {
            (row.kind, row.name): row
            for row in self.env["library.knowledge.created"].with_user(self.librarian).search([])
        }
        told = rows["insight", "Drawer 7 has the harbour"]
        self.assertEqual((told.article_count, told.used_count, told.helped_count, told.origin), (1, 1, 1, "staff"))
        self.assertEqual(rows["solution", "Harbour maps, a list"].helped_count, 1)
        self.assertEqual(rows["insight", "The list needs dates"].helped_count, 0)

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install", "library_dialogue")
class TestDemandTrend(LibraryCase):
    """Words that people begin to ask for. Feature: 16.6"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Trend = cls.env["library.demand.trend"]
        partners = cls.env["res.partner"].create([{"name": f"Reader {number}"} for number in range(6)])
        cls.readers = cls.env["library.patron"].create([{"partner_id": partner.id} for partner in partners])
        cls.today = fields.Date.today() + timedelta(days=1)
        cls.needs = cls.env["library.need"]
        for days in (3, 12, 20, 30, 40, 50):
            for number, reader in enumerate(cls.readers):
                name = ("Opening hours in summer", "How to renew a loan", "借阅证丢了", "自习座位")[number % 4]
                cls._need(name, reader, days)

    @classmethod
    def _need(cls, name, patron, days):
        need = cls.env["library.need"].create({"name": name, "patron_id": patron.id})
        need.flush_recordset()
        cls.env.cr.execute("UPDATE library_need SET create_date = %s WHERE id = %s",
                           [fields.Datetime.now() - timedelta(days=days), need.id])  # fmt: skip
        cls.needs |= need
        return need

    def _find(self):
        self.env.invalidate_all()
        return self.Trend._find(self.company, self.today)

    def test_what_several_people_begin_to_ask_for_is_found(self):
        for reader in self.readers[:3]:
            self._need("大语言模型的使用规范", reader, 2)
        self.env["library.feedback"]._take({
            "body": "貴館有大語言模型的課程嗎？", "kind": "question", "source": "portal", "acknowledge": False,
            "patron_id": self.readers[3].id,
        })
        self.env["library.search.miss"]._note("大语言模型")
        trends = self._find()
        trend = trends.filtered(lambda one: one.key == "大语言模型")
        self.assertEqual((trend.count, trend.base_count, trend.people), (5, 0, 5))
        self.assertEqual((trend.need_count, trend.feedback_count, trend.search_count), (3, 1, 1))
        self.assertLess(trend.p_value, 0.05)
        self.assertFalse(trends.filtered(lambda one: "opening" in one.key or "借阅" in one.key))

    def test_run_twice_it_finds_the_same_and_keeps_what_was_decided(self):
        for reader in self.readers[:4]:
            self._need("retraction watch", reader, 2)
        trend = self._find()
        trend.with_user(self.librarian).action_look()
        self.assertEqual(self._find(), trend)
        self.assertEqual((trend.state, trend.user_id), ("looked", self.librarian))

    def test_two_people_are_no_trend(self):
        for reader in self.readers[:2]:
            for _time in range(4):
                self._need("quantum entanglement", reader, 2)
        self.assertFalse(self._find())

    def test_the_title_of_a_case_counts_once_with_its_need(self):
        for reader in self.readers[:3]:
            self._case(patron=reader, name="zebrafish genome", need_ids=[
                (0, 0, {"name": "zebrafish genome", "patron_id": reader.id})])  # fmt: skip
        self.assertEqual(self._find().count, 3)

    def test_something_is_begun_in_the_own_right(self):
        for reader in self.readers[:5]:
            self._need("carbon footprint", reader, 2)
        trend = self._find()
        manager = self.staff["manager"]
        for verb, model in (
            ("action_write_article", "library.article"), ("action_suggest_purchase", "library.purchase.suggestion"),
            ("action_note_need", "library.need"), ("action_make_service", "library.service"),
            ("action_improve", "library.improvement"),
        ):
            with self.subTest(verb=verb):
                action = getattr(trend.with_user(manager), verb)()
                self.assertEqual((action["res_model"], trend.state), (model, "acted"))
                self.assertEqual(self.env[model].browse(action["res_id"]).name, "carbon footprint")
                self.assertEqual(trend.action_open_acted()["res_id"], action["res_id"])
        with self.assertRaises(AccessError):
            trend.with_user(self.librarian).action_make_service()

    def test_examples_are_those_that_the_reader_may_read(self):
        for reader in self.readers[:3]:
            self._case(patron=reader, name="zebrafish genome", team=self.other_team)
        trend = self._find()
        self.assertEqual(trend.mapped("name"), ["zebrafish genome"])
        self.assertFalse(trend.with_user(self.librarian).examples, "cases of another team")
        self.assertIn("zebrafish genome", trend.with_user(self.colleague).examples)
        with self.assertRaises(AccessError):
            trend.with_user(self.portal_user).read(["name"])
        with self.assertRaises(AccessError):
            trend.with_user(self.portal_user).action_look()
        with self.assertRaises(AccessError):
            trend.with_user(self.staff["manager"]).write({"count": 9})

import json
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LibraryCase

PACKS = Path(__file__).resolve().parents[2] / "data" / "packs"


@tagged("post_install", "-at_install")
class TestSetupPack(LibraryCase):
    """A library starts with what its kind needs. Feature: 12.4"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.staff["manager"]
        cls.packs = {pack.code: pack.with_user(cls.manager) for pack in cls.env["library.setup.pack"].search([])}
        cls.types = cls.env["library.patron.type"].with_context(active_test=False)
        # as after an installation without examples: nobody has touched anything
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE library_patron_type SET write_uid = 1")
        cls.env.cr.execute("UPDATE library_service SET write_uid = 1")
        cls.env.invalidate_all()

    def _type(self, code):
        return self.types.search([("code", "=", code)])

    def _service(self, code):
        return self.env["library.service"].with_context(active_test=False).search([("code", "=", code)])

    def test_each_kind_of_library(self):
        for code, pack in self.packs.items():
            with self.subTest(pack=code):
                pack._apply(self.company)
                content = json.loads((PACKS / f"{code}.json").read_text(encoding="utf-8"))
                for entry in content["types"]:
                    kind = self._type(entry["code"])
                    self.assertTrue(kind.active)
                    self.assertEqual(kind.name, entry["name"]["en_US"])
                    self.assertLessEqual(
                        {fact["name"] for fact in entry["facts"]},
                        {fact["name"] for fact in kind.patron_properties_definition})
                for entry in content["services"]:
                    self.assertEqual(self._service(entry["code"]).answer_hours, entry["answer_hours"])
                segments = self.env["library.segment"].search([("company_id", "=", self.company.id)])
                self.assertLessEqual({entry["code"] for entry in content["segments"]}, set(segments.mapped("code")))
                for kind, keep_count in content["retention"].items():
                    self.assertEqual(self.env["library.retention.policy"]._keeps(kind, self.company), keep_count)
                self.assertTrue(pack.date_applied)

    def test_names_are_chinese_for_a_chinese_reader(self):
        self.packs["school"]._apply(self.company)
        pupil = self._type("PUPIL")
        self.assertEqual(pupil.with_context(lang="zh_CN").name, "学生")
        self.assertEqual(pupil.with_context(lang="zh_TW").name, "學生")
        tip = self._service("reading_tip")
        self.assertEqual(tip.with_context(lang="zh_TW").summary, "我喜歡一本書，想找類似的。")

    def test_every_name_has_its_languages(self):
        def texts(node):
            if isinstance(node, dict) and "en_US" in node:
                yield node
            elif isinstance(node, (dict, list)):
                for child in node.values() if isinstance(node, dict) else node:
                    yield from texts(child)

        for file in PACKS.glob("*.json"):
            for text in texts(json.loads(file.read_text(encoding="utf-8"))):
                with self.subTest(file=file.name, text=text["en_US"]):
                    self.assertTrue(text["zh_CN"] and text["zh_TW"])

    def test_twice_changes_nothing(self):
        pack = self.packs["academic"]
        pack._apply(self.company)
        self.assertLessEqual({row["action"] for row in pack._plan(self.company)}, {"same", "keep"})
        counts = pack._apply(self.company)
        self.assertFalse({"add", "change", "archive"} & set(counts))

    def test_own_edits_stay_when_the_kind_changes(self):
        self.packs["academic"]._apply(self.company)
        reference = self._service("reference")
        reference.with_user(self.manager).answer_hours = 3
        self._type("STU").with_user(self.manager).name = "Learner"
        self.packs["special"]._apply(self.company)
        self.assertEqual(reference.answer_hours, 3)
        self.assertEqual(self._service("subject_search").solution_hours, 24)
        self.packs["academic"]._apply(self.company)
        self.assertEqual(self._type("STU").name, "Learner")
        self.assertEqual(self._service("subject_search").solution_hours, 40)

    def test_nothing_in_use_is_archived(self):
        self.packs["academic"]._apply(self.company)
        self.patron.type_id = self._type("PHD")
        self.assertFalse(self.env["library.patron"].search([("type_id", "=", self._type("ALU").id)]))
        self.packs["school"]._apply(self.company)
        self.assertTrue(self._type("PHD").active)
        self.assertFalse(self._type("ALU").active)
        own = self.types.create({"name": "Friends of the library", "code": "FRIEND"})
        self.packs["academic"]._apply(self.company)
        self.assertTrue(self._type("ALU").active)
        self.assertTrue(own.active)

    def test_the_wizard_shows_before_it_does(self):
        Setup = self.env["library.setup"].with_user(self.manager).with_context(lang="zh_CN")
        setup = Setup.create({"pack_id": self.packs["school"].id})
        self.assertIn("教师", setup.preview)
        self.assertFalse(self._type("TEACHER"))
        setup.action_apply()
        self.assertTrue(self._type("TEACHER"))

    def test_only_a_manager(self):
        for role in ("librarian", "lead", "steward", "privacy"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.packs["school"].with_user(self.staff[role])._apply(self.company)

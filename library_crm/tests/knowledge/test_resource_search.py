from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestResourceSearch(LibraryCase):
    """What do we have for …? Feature: 5.1, 1.4"""

    def _found(self, words, user=None):
        hits = self.env["library.search.document"].with_user(user or self.librarian)._search_index(words)
        return {(hit.model, hit.res_id) for hit in hits}

    def test_resources_stand_beside_articles_and_solutions(self):
        subject = self.env.ref("library_crm.subject_clc_k")
        resource = self.env["library.resource"].create({
            "name": "Zeppelin charts", "description": "Airship routes over the delta", "coverage_ids": subject.ids,
        })
        solution = self.env["library.solution"].create({"name": "Zeppelin routes of 1929"})
        found = self._found("zeppelin")
        self.assertLessEqual({(resource._name, resource.id), (solution._name, solution.id)}, found)
        self.assertEqual(
            self.env["library.resource"].with_user(self.librarian).search([("search_text", "=", "airship")]), resource
        )
        self.assertFalse(self._found("zeppelin", self.portal_user))

    def test_archived_resources_are_found_by_nobody(self):
        resource = self.env["library.resource"].create({"name": "Zeppelin charts"})
        self.assertTrue(self._found("zeppelin"))
        resource.active = False
        self.assertFalse(self._found("zeppelin"))
        resource.active = True
        self.assertTrue(self._found("zeppelin"))


@tagged("post_install", "-at_install")
class TestSearchMiss(LibraryCase):
    """What was looked for in vain is counted without persons. Feature: 1.4"""

    def setUp(self):
        super().setUp()
        self.Miss = self.env["library.search.miss"]
        self.Miss.search([]).unlink()

    def _look(self, words, user=None, offset=0):
        article = self.env["library.article"].with_user(user or self.env.ref("base.public_user"))
        return article._portal_results(words, self.env["library.subject"], None, offset)

    def test_counted_by_day_and_nothing_else_is_kept(self):
        for words in ("Qwertz ferry", "qwertz  FERRY", "ferry qwertz"):
            self._look(words)
        self._look("qwertz ferry", self.portal_user)
        self._look("qwertz ferry", offset=10)
        self._look("qwertz ferry", self.librarian)
        miss = self.Miss.search([])
        self.assertEqual((len(miss), miss.count, miss.company_id), (1, 4, self.company))
        columns = set(self.Miss._fields) - {"id", "display_name"}
        self.assertEqual(columns, {"name", "key", "date", "count", "subject_id", "company_id"})

    def test_what_was_found_is_no_miss(self):
        self.env["library.article"].create({
            "name": "Qwertz ferry", "visibility": "public", "state": "published", "company_id": self.company.id,
        })
        self._look("qwertz")
        self.assertFalse(self.Miss.search([]))

    def test_what_may_name_somebody_is_not_kept(self):
        for words in ("wei@patrons.test", "card 20231234567", "?!", "", "13800138000 loans"):
            self.Miss._note(words)
        self.assertFalse(self.Miss.search([]))

    def test_a_machine_fills_no_table(self):
        from odoo.addons.library_crm.models.knowledge import library_search_miss

        self.patch(library_search_miss, "MOST_A_DAY", 3)
        for number in range(6):
            self.Miss._note(f"try word{number}")
        self.assertEqual(self.Miss.search_count([]), 3)

    def test_frequent_on_two_days(self):
        today = fields.Date.context_today(self.Miss)
        rows = [("ferry", 0, 2), ("ferry", 3, 2), ("bridge", 0, 9), ("old", 60, 5), ("old", 61, 5)]
        self.Miss.create([
            {"name": word, "key": word, "date": today - timedelta(days=ago), "count": count,
             "company_id": self.company.id}
            for word, ago, count in rows
        ])
        found = self.Miss._frequent(self.company, today - timedelta(days=30), 3)
        self.assertEqual([(row[0], row[3]) for row in found], [("ferry", 4)])

    def test_forgotten_after_half_a_year(self):
        today = fields.Date.context_today(self.Miss)
        old, new = self.Miss.create([
            {"name": "a", "key": "a", "date": today - timedelta(days=days), "count": 1, "company_id": self.company.id}
            for days in (181, 179)
        ])
        self.Miss._gc_old()
        self.assertEqual((old | new).exists(), new)

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...connectors.harvested import Harvested
from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestFeedItem(LibraryCase):
    """Feature: 5.6, 32.1, 32.5"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steward = cls.staff["steward"]
        cls.Item = cls.env["library.feed.item"]
        cls.Subject = cls.env["library.subject"]
        cls.medicine = cls.env.ref("library_crm.subject_clc_r")
        cls.feed = cls.env["library.feed"].create({"name": "Papers", "url": "https://papers.test/feed"})
        cls.today = cls.env.cr.now().date()

    def _take(self, *rows, feed=None, company=None):
        rows = [Harvested(**row).tidy(self.today) for row in rows]
        return self.Item._upsert(rows, company or self.company, feed if feed is not None else self.feed)

    def _item(self, identifier):
        return self.Item.search([("identifier", "=", identifier)])

    def test_what_is_the_same(self):
        counts = self._take(
            {"identifier": "a", "title": "The history of harbours", "date": "2020", "doi": "10.1/ABCD.1"},
            {"identifier": "b", "title": "Another wording", "doi": "https://doi.org/10.1/abcd.1"},
            {"identifier": "c", "title": "Anything else at all", "doi": "10.1000/x1"},
            {"identifier": "d", "title": "Whatever it is called", "doi": "10.1000/X1"},
            {"identifier": "e", "title": "THE HISTORY, of harbours!", "date": "2020-05"},
            {"identifier": "f", "title": "The history of harbours", "date": "1999"},
            {"identifier": "g", "title": "Editorial", "date": "2020"},
            {"identifier": "h", "title": "Editorial", "date": "2020"},
        )
        self.assertEqual((counts["created"], counts["duplicate"]), (8, 2))
        self.assertEqual(self._item("d").duplicate_of_id, self._item("c"))
        self.assertEqual(self._item("e").duplicate_of_id, self._item("a"))
        self.assertEqual(self._item("e").state, "dropped")
        self.assertFalse((self._item("f") | self._item("g") | self._item("h")).duplicate_of_id)

    def test_the_same_page_twice_changes_nothing(self):
        row = {"identifier": "a", "title": "Clinical trials of vaccines", "summary": "Medicine."}
        self._take(row)
        before = self._item("a").read()
        counts = self._take(row)
        self.assertEqual(counts, {"created": 0, "changed": 0, "duplicate": 0, "deleted": 0})
        self.assertEqual(self._item("a").read(), before)

    def test_withdrawn_items_keep_what_was_decided(self):
        self._take({"identifier": "a", "title": "Clinical trials"})
        item = self._item("a").with_user(self.steward)
        item.action_keep()
        counts = self._take({"identifier": "a", "is_deleted": True}, {"identifier": "never", "is_deleted": True})
        self.assertEqual((counts["deleted"], item.is_deleted, item.state), (1, True, "kept"))
        self.assertFalse(self._item("never"))
        self._take({"identifier": "a", "title": "Clinical trials"})
        self.assertFalse(item.is_deleted)

    def test_rules_of_the_feed(self):
        self.feed.write({
            "keep_words": "vaccine, clinical trial", "drop_words": "call for papers\nobituary",
            "keep_subject_ids": self.medicine.ids,
        })
        self._take(
            {"identifier": "a", "title": "Vaccines for all"},
            {"identifier": "b", "title": "Call for papers: vaccines"},
            {"identifier": "c", "title": "Bridges", "marks": [("clc", "R473.7")]},
            {"identifier": "d", "title": "Bridges of stone"},
        )
        self.assertEqual([self._item(each).state for each in "abcd"], ["kept", "dropped", "kept", "new"])
        self.assertEqual(self._item("a").decision_reason, "vaccine")
        self.assertEqual(self._item("b").decision_reason, "call for papers")
        self.feed.default_decision = "drop"
        self._take({"identifier": "e", "title": "Tunnels"})
        self.assertEqual(self._item("e").state, "dropped")

    def test_classes_with_the_words_that_led_to_them(self):
        found = self.Subject._suggest("Nursing and surgery in a hospital: a clinical medicine handbook")
        self.assertTrue(found, "shipped names and synonyms are enough")
        self.assertEqual(found[0][0].code, "R")
        self.assertTrue({word.lower() for word in found[0][2]} & {"nursing", "surgery", "hospital", "medicine"})
        self.assertEqual(self.Subject._suggest("zzz qqq 2024"), [])
        self._take({"identifier": "a", "title": "Hospital nursing after surgery"})
        item = self._item("a")
        self.assertIn("R", item.suggested_subject_ids.mapped("code"))
        self.assertTrue(item.suggested_words)
        item.with_user(self.steward).action_accept_classes()
        self.assertLessEqual(item.suggested_subject_ids, item.subject_ids)

    def test_chinese_texts_find_their_class(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.medicine.with_context(lang="zh_CN").write({"name": "医药、卫生", "synonyms": "临床, 护理, 疫苗"})
        found = self.Subject._suggest("醫院裡的臨床護理")
        self.assertEqual(found[0][0], self.medicine)
        self.assertIn("臨床護理", "".join(found[0][2]))

    def test_learns_from_what_was_kept(self):
        self._take(*({"identifier": f"z{number}", "title": f"Zeppelin construction part {number}",
                      "marks": [("clc", "V2")]} for number in range(4)))
        self.Item.search([("identifier", "=like", "z%")]).with_user(self.steward).action_keep()
        self.env.registry.clear_cache()
        found = self.Subject._suggest("A zeppelin over the town")
        self.assertEqual(found[0][0].code, "V")
        self.assertEqual([word.lower() for word in found[0][2]], ["zeppelin"])

    def test_into_the_register_and_into_an_article(self):
        self._take({
            "identifier": "a", "title": "Clinical trials of vaccines", "creators": ["Ada Lovelace"], "lang": "eng",
            "url": "https://papers.test/1", "doi": "10.5555/a", "summary": "<b>All</b> of them", "date": "2024",
        })
        item = self._item("a").with_user(self.steward)
        action = item.action_make_resource()
        self.assertEqual((action["res_model"], item.state), ("library.resource", "acquired"))
        self.assertEqual((item.resource_id.url, item.resource_id.langs), ("https://papers.test/1", "en"))
        item.action_make_resource()
        self.assertEqual(self.env["library.resource"].search_count([("name", "=", item.title)]), 1)
        item.action_make_article()
        article = item.article_id
        self.assertEqual((article.state, article.summary, article.lang), ("draft", "All of them", "en_US"))
        self.assertEqual((article.source_ids.identifier, article.source_ids.creator, article.source_ids.date_issued),
                         ("10.5555/a", "Ada Lovelace", "2024"))
        self.assertEqual(article.source_ids.resource_id, item.resource_id)

    def test_who_may_decide(self):
        self._take({"identifier": "a", "title": "Clinical trials"})
        item = self._item("a")
        for name in ("action_keep", "action_drop", "action_reopen", "action_accept_classes", "action_make_resource",
                     "action_make_article"):
            for user in (self.librarian, self.portal_user):
                with self.subTest(name=name, user=user.login), self.assertRaises(AccessError):
                    getattr(item.with_user(user), name)()
        with self.assertRaises(AccessError):
            item.with_user(self.portal_user).read(["title"])
        with self.assertRaises(AccessError):
            self.Item.with_user(self.steward).create(
                {"identifier": "x", "title": "x", "company_id": self.company.id})
        other = self.env["res.company"].create({"name": "Another library"})
        self._take({"identifier": "a", "title": "Clinical trials"}, feed=self.env["library.feed"], company=other)
        self.assertEqual(self.Item.with_user(self.librarian).search([("identifier", "=", "a")]), item)

    def test_markup_and_scripts_of_a_source_are_text(self):
        self._take({"identifier": "a", "title": "<script>alert(1)</script>Piers <b>of</b> stone",
                    "summary": "&lt;img src=x onerror=alert(1)&gt;Long", "url": "javascript:alert(1)"})
        item = self._item("a")
        self.assertEqual((item.title, item.summary, item.href), ("Piers of stone", "Long", False))

    def test_classes_are_suggested_on_a_form(self):
        article = self.env["library.article"].with_user(self.librarian).create(
            {"name": "Hospital nursing", "summary": "Surgery and clinical medicine"})
        context = {"active_model": "library.article", "active_id": article.id}
        Suggestion = self.env["library.class.suggestion"].with_user(self.librarian).with_context(**context)
        form = Form(Suggestion)
        suggestion = form.save()
        self.assertEqual(suggestion.line_ids[:1].subject_id, self.medicine)
        self.assertTrue(suggestion.line_ids[:1].words)
        suggestion.action_apply()
        self.assertIn(self.medicine, article.subject_ids)
        with self.assertRaises(UserError):
            Suggestion.with_context(active_model="res.users", active_id=2).create({})
        with self.assertRaises(AccessError):
            self.env["library.class.suggestion"].with_user(self.colleague).create(
                {"res_model": "library.article", "res_id": article.id}).action_apply()

    def test_a_big_page_is_quick(self):
        with self.assertQueryCount(80):
            self._take(*({"identifier": f"n{number}", "title": f"Harbour {number} of the northern coast",
                          "date": "2024"} for number in range(300)))

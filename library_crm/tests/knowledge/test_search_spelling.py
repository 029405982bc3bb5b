import json
import re
from urllib.parse import quote

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.library_crm.controllers import portal_suggest
from odoo.addons.library_crm.lib.rate import RateLimit

from .common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestSearchSpelling(KnowledgeCase, HttpCase):
    """Mistyped words, Chinese by its sound, suggestions while a question is typed. Feature: 31.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._published("How to renew a loan", body="<p>Sign in to the library catalogue and renew.</p>")
        cls.chinese = cls._published("图书馆如何续借", body="<p>登入后点选续借图书。</p>", lang="zh_CN")
        cls.secret = cls._published("Embezzlement in the treasury", body="<p>Hush.</p>", visibility="staff")

    def _meant(self, query, user=None):
        return self.Document.with_user(user or self.public)._did_you_mean(query, ["library.article"])

    def _portal(self, query, user=None):
        Article = self.Article.with_user(user or self.public)
        return Article._portal_results(query, self.env["library.subject"].with_user(user or self.public), None, 0)

    def test_typing_error_is_corrected(self):
        self.assertEqual(self._meant("renwe a laon"), "renew a loan")
        self.assertEqual(self._meant("Catalouge"), "catalogue")
        self.assertIsNone(self._meant("renew a loan"))
        self.assertIsNone(self._meant("xylophones"))

    def test_chinese_by_sound(self):
        self.assertEqual(self._meant("tushuguan"), "图书馆")
        self.assertEqual(self._meant("图书管"), "图书馆")
        self.assertEqual(self._meant("圖書管"), "图书馆")

    def test_guess_gives_no_secret_away(self):
        self.assertIsNone(self._meant("embezzlemnt"))
        self.assertIsNone(self._meant("embezzlemnt", self.patron))
        self.assertEqual(self._meant("embezzlemnt", self.writer), "embezzlement")

    def test_results_of_what_was_meant(self):
        results = self._portal("catalouge")
        self.assertEqual(results["shown_for"], "catalogue")
        self.assertEqual([row["article"] for row in results["rows"]], [self.article])
        results = self._portal("renew catalouge")
        self.assertEqual(results["did_you_mean"], "renew catalogue")
        self.assertNotIn("did_you_mean", self._portal("renew"))

    def test_corrected_search_is_no_miss(self):
        Miss = self.env["library.search.miss"]
        before = Miss.search_count([])
        self._portal("catalouge")
        self.assertEqual(Miss.search_count([]), before)
        self._portal("xylophones")
        self.assertEqual(Miss.search_count([]), before + 1)

    def test_words_lead_to_a_class(self):
        """A word that no text holds leads to the class it is a synonym of. Feature: 32.3"""
        self.medicine.synonyms = "nursing, wombatology"
        self.article.with_user(self.steward).subject_ids = [Command.link(self.medicine.id)]
        results = self._portal("wombatology")
        self.assertEqual(results["shown_class"], self.medicine)
        self.assertEqual([row["article"].id for row in results["rows"]], self.article.ids)
        self.assertIn(self.medicine, self._portal("nursing a loan")["leads"])

    def test_page_says_what_it_shows(self):
        page = self.url_open("/library/knowledge?search=catalouge")
        self.assertIn("Shown for", page.text)
        self.assertIn("How to renew a", page.text)
        self.assertIn("Did you mean", self.url_open("/library/knowledge?search=renew+catalouge").text)
        self.assertNotIn("Did you mean", self.url_open("/library/knowledge?search=renew").text)

    # While a question is typed

    def _suggest(self, words):
        response = self.url_open(f"/library/suggest?q={quote(words)}")
        return response, json.loads(response.text)

    def test_suggestions(self):
        response, found = self._suggest("How can I renew my loans?")
        self.assertEqual(response.status_code, 200)
        self.assertIn("private", response.headers["Cache-Control"])
        self.assertEqual([row["url"] for row in found["rows"]][0], self.article.access_url)
        self.assertIn("This answered me", found["html"])

    def test_suggestions_keep_secrets(self):
        for words in ("embezzlement", "embezzlement treasury hush"):
            self.assertNotIn("mbezzle", self._suggest(words)[0].text)

    def test_suggestions_of_junk(self):
        for query in ("", "q=", "q=%00", "q=" + "a" * 6000, "q[]=x", "q=%ED%A0%80", "q=%3Cscript%3E"):
            with self.subTest(query=query):
                response = self.url_open(f"/library/suggest?{query}")
                self.assertLess(response.status_code, 500)
                self.assertNotIn("<script>", response.text)

    def test_too_many_suggestions(self):
        self.patch(portal_suggest, "SUGGESTIONS", RateLimit(most=1, seconds=3600))
        self._suggest("renew")
        self.assertEqual(self._suggest("renew")[0].status_code, 429)

    def test_deflection_counts_what_the_patron_says(self):
        Deflection = self.env["library.deflection"]
        self._suggest("How can I renew my loans?")
        self.assertFalse(Deflection.search([("article_id", "=", self.article.id)]))
        form = self.url_open("/library/ask").text
        service = re.search(r"/library/ask/(\d+)", form)[1]
        form = self.url_open(f"/library/ask/{service}").text
        self.assertIn("o_library_suggestions", form)
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
        slug = self.env["ir.http"]._slug(self.article)
        for _twice in range(2):
            answer = self.url_open(
                "/library/suggest/answered",
                data={"csrf_token": token, "article": slug, "question": "How can I renew my loans?"},
            )
            self.assertIn("was not sent", answer.text)
        counted = Deflection.search([("article_id", "=", self.article.id)])
        self.assertEqual(counted.mapped("count"), [1])
        self.assertNotIn("renew", counted.words_key)
        self.assertFalse({"create_uid", "write_uid"} & set(Deflection._fields))

    def test_deflection_needs_a_post_and_a_readable_article(self):
        slug = self.env["ir.http"]._slug(self.secret)
        self.assertIn(self.url_open(f"/library/suggest/answered?article={slug}").status_code, (404, 405))
        refused = self.url_open("/library/suggest/answered", data={"article": slug, "question": "x"})
        self.assertIn(refused.status_code, (400, 404))
        self.assertFalse(self.env["library.deflection"].search([("article_id", "=", self.secret.id)]))


@tagged("post_install", "-at_install")
class TestSubjectAuthority(KnowledgeCase):
    """Classes that are merged lead on. Feature: 32.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Subject = cls.env["library.subject"]
        cls.old = Subject.create({"scheme": "clc", "code": "R99", "name": "Wombat care", "synonyms": "burrows"})
        cls.child = Subject.create({"scheme": "clc", "code": "R991", "name": "Teeth", "parent_id": cls.old.id})
        cls.article = cls._published("Wombats at home", subject_ids=[(6, 0, cls.old.ids)])

    def test_merge(self):
        self.env["library.search.document"]._index_pending()
        self.old.with_user(self.steward)._merge_into(self.medicine)
        self.assertEqual(self.article.subject_ids, self.medicine)
        self.assertEqual(self.child.parent_id, self.medicine)
        self.assertEqual(self.old.merged_into_id, self.medicine)
        self.assertFalse(self.old.active)
        self.assertIn("burrows", self.medicine.synonyms)
        self.assertIn("Wombat care", self.medicine.synonyms)
        self.assertEqual(self._found("wombats", self.public, subject_ids=self.medicine.ids), [self.article])
        Article = self.Article.with_user(self.public)
        self.assertEqual(Article._portal_filters({"subject": str(self.old.id)})[1], self.medicine)

    def test_who_may_merge(self):
        with self.assertRaises(AccessError):
            self.old.with_user(self.writer)._merge_into(self.medicine)
        steward_old = self.old.with_user(self.steward)
        for target in (self.old, self.child, self.env.ref("library_crm.subject_ddc_600")):
            with self.assertRaises(ValidationError):
                steward_old._merge_into(target)

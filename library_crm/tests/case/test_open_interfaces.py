import json
import re

from lxml import etree

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import JsonCalls
from ..knowledge.common import KnowledgeCase

ATOM = {"a": "http://www.w3.org/2005/Atom"}
ORIGIN = "https://www.example.edu"


@tagged("post_install", "-at_install")
class TestOpenInterfaces(KnowledgeCase, JsonCalls, HttpCase):
    """Feed, page markup, JSON and the embedded form, each as strangers meet them. Feature: X8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._published(
            "How do I renew </script> a loan?", body="<p>Sign in and renew the zebrafinch.</p>",
            summary="Online & free", subject_ids=[(6, 0, cls.medicine.ids)],
        )  # fmt: skip
        cls.chinese = cls._published("如何續借圖書", lang="zh_TW", translation_of_id=cls.article.id)
        cls.for_patrons = cls._published("Zebrafinch for patrons", visibility="patron")
        cls.for_staff = cls._published("Zebrafinch for staff", visibility="staff")
        cls.draft = cls._draft("Zebrafinch drafted")
        cls.outsider = new_test_user(cls.env, "open_outsider", groups="base.group_portal")
        cls.integration = new_test_user(
            cls.env, "open_integration", groups="base.group_portal,library_crm.group_library_integration")
        cls.env["library.team"].create({"name": "Desk"})
        cls.env["ir.config_parameter"].set_param("library_crm.embed_origins", f"{ORIGIN}/page, nonsense 'none'")
        cls.env["library.search.document"]._index_pending()

    # The feed and the page

    def test_feed(self):
        for login in (None, self.steward.login):
            if login:
                self.authenticate(login, login)
            answer = self.url_open("/library/knowledge.atom")
            self.assertTrue(answer.headers["Content-Type"].startswith("application/atom+xml"))
            tree = etree.fromstring(answer.content)
            titles = [node.text for node in tree.iterfind("a:entry/a:title", ATOM)]
            self.assertIn("How do I renew </script> a loan?", titles)
            self.assertNotIn("Zebrafinch", answer.text)
            ids = [node.text for node in tree.iter(f"{{{ATOM['a']}}}id")]
            self.assertEqual(len(ids), len(set(ids)))

    def test_feed_of_a_class_and_a_language(self):
        tree = etree.fromstring(self.url_open(f"/library/knowledge.atom?subject={self.medicine.id}").content)
        self.assertEqual([node.text for node in tree.iterfind("a:entry/a:title", ATOM)], [self.article.name])
        tree = etree.fromstring(self.url_open("/library/knowledge.atom?lang=zh_TW").content)
        self.assertIn("如何續借圖書", [node.text for node in tree.iterfind("a:entry/a:title", ATOM)])
        self.assertEqual(self.url_open("/library/knowledge.atom?lang=x&subject=%00&search=%FF").status_code, 200)

    def test_page_for_machines(self):
        page = self.url_open(self.article.access_url).text
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        known = json.loads(found[1])
        self.assertEqual(known["@type"], "FAQPage")
        self.assertEqual(known["mainEntity"][0]["name"], self.article.name)
        self.assertIn('name="DC.title"', page)
        self.assertIn(f'rel="canonical" href="{self.article.get_base_url()}{self.article.access_url}"', page)
        self.assertIn('hreflang="zh-TW"', page)
        self.assertIn("/library/knowledge.atom", page)
        for person in (self.writer, self.steward):
            self.assertNotIn(person.name, found[1])
        page = self.url_open(self.chinese.access_url).text
        known = json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.DOTALL)[1])
        self.assertEqual(known["@type"], "Article")

    def test_page_for_patrons_tells_machines_nothing(self):
        self.authenticate(self.patron.login, self.patron.login)
        page = self.url_open(self.for_patrons.access_url).text
        self.assertIn("Zebrafinch", page)
        self.assertNotIn("ld+json", page)
        self.assertNotIn("DC.title", page)

    # JSON

    def test_search_over_json(self):
        for user in (self.integration, self.outsider, self.steward):
            found = self._json2(user, "library.article", "api_search", query="zebrafinch")
            self.assertEqual(found.status_code, 200)
            self.assertEqual([one["id"] for one in found.json()["results"]], [self.article.id])
        found = self._json2(
            self.integration, "library.article", "api_search", query="续借", lang="zh_TW", limit=1).json()
        self.assertEqual([one["lang"] for one in found["results"]], ["zh-TW"])

    @mute_logger("odoo.http")
    def test_search_refuses_in_words(self):
        for values in ({"query": ""}, {"query": "x", "limit": 0}, {"query": "x", "limit": "many"}, {"query": ["x"]},
                       {"query": "x", "lang": "tlh"}, {"query": "x", "limit": True}):  # fmt: skip
            with self.subTest(values=values):
                answer = self._json2(self.integration, "library.article", "api_search", **values)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(":", answer.json()["message"])

    @mute_logger("odoo.http")
    def test_read_over_json(self):
        known = self._json2(self.integration, "library.article", "api_read", article=self.article.id).json()
        self.assertEqual(known["title"], self.article.name)
        self.assertEqual([one["lang"] for one in known["translations"]], ["zh-TW"])
        slug = self.article.access_url.rpartition("/")[2]
        self.assertEqual(
            self._json2(self.steward, "library.article", "api_read", article=slug).json()["id"], self.article.id)
        for hidden in (self.for_patrons, self.for_staff, self.draft):
            answer = self._json2(self.steward, "library.article", "api_read", article=hidden.id)
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn("Zebrafinch", answer.text)
        self.assertEqual(self._json2(self.steward, "library.article", "api_read", article="x' --").status_code, 404)

    @mute_logger("odoo.http")
    def test_ask_over_json(self):
        asked = {"question": "Where are the harbour maps?", "email": "someone@elsewhere.test", "name": "Some One",
                 "key": "catalogue-0123456789", "visitor": "abc"}  # fmt: skip
        for user in (self.outsider, self.writer):
            self.assertEqual(self._json2(user, "library.case", "api_ask", **asked).status_code, 403)
        answer = self._json2(self.integration, "library.case", "api_ask", **asked)
        self.assertEqual(answer.status_code, 200, answer.text)
        number = answer.json()["number"]
        case = self.env["library.case"].browse(number)
        self.assertEqual(case.patron_id.email, "someone@elsewhere.test")
        self.assertNotEqual(case.patron_id.partner_id, self.integration.partner_id)
        again = self._json2(self.integration, "library.case", "api_ask", **asked)
        self.assertEqual(again.json()["number"], number, "the same key makes no second case")
        refused = self._json2(self.integration, "library.case", "api_ask", question="", email="nobody")
        self.assertEqual(refused.status_code, 422)
        self.assertIn("email:", refused.json()["message"])
        self.assertIn("question:", refused.json()["message"])

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_the_integration_account_reads_nothing_else(self):
        for model in ("library.case", "library.patron", "library.need"):
            answer = self._json2(self.integration, model, "search_read", domain=[], fields=["id"])
            self.assertTrue(answer.status_code == 403 or answer.json() == [], model)

    @mute_logger("odoo.http")
    def test_without_a_key_there_is_nothing(self):
        answer = self.url_open("/json/2/library.article/api_search", data=json.dumps({"query": "x"}),
                               headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status_code, 401)

    # The form in other web sites

    def test_only_allowed_sites_show_the_form(self):
        page = self.url_open("/library/embed/ask?lang=zh_CN")
        self.assertEqual(page.status_code, 200)
        policy = page.headers["Content-Security-Policy"]
        self.assertIn(f"frame-ancestors 'self' {ORIGIN};", policy)
        self.assertIn('lang="zh-CN"', page.text)
        self.assertNotIn("Set-Cookie", self.url_open("/library/embed/search").headers)
        self.assertIn("/library/embed/", self.url_open("/library/embed.js").text)
        self.env["ir.config_parameter"].set_param("library_crm.embed_origins", "")
        for path in ("/library/embed/ask", "/library/embed/search", "/library/embed.js"):
            self.assertEqual(self.url_open(path).status_code, 404, path)
        self.assertEqual(self.url_open("/library/embed/ask", data={"question": "x"}).status_code, 404)

    def _send(self, **form):
        return self.url_open("/library/embed/ask", data={
            "question": "Harbour maps, please <b>", "email": "framed@elsewhere.test", "form_key": "f" * 32, **form})

    def test_the_form_opens_a_case_once(self):
        Case = self.env["library.case"]
        before = Case.search_count([])
        for _click in range(2):
            page = self._send()
            self.assertIn("Thank you", page.text)
        self.assertEqual(Case.search_count([]), before + 1)
        self.assertEqual(Case.search([], limit=1, order="id desc").patron_id.email, "framed@elsewhere.test")

    def test_the_form_never_acts_for_a_session(self):
        self.authenticate(self.patron.login, self.patron.login)
        self._send(form_key="g" * 32)
        case = self.env["library.case"].search([], limit=1, order="id desc")
        self.assertEqual(case.patron_id.email, "framed@elsewhere.test")

    def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(self):
        page = self._send(email="nobody", question="<script>alert(1)</script>")
        self.assertEqual(page.status_code, 422)
        self.assertIn("Please give an e-mail address", page.text)
        self.assertNotIn("<script>alert(1)", page.text)
        self.assertIn("&lt;script&gt;alert(1)", page.text)

    def test_robots_and_floods(self):
        Case = self.env["library.case"]
        before = Case.search_count([])
        self.assertIn("A librarian reads it", self._send(homepage="http://spam.example", form_key="h" * 32).text)
        self.assertEqual(Case.search_count([]), before)
        self.env["ir.config_parameter"].set_param("library_crm.forms_per_ip", "3")
        statuses = [self._send(email=f"m{number}@elsewhere.test", form_key=f"{number:032}").status_code
                    for number in range(4)]
        self.assertEqual(statuses[-1], 429)

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import KnowledgeCase

URL = "/library/knowledge"
JUNK = (
    "page=-1", "page=0", "page=x", "page=99999999999999999999",
    "search=%00", "search=%25%27%5C", "search=" + "a" * 5000,
    "search=%F0%9F%99%82", "search=%E4%B9%A6", "search=a&search=b", "search[]=a", "subject=x", "subject=-1",
    "subject=99999999999999999999", "subject=1.5", "subject=", "lang=xx", "lang=%00", "lang=zh_CN&lang=en_US",
    "sortby=x&groupby=y&filterby=z&date_begin=x", "search=%ED%A0%80", "thanks=x", "access_token=0",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestKnowledgePortal(KnowledgeCase, HttpCase):
    """What the library knows, on pages for everybody. Feature: 31.1, 31.2, 32.5"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._published(
            "How to renew a loan",
            body="<p>Sign in &lt;b&gt; and renew.</p>",
            summary="Online, at any hour",
            subject_ids=[(6, 0, cls.medicine.ids)],
            source_ids=[(0, 0, {"name": "Rules of use", "identifier": "10.1000/182"})],
        )
        cls.chinese = cls._published("如何續借圖書", body="<p>登入後點選續借。</p>", lang="zh_TW")
        cls.chinese.with_user(cls.steward).translation_of_id = cls.article
        cls.for_patrons = cls._published("Wombats for patrons", visibility="patron")
        cls.for_staff = cls._published("Wombats for staff", visibility="staff")
        cls.draft = cls._draft("Wombats drafted")

    def _open(self, path="", **options):
        return self.url_open(f"{URL}{path}", **options)

    def test_anybody_browses(self):
        page = self._open()
        self.assertEqual(page.status_code, 200)
        self.assertIn("How to renew a loan", page.text)
        self.assertIn(self.medicine.name, page.text)
        self.assertNotIn("Wombats", page.text)

    def test_anybody_finds(self):
        page = self._open("?search=renewing+loans")
        self.assertIn("<mark>renew</mark>", page.text)
        self.assertIn("<mark>續借</mark>", self._open("?search=续借").text)

    def test_nothing_found_leads_to_a_librarian(self):
        page = self._open("?search=xylophones")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Nothing found", page.text)
        self.assertIn('href="/library/ask"', page.text)

    def test_question_is_shown_as_text(self):
        page = self._open("?search=%3Cscript%3Ealert(1)%3C/script%3E")
        self.assertNotIn("<script>alert(1)", page.text)

    def test_filters(self):
        page = self._open(f"?subject={self.medicine.id}")
        self.assertIn("How to renew a loan", page.text)
        self.assertNotIn("如何續借圖書", page.text)
        page = self._open("?lang=zh_TW")
        self.assertIn("如何續借圖書", page.text)
        self.assertNotIn("How to renew a loan", page.text)

    def test_article_page(self):
        page = self.url_open(self.article.access_url)
        self.assertEqual(page.status_code, 200)
        for text in ("How to renew a loan", "Online, at any hour", "Sign in &lt;b&gt; and renew", "Rules of use",
                     "https://doi.org/10.1000/182", "Checked by the library", "繁體中文", "/library/ask"):  # fmt: skip
            self.assertIn(text, page.text)
        self.assertEqual(self._open(f"/{self.article.id}").status_code, 200)

    def test_what_one_may_not_read_is_not_there(self):
        missing = self._open("/999999999").text.replace("999999999", "")
        for article in (self.for_patrons, self.for_staff, self.draft):
            page = self.url_open(article.access_url)
            self.assertEqual(page.status_code, 404)
            self.assertNotIn("Wombats", page.text)
            # links to the same page in other languages repeat its address
            slug = article.access_url.rpartition("/")[2]
            self.assertEqual(len(page.text.replace(slug, "")), len(missing))
        self.authenticate(self.patron.login, self.patron.login)
        self.assertEqual(self.url_open(self.for_patrons.access_url).status_code, 200)
        self.assertEqual(self.url_open(self.for_staff.access_url).status_code, 404)
        self.assertEqual(self.url_open(self.draft.access_url).status_code, 404)
        found = self._open("?search=wombats").text
        self.assertIn("<mark>Wombats</mark> for patrons", found)
        self.assertNotIn("for staff", found)
        self.assertNotIn("drafted", found)

    def test_staff_preview_a_draft(self):
        self.authenticate(self.writer.login, self.writer.login)
        self.assertIn("Only staff see this page", self.url_open(self.draft.access_url).text)

    def test_access_tokens_open_nothing(self):
        token = self.draft.sudo()._portal_ensure_token()
        self.assertEqual(self.url_open(f"{self.draft.access_url}?access_token={token}").status_code, 404)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_http")
    def test_junk(self):
        for query in JUNK:
            with self.subTest(query=query[:40]):
                self.assertLess(self._open(f"?{query}").status_code, 500)
        for path in ("/x", "/0", "/-1", "/99999999999999999999", "/%00", "/a-1.5", "/%F0%9F%99%82",
                     "/page/-1", "/page/x",
                     "/page/99999999999999999999", "/'--", "/..%2f..%2fetc"):  # fmt: skip
            with self.subTest(path=path):
                self.assertLess(self._open(path).status_code, 500)
        self.assertEqual(self._open("/page/99999999?search=renew").status_code, 200)

    def _vote(self, article=None, token=True, **form):
        if token:
            form["csrf_token"] = Request.csrf_token(self)
        return self.url_open(f"{(article or self.article).access_url}/vote", data=form)

    def test_voting(self):
        self.authenticate(self.patron.login, self.patron.login)
        page = self._vote(helpful="yes")
        self.assertIn("Thank you", page.text)
        self.assertEqual(self._vote(helpful="no", reason="hacked").status_code, 422)
        self._vote(helpful="no", reason="unclear")
        self.article.invalidate_recordset()
        self.assertEqual((self.article.helpful_count, self.article.not_helpful_count), (0, 1))

    @mute_logger("odoo.http")
    def test_voting_needs_a_post_with_a_token(self):
        self.authenticate(self.patron.login, self.patron.login)
        self.assertEqual(self._vote(token=False, helpful="yes").status_code, 400)
        self.assertEqual(self.url_open(f"{self.article.access_url}/vote?helpful=yes").status_code, 405)
        self.assertEqual(self._vote(self.for_staff, helpful="yes").status_code, 404)
        self.article.invalidate_recordset()
        self.assertFalse(self.article.helpful_count or self.for_staff.helpful_count)

    def test_reading_changes_no_article(self):
        before = self.article.read()[0]
        self.url_open(self.article.access_url)
        self.article.invalidate_recordset()
        self.assertEqual(self.article.read()[0], before)

    def test_queries_do_not_grow_with_the_rows(self):
        counts = {}
        # a search with fewer than three hits also asks whether a word was mistyped
        for number in (3, 10):
            while self.Article.search_count([("name", "like", "Capybara")]) < number:
                self._published("Capybara", subject_ids=[(6, 0, self.medicine.ids)])
            self.Document._index_pending()
            for search in ("", "capybara"):
                for _warm in range(2):
                    self.env.invalidate_all()
                    Article = self.Article.with_user(self.public)
                    before = self.env.cr.sql_log_count
                    results = Article._portal_results(search, self.env["library.subject"], None, 0)
                    self.env["ir.qweb"].with_user(self.public)
                    [(row["article"].access_url, row["article"].date_verified) for row in results["rows"]]
                    counts[number, search] = self.env.cr.sql_log_count - before
        self.assertEqual(counts[3, ""], counts[10, ""])
        self.assertEqual(counts[3, "capybara"], counts[10, "capybara"])

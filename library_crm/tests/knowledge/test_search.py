from odoo.tests import tagged

from odoo.addons.library_crm.lib.bm25 import Bm25
from odoo.addons.library_crm.lib.text_tokens import tokens

from .common import KnowledgeCase

TEXTS = {
    "renew": (
        "How to renew a loan", "Sign in to your account, open your loans and choose renew beside the book.", "en_US"),
    "card": ("Getting a library card", "Bring your passport. The card costs nothing and is ready at once.", "en_US"),
    "fines": ("Fines for overdue books", "Each day after the due date costs ten cents for every book.", "en_US"),
    "room": ("Booking a study room", "Rooms are booked for two hours. Bring your library card.", "en_US"),
    "renew_zh": ("如何續借圖書", "登入您的帳戶，打開借閱清單，在圖書旁點選續借。", "zh_TW"),
    "card_zh": ("怎样办理借书证", "请带身份证到总服务台，当场办理，不收费用。", "zh_CN"),
    "inter_zh": ("馆际互借怎么收费", "国内馆际互借每本收邮费，国外按实际费用。", "zh_CN"),
    "room_zh": ("研修间预约", "每次可预约两小时，凭读者证进入。", "zh_CN"),
}
HOSTILE = (
    "", " ", "%", "'", '"', "\\", "\x00", "a\x00b", "%s %(x)s", "';--", "()[]{}*+?", "。，！？", "🙂", "🙂👩‍👩‍👧",
    "書", ":1 :9", "loan:3", "a" * 100_000, "借书" * 50_000, "how to renew " * 8_000, "\ud800", "ﷺ" * 50, "\u202eabc",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestSearch(KnowledgeCase):
    """One search for both scripts that respects who may read what. Feature: P8, 31.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.articles = {
            key: cls._published(name, body=f"<p>{body}</p>", lang=lang) for key, (name, body, lang) in TEXTS.items()
        }

    def assertFinds(self, query, key, user=None, **options):
        found = self._found(query, user or self.public, **options)
        self.assertEqual(found[:1], [self.articles[key]], f"{query}: {[record.name for record in found]}")

    def test_english_questions(self):
        self.assertFinds("how can I renew my loans?", "renew")
        self.assertFinds("renewing", "renew")
        self.assertFinds("What does an overdue book cost per day", "fines")
        self.assertFinds("book a room", "room")

    def test_chinese_questions(self):
        self.assertFinds("怎么办借书证", "card_zh")
        self.assertFinds("馆际互借", "inter_zh")
        self.assertFinds("预约研修间", "room_zh")

    def test_simplified_question_on_traditional_text(self):
        self.assertFinds("续借图书", "renew_zh")
        self.assertFinds("點選續借", "renew_zh")

    def test_snippets_are_marked_and_safe(self):
        article = self._published("Brackets", body="<p>Write &lt;script&gt;alert(1)&lt;/script&gt; in zebras</p>")
        hit = self.Document.with_user(self.public)._search_index("zebra")[0]
        self.assertEqual(hit.res_id, article.id)
        self.assertIn("<mark>zebras</mark>", hit.snippet)
        self.assertNotIn("<script", hit.snippet)
        hit = self.Document.with_user(self.public)._search_index("续借")[0]
        self.assertIn("<mark>續借</mark>", hit.title)

    def test_filters(self):
        self.articles["card"].with_user(self.steward).subject_ids = self.medicine
        self.assertEqual(self._found("card", self.public, subject_ids=self.medicine.ids), [self.articles["card"]])
        narrower = self.env["library.subject"].create(
            {"scheme": "clc", "code": "R999", "name": "Part of it", "parent_id": self.medicine.id}
        )
        self.articles["room"].with_user(self.steward).subject_ids = narrower
        self.assertEqual(len(self._found("card", self.public, subject_ids=self.medicine.ids)), 2)
        self.assertFalse(self._found("card", self.public, lang="zh_CN"))
        self.assertFalse(self._found("card", self.steward, models=["library.solution"]))
        self.assertFalse(self._found("card", self.steward, models=["res.users"]))

    def test_pages(self):
        whole = self._found("card book", self.public, limit=10)
        parts = self._found("card book", self.public, limit=2)
        parts += self._found("card book", self.public, limit=8, offset=2)
        self.assertEqual(whole, parts)
        page = self.Document.with_user(self.public)._search_page("card book", limit=1)
        self.assertEqual((len(page["hits"]), page["total"]), (1, len(whole)))
        self.assertEqual(sum(page["lang_counts"].values()), len(whole))

    def test_everybody_finds_what_he_may_read(self):
        made = {
            "draft": self._draft("Walrus draft"),
            "staff": self._published("Walrus for staff", visibility="staff"),
            "patron": self._published("Walrus for patrons", visibility="patron"),
            "public": self._published("Walrus for everybody"),
            "solution": self.env["library.solution"].create({"name": "Walrus list"}),
        }
        may_find = {
            self.public: {"public"},
            self.patron: {"public", "patron"},
            self.plain: {"public", "patron"},
            self.colleague: set(made),
            self.steward: set(made),
        }
        for user, allowed in may_find.items():
            with self.subTest(user=user.name):
                found = self._found("walrus", user)
                self.assertCountEqual(found, [made[key] for key in allowed])

    def test_changes_of_visibility_show_at_once(self):
        article = self._published("Narwhal")
        self.assertTrue(self._found("narwhal", self.public))
        article.with_user(self.writer).visibility = "patron"
        self.assertFalse(self._found("narwhal", self.public))
        self.assertTrue(self._found("narwhal", self.patron))
        article.with_user(self.steward).action_outdate()
        self.assertFalse(self._found("narwhal", self.patron))
        self.assertTrue(self._found("narwhal", self.colleague))

    def test_a_lying_index_gives_nothing_away(self):
        article = self._draft("Manatee")
        self.assertTrue(self._found("manatee", self.writer))
        self.env.cr.execute("UPDATE library_search_document SET visibility = 'public' WHERE res_id = %s", [article.id])
        self.assertFalse(self._found("manatee", self.public))
        self.assertFalse(self._found("manatee", self.patron))

    def test_lists_leave_out_what_shares_a_single_ideograph(self):
        unrelated = self._published("書店的茶", lang="zh_TW")
        page = self.Document.with_user(self.public)._search_page("借書")
        found = [hit.res_id for hit in page["hits"]]
        self.assertIn(self.articles["card_zh"].id, found)
        self.assertNotIn(unrelated.id, found)
        self.assertIn(unrelated, self._found("借書", self.public), "the ranking itself knows all of them")

    def test_odd_questions(self):
        for query in HOSTILE:
            with self.subTest(query=query[:20]):
                self.assertIsInstance(self.Document.with_user(self.public)._search_index(query), list)
        self.assertEqual(self.Document._search_index(None), [])
        self.assertTrue(self._found("書", self.public))
        self.assertFinds("续借图书" * 3000, "renew_zh")

    def test_ranking_is_that_of_bm25(self):
        """Without titles the index ranks as the reference does."""
        bodies = [f"{body} {name}" for name, body, _lang in TEXTS.values()]
        solutions = self.env["library.solution"].create(
            [{"name": "。", "body": f"<p>{body}</p>"} for body in bodies]
        )  # fmt: skip
        self.articles["renew"].browse(article.id for article in self.articles.values()).sudo().unlink()
        reference = Bm25([tokens(body) for body in bodies])
        for query in ("library card", "renew loan", "续借图书", "馆际互借收费", "book", "two hours rooms"):
            with self.subTest(query=query):
                expected = [(solutions[number], score) for number, score in reference.top(tokens(query), 5)]
                hits = self.Document._search_index(query, limit=5)
                self.assertEqual([hit.res_id for hit in hits], [solution.id for solution, _score in expected])
                for hit, (_solution, score) in zip(hits, expected, strict=True):
                    self.assertAlmostEqual(hit.score, score, 3)

    def test_lists_found_by_words_show_the_best_first(self):
        found = self.Article.with_user(self.writer).search([("search_text", "ilike", "library card")])
        self.assertEqual(found[0], self.articles["card"])
        self.assertLess(len(found), len(TEXTS))
        self.assertEqual(self.Article.search_count([("search_text", "ilike", "续借图书")]), len(
            self.Article.search([("search_text", "ilike", "续借图书")], order="id")
        ))  # fmt: skip
        self.assertFalse(self.Article.search([("search_text", "ilike", "%%'")]))

    def test_one_list_over_everything(self):
        result = self.Document.with_user(self.writer).web_search_read(
            [("search_text", "ilike", "library card")], {"title": {}, "snippet": {}, "kind_name": {}}, limit=5
        )
        self.assertEqual(result["records"][0]["title"], TEXTS["card"][0])
        self.assertIn("<mark>", result["records"][0]["snippet"])
        document = self.Document.with_user(self.writer).browse(result["records"][0]["id"])
        self.assertEqual(document.action_open_record()["res_model"], "library.article")

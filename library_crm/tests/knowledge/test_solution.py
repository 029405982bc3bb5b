from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import KnowledgeCase

BODY = (
    "<p>Dear <b>Ms Obi</b>,</p><p>Amara, the sheds were built in 1926. "
    "Call 138-1234-5678 or write to amara@x.example.</p>"
    "<p>林老师您好，森林伟大，林伟要的资料。</p><p>Best regards,<br/>Tomas</p>"
)
TERMS = {"names": ["Amara Obi", "林伟"], "emails": ["amara@x.example"], "phones": [], "cards": []}


@tagged("post_install", "-at_install")
class TestSolution(KnowledgeCase):
    """A solution becomes an article without its patron. Feature: 31.1, 23.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.solution = cls.env["library.solution"].with_user(cls.writer).create(
            {
                "name": "The sheds, for Amara Obi",
                "body": BODY,
                "lang": "zh_CN",
                "subject_ids": [(6, 0, cls.medicine.ids)],
                "source_ids": [(0, 0, {"name": "Permit 1926/118, seen with Amara Obi", "identifier": "box 14"})],
            }
        )  # fmt: skip
        cls.classPatch(cls.registry["library.solution"], "_identity_terms", lambda _self: TERMS)

    def _wizard(self, user=None, **values):
        return (
            self.env["library.article.from.solution"]
            .with_user(user or self.writer)
            .create({"solution_id": self.solution.id, **values})
        )

    def test_the_patron_leaves_the_text(self):
        wizard = self._wizard()
        for secret in ("Obi", "Amara", "138", "@", "Tomas"):
            self.assertNotIn(secret, f"{wizard.name} {wizard.body}")
        self.assertIn("1926", wizard.body)
        self.assertIn("<b>", wizard.body)
        self.assertGreaterEqual(wizard.removed_count, 6)
        self.assertIn("森林伟大", wizard.body, "a word that may be a name is left to the librarian")
        self.assertIn("林伟", wizard.doubts)

    def test_the_difference_is_shown_and_safe(self):
        self.solution.body = "<p>Amara Obi &lt;script&gt;x&lt;/script&gt;</p>"
        difference = self._wizard().difference
        self.assertRegex(difference, "<del>.*Amara.*</del>")
        self.assertIn("<ins>", difference)
        self.assertNotIn("<script", difference)

    def test_more_words_can_go(self):
        wizard = self._wizard(extra_words="sheds， Permit")
        self.assertNotIn("sheds", wizard.body)

    def test_the_librarian_may_edit(self):
        with Form(self._wizard()) as form:
            form.name = "When the sheds were built"
            form.body = "<p>In 1926.</p>"
            form.is_checked = True
        action = form.record.action_create_article()
        article = self.Article.browse(action["res_id"])
        self.assertEqual((article.name, article.state), ("When the sheds were built", "draft"))
        self.assertIn("1926", article.body)

    def test_the_draft_knows_where_it_comes_from(self):
        article = self.Article.browse(self._wizard(is_checked=True).action_create_article()["res_id"])
        self.assertEqual(article.origin_solution_id, self.solution)
        self.assertEqual(article.subject_ids, self.medicine)
        self.assertEqual(article.lang, "zh_CN")
        self.assertEqual(article.source_ids.identifier, "box 14")
        self.assertNotIn("Amara", article.source_ids.name)
        self.assertEqual(self.solution.article_ids, article)

    def test_authors_of_the_solution_do_not_verify_it(self):
        self.solution.author_ids = self.steward
        article = self.Article.browse(self._wizard(is_checked=True).action_create_article()["res_id"])
        article.with_user(self.writer).action_submit()
        with self.assertRaises(AccessError):
            article.with_user(self.steward).action_verify()
        article.with_user(self.other_steward).action_verify()

    def test_nobody_skips_reading(self):
        with self.assertRaises(UserError):
            self._wizard().action_create_article()

    def test_strangers_make_nothing(self):
        for user in (self.patron, self.public, self.plain, self.privacy):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._wizard(user)

    def test_a_final_text_that_changes_is_a_new_version(self):
        self.solution.body = "<p>draft</p>"
        self.assertEqual(self.solution.version, 1)
        self.solution.action_finalize()
        self.solution.body = "<p>better</p>"
        self.solution.minutes = 5
        self.assertEqual(self.solution.version, 2)

    def test_links_of_sources(self):
        for url, href in (
            ("https://a.example/b", "https://a.example/b"),
            ("10.1000/182", "https://doi.org/10.1000/182"),
            ("javascript:alert(1)", False),
            ("http://[", False),
            ("box 14", False),
        ):
            with self.subTest(url=url):
                self.solution.source_ids.url = url
                self.assertEqual(self.solution.source_ids.href or False, href)

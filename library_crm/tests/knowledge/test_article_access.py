from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import KnowledgeCase

SECRET_FIELDS = (
    "author_id", "owner_id", "contributor_ids", "editor_ids", "verifier_id", "version", "version_ids", "vote_ids")


@tagged("post_install", "-at_install", "security")
class TestArticleAccess(KnowledgeCase):
    """Who reads and writes what the library knows. Feature: 31.1"""

    def test_readers_see_what_is_published_for_them(self):
        articles = {
            (visibility, state): article
            for visibility in ("public", "patron", "staff")
            for state, article in (
                ("draft", self._draft(f"{visibility} draft", visibility=visibility)),
                ("published", self._published(f"{visibility} published", visibility=visibility)),
            )
        }
        may_read = {
            self.public: {("public", "published")},
            self.patron: {("public", "published"), ("patron", "published")},
            self.plain: {("public", "published"), ("patron", "published")},
            self.colleague: set(articles),
            self.steward: set(articles),
            self.privacy: set(articles),
        }
        for user, allowed in may_read.items():
            for key, article in articles.items():
                with self.subTest(user=user.name, article=key):
                    self.assertEqual(article.with_user(user).has_access("read"), key in allowed)
        for user in (self.public, self.patron, self.plain, self.privacy, self.colleague):
            for key, article in articles.items():
                for operation in ("write", "unlink"):
                    with self.subTest(user=user.name, article=key, operation=operation):
                        self.assertFalse(article.with_user(user).has_access(operation))

    def test_states_that_readers_do_not_see(self):
        article = self._published()
        for step in ("action_outdate", "action_back_to_draft", "action_archive_article"):
            getattr(article.with_user(self.steward), step)()
            for user in (self.public, self.patron):
                self.assertFalse(article.with_user(user).has_access("read"), article.state)

    def test_readers_create_nothing(self):
        for user in (self.public, self.patron, self.plain, self.privacy):
            for model in ("library.article", "library.solution", "library.source.citation", "library.article.vote",
                          "library.article.tag", "library.search.document"):  # fmt: skip
                with self.subTest(user=user.name, model=model):
                    self.assertFalse(self.env[model].with_user(user).has_access("create"))

    def test_fields_for_staff(self):
        article = self._published()
        for user in (self.public, self.patron):
            self.assertTrue(article.with_user(user).read(["name", "body", "date_verified"]))
            for name in SECRET_FIELDS:
                with self.subTest(user=user.name, field=name), self.assertRaises(AccessError):
                    article.with_user(user).read([name])

    def test_solutions_and_sources_are_for_staff(self):
        solution = self.env["library.solution"].with_user(self.writer).create(
            {"name": "List", "source_ids": [(0, 0, {"name": "Archive"})]}
        )  # fmt: skip
        records = (solution, solution.source_ids)
        for record in records:
            for user in (self.public, self.patron, self.plain):
                with self.subTest(record=record, user=user.name):
                    self.assertFalse(record.with_user(user).has_access("read"))
            self.assertTrue(record.with_user(self.colleague).has_access("read"))
            self.assertTrue(record.with_user(self.privacy).has_access("read"))
            self.assertFalse(record.with_user(self.privacy).has_access("write"))

    def test_nobody_cites_in_a_strangers_article(self):
        article = self._draft()
        Citation = self.env["library.source.citation"]
        own = Citation.with_user(self.writer).create({"name": "Rules", "article_id": article.id})
        with self.assertRaises(AccessError):
            Citation.with_user(self.colleague).create({"name": "Wrong", "article_id": article.id})
        with self.assertRaises(AccessError):
            own.with_user(self.colleague).write({"name": "Wrong"})
        with self.assertRaises(AccessError):
            own.with_user(self.colleague).unlink()

    def test_institutions_do_not_see_each_other(self):
        company = self.env["res.company"].create({"name": "Another library"})
        stranger = self._user(
            "stranger", "library_crm.group_library_manager", company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        article = self._published("Ours about harbours")
        solution = self.env["library.solution"].create({"name": "Ours about harbours"})
        shared = self._published("Everybody's about harbours", company_id=False)
        self.assertFalse(article.with_user(stranger).has_access("read"))
        self.assertFalse(solution.with_user(stranger).has_access("read"))
        self.assertTrue(shared.with_user(stranger).has_access("read"))
        self.assertEqual(self._found("harbours", stranger), [shared])
        documents = self.Document.with_user(stranger).search([("title", "like", "harbours")])
        self.assertEqual(documents.mapped("res_id"), shared.ids)

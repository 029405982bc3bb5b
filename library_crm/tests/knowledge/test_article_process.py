from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestArticleProcess(KnowledgeCase):
    """Nobody verifies a text that he or she wrote. Feature: 31.1"""

    def test_the_whole_way(self):
        article = self._draft()
        self.assertEqual(article.state, "draft")
        article.action_submit()
        self.assertEqual(article.state, "review")
        article.with_user(self.steward).action_verify()
        self.assertEqual((article.state, article.verifier_id), ("verified", self.steward))
        self.assertTrue(article.date_verified)
        self.assertGreater(article.date_review, fields.Date.today() + timedelta(days=300))
        article.with_user(self.steward).action_publish()
        self.assertEqual(article.state, "published")
        self.assertTrue(article.date_published)

    def test_librarian_does_not_verify(self):
        article = self._draft()
        article.action_submit()
        for user in (self.writer, self.colleague):
            with self.assertRaises(AccessError):
                article.with_user(user).action_verify()

    def test_author_does_not_verify_and_is_told_why(self):
        article = self._draft(user=self.steward)
        article.action_submit()
        self.assertFalse(article.can_verify)
        self.assertIn("colleague", article.verify_note)
        with self.assertRaises(AccessError):
            article.action_verify()
        self.assertTrue(article.with_user(self.other_steward).can_verify)

    def test_last_editor_does_not_verify(self):
        article = self._draft()
        article.action_submit()
        article.with_user(self.steward).write({"body": "<p>Sign in, then choose renew.</p>"})
        self.assertIn(self.steward, article.contributor_ids)
        with self.assertRaises(AccessError):
            article.with_user(self.steward).action_verify()
        article.with_user(self.other_steward).action_verify()
        self.assertEqual(article.state, "verified")

    def test_editing_sources_is_editing_the_text(self):
        article = self._draft()
        article.action_submit()
        self.env["library.source.citation"].with_user(self.steward).create({"name": "Rules", "article_id": article.id})
        with self.assertRaises(AccessError):
            article.with_user(self.steward).action_verify()

    def test_what_the_process_sets_cannot_be_written(self):
        article = self._draft(user=self.steward)
        article.action_submit()
        values = {
            "state": "verified", "author_id": self.writer.id, "verifier_id": self.other_steward.id,
            "date_verified": fields.Datetime.now(), "date_published": fields.Datetime.now(),
            "editor_ids": [Command.clear()], "contributor_ids": [Command.clear()],
            "version": 7, "translated_version": 7, "redirect_id": 1, "helpful_count": 99, "origin_solution_id": 1,
        }  # fmt: skip
        for name, value in values.items():
            for written in (value, False, None):
                with self.subTest(field=name, value=written), self.assertRaises(AccessError):
                    article.write({name: written})
        with self.assertRaises(AccessError):
            article.sudo().write({"state": "verified"})

    def test_context_from_outside_opens_nothing(self):
        article = self._draft(user=self.steward)
        article.action_submit()
        for value in (True, 1, "x", {}, object()):
            with self.subTest(value=value), self.assertRaises(AccessError):
                article.with_context(library_article_transition=value).write({"state": "published"})

    def test_nothing_is_created_beyond_draft(self):
        for values in (
            {"state": "verified"},
            {"state": "published", "verifier_id": self.other_steward.id},
            {"author_id": self.writer.id},
            {"editor_ids": [Command.set(self.writer.ids)]},
            {"verifier_id": self.other_steward.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self._draft(user=self.steward, **values)

    def test_defaults_in_the_context_are_ignored(self):
        article = self.Article.with_user(self.steward).with_context(
            default_state="published", default_author_id=self.writer.id, default_verifier_id=self.other_steward.id
        ).create({"name": "Sneaky"})  # fmt: skip
        self.assertEqual((article.state, article.author_id), ("draft", self.steward))
        self.assertFalse(article.verifier_id)

    def test_nested_writes_are_guarded(self):
        article = self._draft(user=self.steward)
        other = self._draft("Other", user=self.steward)
        for command in (
            Command.create({"name": "x", "state": "verified"}),
            Command.update(other.id, {"state": "verified"}),
        ):
            with self.assertRaises(AccessError):
                other.translation_of_id = article
                article.write({"translation_ids": [command]})

    def test_import_is_guarded(self):
        result = self.Article.with_user(self.steward).load(["name", "state"], [["Imported", "Published"]])
        self.assertFalse(result["ids"])

    def test_copy_of_own_text_by_a_colleague(self):
        article = self._draft(user=self.steward)
        duplicate = article.with_user(self.other_steward).copy()
        self.assertEqual((duplicate.state, duplicate.author_id), ("draft", self.other_steward))
        duplicate.action_submit()
        for user in (self.steward, self.other_steward):
            with self.assertRaises(AccessError):
                duplicate.with_user(user).action_verify()

    def test_owner_may_verify_but_not_by_becoming_author(self):
        article = self._draft(user=self.steward)
        article.owner_id = self.other_steward
        article.action_submit()
        article.with_user(self.other_steward).action_verify()
        self.assertEqual(article.state, "verified")

    def test_form_of_a_librarian_saves(self):
        with Form(self.Article.with_user(self.writer)) as form:
            form.name = "Opening hours"
            form.body = "<p>From nine.</p>"
        article = form.save()
        with Form(article) as form:
            form.body = "<p>From eight.</p>"
        self.assertEqual(article.author_id, self.writer)

    def test_change_of_a_published_text_takes_it_back(self):
        for values in ({"name": "New"}, {"body": "<p>New</p>"}, {"summary": "New"}):
            with self.subTest(values=values):
                article = self._published()
                article.with_user(self.writer).write(values)
                self.assertEqual(article.state, "review")
                self.assertFalse(article.verifier_id or article.date_verified or article.date_published)
                self.assertIn("Writer", article.message_ids[0].body)

    def test_change_of_sources_takes_it_back(self):
        article = self._published()
        self.env["library.source.citation"].with_user(self.writer).create({"name": "Rules", "article_id": article.id})
        self.assertEqual(article.state, "review")
        article.with_user(self.steward).action_verify()
        article.source_ids.with_user(self.writer).name = "New rules"
        self.assertEqual(article.state, "review")
        article.with_user(self.steward).action_verify()
        article.source_ids.with_user(self.writer).unlink()
        self.assertEqual(article.state, "review")

    def test_the_same_text_or_another_class_changes_nothing(self):
        article = self._published()
        article.with_user(self.writer).write({"body": article.body, "name": article.name, "subject_ids": self.medicine})
        self.assertEqual(article.state, "published")

    def test_only_stewards_open_it_to_more_readers(self):
        article = self._published(visibility="staff")
        with self.assertRaises(AccessError):
            article.with_user(self.writer).visibility = "public"
        article.with_user(self.steward).visibility = "patron"
        article.with_user(self.writer).visibility = "staff"
        self.assertEqual(article.state, "published")

    def test_steps_in_the_wrong_state(self):
        article = self._draft()
        for step in ("action_verify", "action_publish", "action_outdate"):
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(article.with_user(self.steward), step)()
        empty = self._draft(body=False)
        with self.assertRaises(UserError):
            empty.action_submit()

    def test_strangers_move_nothing(self):
        article = self._published()
        for user in (self.colleague, self.plain, self.patron, self.public, self.privacy):
            for step in ("action_submit", "action_verify", "action_publish", "action_outdate", "action_back_to_draft",
                         "action_archive_article"):  # fmt: skip
                with self.subTest(user=user.name, step=step), self.assertRaises(AccessError):
                    getattr(article.with_user(user), step)()

    def test_author_takes_nothing_from_its_readers(self):
        article = self._published()
        for step in ("action_archive_article", "action_back_to_draft", "action_outdate"):
            with self.subTest(step=step), self.assertRaises(AccessError):
                getattr(article.with_user(self.writer), step)()

    def test_overdue_review_outdates_and_asks_the_owner(self):
        article, fresh = self._published(), self._published("Fresh")
        article.with_user(self.steward).date_review = fields.Date.today() + timedelta(days=2)
        self.assertTrue(article.is_review_due)
        self.assertIn(article, self.Article.search([("is_review_due", "=", True)]))
        with freeze_time(fields.Datetime.now() + timedelta(days=3)), self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_library_article_outdate").method_direct_trigger()
        self.assertEqual((article.state, fresh.state), ("outdated", "published"))
        self.assertEqual(article.activity_ids.user_id, self.writer)
        article.with_user(self.writer).action_submit()
        article.with_user(self.steward).action_verify()
        self.assertFalse(article.activity_ids)

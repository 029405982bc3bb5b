from base64 import b64encode

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import KnowledgeCase

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@tagged("post_install", "-at_install", "security")
class TestFourEyes(KnowledgeCase):
    """Ways to verify one's own words, and none of them leads there. Feature: 31.1"""

    def _refuse(self, article, *users):
        """None of `users` verifies the article; a steward who wrote none of it does."""
        if article.state == "draft":
            article.with_user(article.sudo().author_id).action_submit()
        for user in users:
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                article.with_user(user).action_verify()
        fresh = self._user(f"fresh_{article.id}", "library_crm.group_library_steward")
        article.with_user(fresh).action_verify()
        self.assertEqual(article.verifier_id, fresh)

    def test_restoring_is_writing(self):
        article = self._draft(body="<p>one</p>")
        article.body = "<p>two</p>"
        article.version_ids.filtered(lambda version: version.number == 1).with_user(self.steward).action_restore()
        self._refuse(article, self.writer, self.steward)

    def test_having_ones_own_old_text_restored(self):
        article = self._draft(body="<p>one</p>")
        article.with_user(self.steward).body = "<p>words of the steward</p>"
        article.with_user(self.writer).body = "<p>three</p>"
        article.action_submit()
        article.with_user(self.other_steward).action_verify()
        article.version_ids.filtered(lambda version: version.number == 2).with_user(self.writer).action_restore()
        self._refuse(article, self.writer, self.steward)

    def test_having_ones_text_kept_apart_and_put_in_by_another(self):
        article = self._draft(body="<p>base</p>")
        article.body = "<p>newer</p>"
        article.with_user(self.steward).write({"body": "<p>words of the steward</p>", "version_seen": 1})
        self.assertEqual(article.body, "<p>newer</p>")
        article.with_user(self.steward).apart_id.with_user(self.writer).action_restore()
        self.assertIn("words of the steward", article.body)
        self._refuse(article, self.writer, self.steward)

    def test_merging_in_ones_own_sources(self):
        own = self._draft("Own", user=self.steward)
        self.env["library.source.citation"].with_user(self.steward).create({"name": "Mine", "article_id": own.id})
        stays = self._published("Stays")
        own.with_user(self.other_steward)._merge_into(stays, "The same", with_sources=True)
        self.assertEqual(stays.state, "review")
        self._refuse(stays, self.writer, self.steward, self.other_steward)

    def test_a_merge_brings_no_text_and_no_state(self):
        own = self._draft("Own", user=self.steward)
        stays = self._draft("Stays")
        own.with_user(self.steward)._merge_into(stays, "The same")
        self.assertEqual((stays.state, stays.name, stays.body), ("draft", "Stays", "<p>Sign in.</p>"))

    def test_translating_ones_own_text(self):
        original = self._draft(user=self.steward)
        translation = original.with_user(self.other_steward)._translate("zh_CN")
        self.assertEqual(translation.state, "draft")
        translation.body = "<p>登录。</p>"
        self._refuse(translation, self.steward, self.other_steward)

    def test_swapping_a_picture_after_it_was_verified(self):
        article = self._draft(
            user=self.steward, body=f'<p><img src="data:image/png;base64,{b64encode(PICTURE).decode()}"></p>')
        article.action_submit()
        article.with_user(self.other_steward).action_verify()
        picture = self.env["ir.attachment"].search([("res_model", "=", "library.article"), ("res_id", "=", article.id)])
        picture.with_user(self.steward).raw = PICTURE + b"another"
        self.assertEqual(article.state, "review")
        self._refuse(article, self.steward)

    def test_commands_on_what_hangs_on_it(self):
        article = self._draft(user=self.steward)
        chapter = self._draft("Chapter", user=self.steward, parent_id=article.id)
        for values in (
            {"child_ids": [Command.update(chapter.id, {"state": "published"})]},
            {"child_ids": [Command.create({"name": "x", "state": "verified"})]},
            {"version_ids": [Command.update(article.version_ids.id, {"user_id": self.writer.id})]},
            {"version_ids": [Command.create({"number": 9, "body": "<p>x</p>"})]},
            {"version_ids": [Command.clear()]},
            {"redirect_id": chapter.id}, {"version": 9}, {"translated_version": 9},
        ):  # fmt: skip
            with self.subTest(values=values), self.assertRaises(AccessError):
                article.write(values)

    def test_import_of_another_persons_name(self):
        own = self.Article.with_user(self.steward)
        for columns, row in (
            (["name", "author_id/.id"], ["x", str(self.writer.id)]),
            (["name", "state"], ["x", "Verified"]),
            (["name", "verifier_id/.id"], ["x", str(self.other_steward.id)]),
            (["name", "version"], ["x", "9"]),
            (["name", "editor_ids/.id"], ["x", str(self.writer.id)]),
        ):
            with self.subTest(columns=columns):
                self.assertFalse(own.load(columns, [row])["ids"])
        numbers = own.load(["name", "body"], [["Imported", "<p>x</p>"]])["ids"]
        self._refuse(self.Article.browse(numbers), self.steward)

    def test_sudo_of_a_colleague_and_defaults(self):
        article = self.Article.with_user(self.steward).sudo().with_context(
            default_state="verified", default_author_id=self.writer.id, default_version=5, default_redirect_id=1,
            default_translated_version=5,
        ).create({"name": "Sneaky", "body": "<p>x</p>"})  # fmt: skip
        self.assertEqual((article.state, article.version, article.redirect_id.id), ("draft", 1, False))
        self._refuse(article.sudo(False), self.steward)

    def test_saving_from_the_form(self):
        article = self._draft()
        article.action_submit()
        with Form(article.with_user(self.steward)) as form:
            form.body = "<p>words of the steward</p>"
        self._refuse(article, self.writer, self.steward)


@tagged("post_install", "-at_install", "security")
class TestFourEyesOverRpc(KnowledgeCase, HttpCase):
    """The same over the wire. Feature: 31.1"""

    @mute_logger("odoo.http")
    def test_nothing_verifies_ones_own_text(self):
        self.steward.password = "steward-secret-1"
        article = self._draft(user=self.steward)
        article.action_submit()
        self.env.flush_all()
        self.authenticate(self.steward.login, "steward-secret-1")

        def call(method, *args, **kwargs):
            return self.url_open(
                "/web/dataset/call_kw", headers={"Content-Type": "application/json"},
                json={"jsonrpc": "2.0", "method": "call", "params": {
                    "model": "library.article", "method": method, "args": args, "kwargs": kwargs,
                }},
            ).json()  # fmt: skip

        for method, args, kwargs in (
            ("action_verify", [article.ids], {}),
            ("write", [article.ids, {"state": "verified"}], {}),
            ("web_save", [article.ids, {"state": "published"}], {"specification": {}}),
            ("write", [article.ids, {"editor_ids": [[5]]}], {}),
            ("write", [article.ids, {"state": "verified"}], {"context": {"library_article_transition": True}}),
            ("_transition", [article.ids, {"state": "verified"}], {}),
            ("_merge_into", [article.ids, article.id, "x"], {}),
            ("create", [{"name": "x", "state": "verified"}], {}),
        ):
            with self.subTest(method=method):
                self.assertIn("error", call(method, *args, **kwargs))
        article.invalidate_recordset()
        self.assertEqual(article.state, "review")

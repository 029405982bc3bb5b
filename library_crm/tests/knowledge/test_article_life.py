from base64 import b64encode

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import KnowledgeCase

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 2000


def pasted(content=PICTURE, kind="png"):
    """An <img> that carries its picture with it."""
    return f'<img src="data:image/{kind};base64,{b64encode(content).decode()}">'


@tagged("post_install", "-at_install")
class TestArticleVersions(KnowledgeCase):
    """Nothing that was saved is lost, and everything that was saved can be brought back. Feature: 31.1"""

    def test_each_text_is_a_version_with_its_difference(self):
        article = self._draft(body="<p>Sign in and renew.</p>")
        article.with_user(self.steward).body = "<p>Sign in, then renew.</p>"
        article.with_user(self.steward).subject_ids = self.medicine
        newest, first = article.version_ids.sorted("number", reverse=True)
        self.assertEqual((first.number, first.user_id), (1, self.writer))
        self.assertEqual((newest.number, newest.user_id), (2, self.steward))
        self.assertIn("<ins>", newest.difference)
        self.assertIn("<del>", newest.difference)
        self.assertTrue(newest.is_current)
        self.assertFalse(first.is_current)

    def test_any_editor_restores_and_nothing_in_between_is_lost(self):
        article = self._draft(body="<p>one</p>")
        article.body = "<p>two</p>"
        first = article.version_ids.filtered(lambda version: version.number == 1)
        first.with_user(self.writer).action_restore()
        self.assertEqual((article.body, article.version), ("<p>one</p>", 3))
        bodies = article.version_ids.sorted("number").mapped("body")
        self.assertEqual(bodies, ["<p>one</p>", "<p>two</p>", "<p>one</p>"])
        with self.assertRaises(AccessError):
            first.with_user(self.colleague).action_restore()
        with self.assertRaises(UserError):
            article.version_ids.filtered("is_current").with_user(self.writer).action_restore()

    def test_who_verified_stands_at_the_version(self):
        article = self._published()
        self.assertEqual(article.version_ids.verifier_id, self.steward)

    def test_text_from_before_there_were_versions(self):
        article = self._draft(body="<p>old</p>")
        article.version_ids.sudo().unlink()
        article.body = "<p>new</p>"
        self.assertEqual(article.version_ids.sorted("number").mapped("body"), ["<p>old</p>", "<p>new</p>"])

    def test_nobody_writes_versions(self):
        version = self._draft().version_ids
        for user in (self.writer, self.steward):
            with self.assertRaises(AccessError):
                version.with_user(user).body = "<p>x</p>"
            with self.assertRaises(AccessError):
                version.with_user(user).unlink()
        for user in (self.plain, self.patron, self.public):
            with self.assertRaises(AccessError):
                version.with_user(user).read(["body"])

    # Two at once

    def test_second_of_two_loses_nothing(self):
        article = self._draft(body="<p>base</p>")
        seen = article.version
        article.with_user(self.steward).write({"body": "<p>first</p>", "version_seen": seen})
        own = article.with_user(self.other_steward)
        own.write({"body": "<p>second</p>", "version_seen": seen, "subject_ids": [Command.set(self.medicine.ids)]})
        self.assertEqual(article.body, "<p>first</p>")
        self.assertEqual(article.subject_ids, self.medicine, "what is no text is written all the same")
        self.assertEqual(own.apart_id.body, "<p>second</p>")
        self.assertFalse(article.with_user(self.steward).apart_id)
        self.assertIn("second", own.apart_id.difference)
        own.apart_id.action_restore()
        self.assertEqual((article.body, own.apart_id.id), ("<p>second</p>", False))
        self.assertIn("<p>first</p>", article.version_ids.mapped("body"))

    def test_who_saw_the_newest_writes(self):
        article = self._draft(body="<p>base</p>")
        for number, text in enumerate(("<p>a</p>", "<p>b</p>"), start=1):
            article.with_user(self.steward).write({"body": text, "version_seen": number})
        self.assertEqual((article.body, article.version), ("<p>b</p>", 3))
        # both wrote the same: there is nothing to decide
        article.with_user(self.other_steward).write({"body": "<p>b</p>", "version_seen": 1})
        self.assertFalse(article.with_user(self.other_steward).apart_id)

    def test_only_the_writer_or_a_steward_throws_it_away(self):
        article = self._draft()
        article.with_user(self.steward).write({"body": "<p>first</p>", "version_seen": 1})
        article.with_user(self.writer).write({"body": "<p>mine</p>", "version_seen": 1})
        apart = article.version_ids.filtered(lambda version: version.kind == "apart")
        with self.assertRaises(AccessError):
            apart.with_user(self.colleague).action_drop()
        apart.with_user(self.writer).action_drop()
        self.assertFalse(apart.exists())
        with self.assertRaises(UserError):
            article.version_ids[:1].with_user(self.steward).action_drop()

    def test_a_stranger_keeps_nothing_apart(self):
        article = self._draft()
        article.with_user(self.steward).write({"body": "<p>first</p>", "version_seen": 1})
        with self.assertRaises(AccessError):
            article.with_user(self.colleague).write({"body": "<p>x</p>", "version_seen": 1})
        self.assertNotIn("apart", article.version_ids.mapped("kind"))

    # What is pasted

    def test_five_megabytes_of_pictures_become_files(self):
        big = [b"\x89PNG\r\n\x1a\n" + bytes([number]) * 2**20 for number in range(5)]
        article = self._draft(body="<p>Look:</p>" + "".join(map(pasted, big)))
        self.assertLess(len(article.body), 1000)
        self.assertEqual(article.body.count("/web/image/"), 5)
        files = self.env["ir.attachment"].search([("res_model", "=", "library.article"), ("res_id", "=", article.id)])
        self.assertEqual({one.raw for one in files}, set(big))
        self.assertNotIn("data:", article.version_ids.body)
        article.with_user(self.writer).body = f"<p>{pasted(kind='jpeg')}{pasted()}</p>"
        self.assertEqual(article.body.count("/web/image/"), 1, "what only claims to be a picture goes")

    def test_too_large_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "chapters"):
            self._draft(body=f"<p>{'word ' * 1_100_000}</p>")
        with self.assertRaisesRegex(ValidationError, "8 MB"):
            self._draft(body=pasted(b"\x89PNG" + b"\0" * (9 * 2**20)))
        with self.assertRaisesRegex(ValidationError, "60"):
            self._draft(body=pasted() * 61)

    def test_nothing_in_a_text_is_executed(self):
        hostile = (
            "<script>alert(1)</script><style>body{display:none}</style><iframe src='https://evil.test'></iframe>"
            "<img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a><svg onload=alert(1)></svg>"
            "<object data='x'></object><embed src='x'><form action='/web'><input name='a'></form><p>kept</p>"
            "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>"
        )
        article = self._draft(body=hostile)
        for version in article, article.version_ids:
            for word in ("script", "<style", "iframe", "onerror", "onload", "<object", "<embed", "<form", "svg+xml"):
                with self.subTest(word=word):
                    self.assertNotIn(word, version.body.lower())
            self.assertIn("kept", version.body)

    def test_copies_have_their_own_pictures(self):
        article = self._draft(body=f"<p>{pasted()}</p>")
        duplicate = article.with_user(self.other_steward).copy()
        self.assertNotEqual(article.body, duplicate.body)
        number = int(duplicate.body.split("/web/image/")[1].split('"')[0])
        self.assertEqual(self.env["ir.attachment"].browse(number).res_id, duplicate.id)


@tagged("post_install", "-at_install")
class TestArticleFamily(KnowledgeCase):
    """Guides with chapters, and translations that tell when they are behind. Feature: 31.1"""

    def test_an_article_is_no_chapter_of_itself(self):
        guide = self._draft("Guide")
        chapter = self._draft("Chapter", parent_id=guide.id)
        self.assertEqual(guide.child_ids, chapter)
        with self.assertRaises(UserError):
            guide.parent_id = chapter
        self.assertEqual(self.Article.search([("id", "child_of", guide.id)]), guide | chapter)

    def test_translation_is_behind_until_it_is_verified_again(self):
        original = self._published(body="<p>From nine.</p>")
        translation = original.with_user(self.colleague)._translate("zh_CN")
        self.assertEqual((translation.lang, translation.translation_of_id), ("zh_CN", original))
        translation.body = "<p>九点开门。</p>"
        self.assertFalse(translation.is_translation_behind)
        original.with_user(self.writer).body = "<p>From eight.</p>"
        self.assertTrue(translation.is_translation_behind)
        self.assertIn("eight", translation.original_difference)
        self.assertIn(translation, self.Article.search([("is_translation_behind", "=", True)]))
        translation.body = "<p>八点开门。</p>"
        self.assertTrue(translation.is_translation_behind, "a colleague has to compare it first")
        translation.action_submit()
        translation.with_user(self.other_steward).action_verify()
        self.assertFalse(translation.is_translation_behind)

    def test_a_change_that_matters_not(self):
        original = self._published()
        translation = original.with_user(self.colleague)._translate("zh_TW")
        original.with_user(self.writer).name = "How to renew loans"
        with self.assertRaises(AccessError):
            translation.with_user(self.writer).action_confirm_translation()
        translation.action_confirm_translation()
        self.assertFalse(translation.is_translation_behind)
        self.assertIn("version 2", translation.message_ids[0].body)
        with self.assertRaises(UserError):
            original.with_user(self.colleague)._translate("zh_TW")

    def test_sources_come_along(self):
        original = self._published(source_ids=[Command.create({"name": "Rules of use"})])
        wizard = self.env["library.article.translate"].with_user(self.colleague).create(
            {"article_id": original.id, "lang": "zh_CN"})
        translation = self.Article.browse(wizard.action_start()["res_id"])
        self.assertEqual(translation.source_ids.name, "Rules of use")
        self.assertEqual((original.state, len(original.source_ids)), ("published", 1))


@tagged("post_install", "-at_install")
class TestArticleMerge(KnowledgeCase):
    """Two articles about the same become one, and every way leads to it. Feature: 31.6"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goes = cls._published("Renewing", subject_ids=[(6, 0, cls.medicine.ids)])
        cls.stays = cls._published("How to renew")

    def _merge(self, user=None, **values):
        wizard = self.env["library.article.merge"].with_user(user or self.steward).create(
            {"article_id": self.goes.id, "into_id": self.stays.id, "reason": "The same", **values})
        return wizard.action_merge()

    def test_what_was_there_comes_along(self):
        tag = self.env["library.article.tag"].create({"name": "Loans at home"})
        self.goes.tag_ids = tag
        chapter = self._draft("Chapter", parent_id=self.goes.id)
        translation = self._draft("续借", lang="zh_CN", translation_of_id=self.goes.id)
        insight = self.env["library.insight"].create({"name": "Ask twice", "article_id": self.goes.id})
        Vote = self.env["library.article.vote"]
        Vote._cast(self.goes.sudo(), "a", "o", True)
        Vote._cast(self.goes.sudo(), "b", "o", False, reason="wrong")
        Vote._cast(self.stays.sudo(), "a", "o", True)
        self._merge()
        self.assertEqual((self.goes.state, self.goes.redirect_id), ("archived", self.stays))
        self.assertEqual(self.stays.state, "published", "its text is the same as before")
        self.assertEqual((self.stays.subject_ids, self.stays.tag_ids), (self.medicine, tag))
        self.assertEqual((chapter.parent_id, translation.translation_of_id), (self.stays, self.stays))
        self.assertEqual(insight.article_id, self.stays)
        self.assertEqual((self.stays.helpful_count, self.stays.not_helpful_count), (1, 1))
        self.assertIn("The same", self.stays.message_ids[0].body)
        self.assertIn("The same", self.goes.message_ids[0].body)

    def test_relations_come_along(self):
        third = self._published("Third")
        ends = {"from_model": "library.article", "to_model": "library.article", "kind": "contradicts"}
        Link = self.env["library.knowledge.link"]
        links = Link.create([
            {**ends, "from_id": third.id, "to_id": self.goes.id},
            {**ends, "from_id": self.goes.id, "to_id": self.stays.id},
        ])  # fmt: skip
        self._merge()
        links.invalidate_recordset()
        self.assertEqual(links.mapped("to_id"), [self.stays.id] * 2)
        self.assertEqual(links[1].from_id, self.goes.id, "nothing relates to itself")
        self.env["library.knowledge.task"]._refresh()
        task = self.env["library.knowledge.task"].search([("kind", "=", "contradiction"), ("res_id", "=", third.id)])
        self.assertEqual((task.name, task.other_name), ("Third", "How to renew"))

    def test_sources_are_text(self):
        self.env["library.source.citation"].with_user(self.writer).create(
            {"name": "Rules", "article_id": self.goes.id})
        self._merge(with_sources=True)
        self.assertEqual(self.stays.source_ids.name, "Rules")
        self.assertEqual(self.stays.state, "review")
        with self.assertRaises(AccessError):
            self.stays.with_user(self.steward).action_verify()
        self.stays.with_user(self.other_steward).action_verify()

    def test_stewards_only_and_with_a_reason(self):
        for user in (self.writer, self.colleague, self.privacy, self.patron):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._merge(user=user)
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.goes.with_user(user)._merge_into(self.stays, "x")
        with self.assertRaises(UserError):
            self._merge(reason="  ")
        with self.assertRaises(UserError):
            self._merge(into_id=self.goes.id)
        chinese = self._draft("续借", lang="zh_CN")
        with self.assertRaises(UserError):
            self._merge(into_id=chinese.id)

    def test_merged_twice_leads_to_the_end(self):
        self._merge()
        last = self._published("Loans, renewed")
        self.stays.with_user(self.steward)._merge_into(last, "The same again")
        self.assertEqual(self.goes.redirect_id, last)


@tagged("post_install", "-at_install")
class TestArticleLifePages(KnowledgeCase, HttpCase):
    """Guides and merged articles as readers meet them. Feature: 31.1, 31.6"""

    def test_old_address_leads_to_the_new_one(self):
        goes, stays = self._published("Renewing"), self._published("How to renew")
        hidden, secret = self._published("Opening"), self._published("For staff", visibility="staff")
        old, old_hidden = goes.access_url, hidden.access_url
        goes.with_user(self.steward)._merge_into(stays, "The same")
        hidden.with_user(self.steward)._merge_into(secret, "The same")
        answer = self.url_open(old, allow_redirects=False)
        self.assertEqual(answer.status_code, 301)
        self.assertTrue(answer.headers["Location"].endswith(stays.access_url))
        self.assertEqual(self.url_open(old_hidden, allow_redirects=False).status_code, 404)

    def test_chapters_and_the_way_up(self):
        guide = self._published("The guide")
        one = self._published("Chapter one", parent_id=guide.id, sequence=1)
        two = self._published("Chapter two", parent_id=guide.id, sequence=2)
        self._published("Chapter for staff", parent_id=guide.id, visibility="staff")
        page = self.url_open(guide.access_url).text
        self.assertLess(page.index("Chapter one"), page.index("Chapter two"))
        self.assertNotIn("Chapter for staff", page)
        page = self.url_open(one.access_url).text
        self.assertIn(guide.access_url, page)
        self.assertIn(two.access_url, page)
        guide.with_user(self.steward).action_outdate()
        page = self.url_open(one.access_url).text
        self.assertNotIn("The guide", page)

    def test_picture_is_read_by_who_reads_the_article(self):
        article = self._published(body=f"<p>{pasted()}</p>")
        address = article.body.split('src="')[1].split('"')[0]
        self.assertEqual(self.url_open(address).content[:4], b"\x89PNG")
        article.with_user(self.steward).action_outdate()
        self.assertNotEqual(self.url_open(address).content[:16], PICTURE[:16] + b"")

    def test_readers_learn_no_title_that_is_not_for_them(self):
        guide = self._draft("Secret guide")
        original = self._draft("Secret original")
        article = self._published(parent_id=guide.id, translation_of_id=original.id, lang="zh_CN")
        for user in (self.public, self.patron):
            for field in ("parent_id", "translation_of_id", "redirect_id", "version", "version_ids"):
                with self.subTest(user=user.name, field=field), self.assertRaises(AccessError):
                    article.with_user(user).read([field])

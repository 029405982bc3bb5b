from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KnowledgeCase

PLACE = {"session": "session-1", "address": "192.0.2.1"}


@tagged("post_install", "-at_install")
class TestArticleVote(KnowledgeCase):
    """Readers say whether an article helped; nobody keeps who they are. Feature: 31.1, 31.5"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._published()

    def _vote(self, helpful="yes", user=None, **form):
        place = {name: form.pop(name, value) for name, value in PLACE.items()}
        self.article.with_user(user or self.public)._portal_vote({"helpful": helpful, **form}, **place)

    def test_votes_are_counted_once_per_reader(self):
        self._vote()
        self._vote()
        self._vote(session="session-2")
        self._vote(user=self.patron)
        self._vote(user=self.patron, session="session-3")
        self.assertEqual((self.article.helpful_count, self.article.not_helpful_count), (3, 0))

    def test_a_vote_can_be_changed(self):
        self._vote()
        self._vote("no", reason="outdated", note="since May\x00")
        self.assertEqual((self.article.helpful_count, self.article.not_helpful_count), (0, 1))
        vote = self.article.sudo().vote_ids
        self.assertEqual((len(vote), vote.reason, vote.note), (1, "outdated", "since May"))

    def test_nothing_tells_who_voted(self):
        self._vote(user=self.patron)
        row = self.article.sudo().vote_ids.read()[0]
        for secret in (self.patron.login, "192.0.2.1", "session-1"):
            self.assertNotIn(secret, str(row))
        self.assertNotIn("create_uid", row)

    def test_bad_forms(self):
        for form in ({"helpful": "maybe"}, {"helpful": None}, {"helpful": "no", "reason": "hacked"},
                     {"helpful": "yes", "reason": "wrong"}):  # fmt: skip
            with self.subTest(form=form), self.assertRaises(UserError):
                self._vote(**form)
        self._vote("no", note=["x"])
        self.assertFalse(self.article.sudo().vote_ids.note)

    def test_floods_end(self):
        for number in range(30):
            self._vote(session=f"s{number}")
        with self.assertRaises(UserError):
            self._vote(session="s31")
        self._vote(session="s32", address="192.0.2.2")

    def test_readings_are_added_up(self):
        for user in (self.public, self.patron, self.writer):
            self.article.with_user(user)._portal_count_view()
        self.env["library.article.view"]._gc_add_up()
        self.assertEqual(self.article.view_count, 2)
        self.env["library.article.view"]._gc_add_up()
        self.article.invalidate_recordset()
        self.assertEqual(self.article.view_count, 2)

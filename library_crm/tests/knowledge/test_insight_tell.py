from datetime import timedelta

from odoo.fields import Date
from odoo.tests import tagged

from .test_insight_rooms import RoomCase


@tagged("post_install", "-at_install")
class TestInsightTell(RoomCase):
    """Whoever writes in a room hears by mail that somebody answered, and no mail says to what. Feature: 31.5"""

    def setUp(self):
        super().setUp()
        self.post = self._post()
        self._seen_yesterday()

    def _seen_yesterday(self):
        self.alias.sudo().date_seen = self.env.cr.now() - timedelta(days=1)

    def _answer(self):
        self.env["library.insight.reply"].with_user(self.librarian).create(
            {"insight_id": self.post.id, "body": "<p>The index is in the reading room.</p>"})

    def _mails(self):
        """Mails that one run of the scheduled action makes."""
        before = self.env["mail.mail"].search([])
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_insight_tell").method_direct_trigger()
        return self.env["mail.mail"].search([]) - before

    def test_an_answer_is_told_once_and_names_nothing(self):
        self._answer()
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        self.assertIn(self.portal_user.partner_id.email, mail.email_to)
        for word in (self.post.name, self.mixed.name, self.alias.name, "reading room"):
            self.assertNotIn(word, f"{mail.subject} {mail.body_html}")
        self.assertIn("/my/rooms", mail.body_html)
        self.assertFalse(mail.model)
        self.assertFalse(self._mails())

    def test_own_words_and_held_ones_are_no_news(self):
        self._say(self.portal_user, self.post, "reply", body="I forgot: reel 12.")
        self._answer()
        self.post.reply_ids.filtered("user_id").sudo().moderation = "held"
        self.assertFalse(self._mails())

    def test_nobody_is_told_in_a_pause_or_after_leaving(self):
        self._answer()
        self.alias.sudo().patron_id.date_pause_until = Date.add(Date.today(), days=9)
        self.assertFalse(self._mails())
        self.alias.sudo().date_told = False
        self.alias._leave()
        self.assertFalse(self._mails())

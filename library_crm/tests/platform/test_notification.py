from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestNotification(LibraryCase):
    """Each colleague hears of each sort of thing by the way they chose."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.staff["librarian"] | cls.staff["steward"]
        cls.people.write({"notification_type": "email", "tz": "UTC"})
        cls.reader, cls.writer = cls.staff["librarian"], cls.staff["steward"]
        cls.case = cls._case()
        cls.room = cls.case._ensure_workroom()
        cls.room.message_unsubscribe(cls.room.message_partner_ids.ids)
        cls.room.message_subscribe(cls.reader.partner_id.ids)

    def _choose(self, event, channel, user=None):
        user = user or self.reader
        self.env["library.notification.preference"].create(
            {"user_id": user.id, "event": event, "channel": channel}
        )

    def _write(self, named=False):
        """A colleague writes in the room; how the reader hears of it."""
        before = self.env["library.notification.pending"].sudo().search([])
        message = self.room.with_user(self.writer).message_post(
            body="Look at the census", message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=self.reader.partner_id.ids if named else [],
        )
        reader = self.reader.partner_id
        notification = message.sudo().notification_ids.filtered(lambda one: one.res_partner_id == reader)
        if notification:
            return notification.notification_type
        later = self.env["library.notification.pending"].sudo().search([("user_id", "=", self.reader.id)]) - before
        return "later" if later else "nothing"

    def test_channels_of_an_event(self):
        """Feature: X7"""
        self.assertEqual(self._write(), "email", "as Odoo is set")
        for channel, expected in (("inbox", "inbox"), ("digest", "later"), ("off", "nothing"), ("mail", "email")):
            self.env["library.notification.preference"].search([]).unlink()
            self._choose("workroom", channel)
            self.assertEqual(self._write(), expected, channel)
            self._choose("case", "off")
            self.assertEqual(self._write(), expected, "another line of the matrix changes nothing here")

    def test_whoever_is_named_hears_of_it(self):
        """Feature: X7"""
        self._choose("workroom", "off")
        self._choose("mention", "off")
        self.assertEqual(self._write(), "nothing")
        self.assertEqual(self._write(named=True), "inbox")

    def test_team_decides_unless_one_chose(self):
        """Feature: X7"""
        default = self.env["library.notification.default"].create(
            {"team_id": self.team.id, "event": "workroom", "channel": "digest"}
        )
        self.assertEqual(self._write(), "later")
        self._choose("workroom", "inbox")
        self.assertEqual(self._write(), "inbox")
        self.env["library.notification.preference"].search([]).write({"channel": "team"})
        self.assertEqual(self._write(), "later")
        default.unlink()
        self.assertEqual(self._write(), "email")

    def test_quiet_hours_put_mail_off(self):
        """Feature: X7"""
        now = self.env.cr.now()
        self.reader.write({"library_quiet_from": (now.hour - 1) % 24, "library_quiet_to": (now.hour + 2) % 24})
        self.assertEqual(self._write(), "later")
        waiting = self.env["library.notification.pending"].sudo().search([("user_id", "=", self.reader.id)])
        left = waiting.date_due - now
        self.assertTrue(timedelta(hours=1) <= left <= timedelta(hours=2), left)
        self._choose("workroom", "inbox")
        self.assertEqual(self._write(), "inbox", "only mail is put off")

    def test_assigned_work_and_tasks_have_lines_of_their_own(self):
        """Feature: X7"""
        self._choose("mention", "off")
        self._choose("case", "off")
        self._choose("assigned", "digest")
        self._choose("task", "digest")
        Pending = self.env["library.notification.pending"].sudo()
        self.case.with_user(self.staff["lead"]).write({"user_id": self.reader.id})
        self.assertEqual(Pending.search([("user_id", "=", self.reader.id)]).mapped("event"), ["assigned"])
        self.case.with_user(self.writer).activity_schedule(
            "mail.mail_activity_data_todo", summary="Call back", user_id=self.reader.id
        )
        self.assertEqual(set(Pending.search([("user_id", "=", self.reader.id)]).mapped("event")), {"assigned", "task"})

    def test_daily_mail_once_with_what_may_be_read(self):
        """Feature: X7"""
        self._choose("workroom", "digest")
        self._choose("knowledge", "digest")
        for _number in range(3):
            self._write()
        article = self.env["library.article"].create({"name": "Of another room"})
        Pending = self.env["library.notification.pending"].sudo()
        first = Pending.search([("user_id", "=", self.reader.id)], limit=1)
        secret = self._case(team=self.other_team, name="Secret question")._ensure_workroom()
        first.copy({"res_id": secret.id, "words": "Hidden words"})
        gone = first.copy({"res_model": article._name, "res_id": article.id})
        article.unlink()
        self.assertTrue(gone.exists())
        Pending.search([]).write({"date_due": self.env.cr.now() - timedelta(minutes=1)})
        before = self.mails.search([])
        self._run_digest()
        mail = self._outgoing(before)
        self.assertEqual(mail.email_to, self.reader.email_formatted)
        self.assertIn(self.room.display_name, mail.body_html)
        self.assertIn("(3)", mail.body_html)
        self.assertIn("Look at the census", mail.body_html)
        self.assertNotIn("Hidden words", mail.body_html)
        self.assertTrue(mail.library_once and mail.library_keep_trying)
        self._run_digest()
        self.assertEqual(self._outgoing(before), mail, "told once")
        self.assertFalse(Pending.search([("user_id", "=", self.reader.id)]))

    def _run_digest(self):
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_notification_send").method_direct_trigger()
        self.env.invalidate_all()

    @freeze_time("2026-05-04 07:30:00")
    def test_daily_mail_leaves_in_the_morning_of_its_reader(self):
        """Feature: X7"""
        now = datetime(2026, 5, 4, 7, 30)
        self.assertEqual(self.reader._library_next_digest(now), datetime(2026, 5, 4, 8, 0))
        self.reader.tz = "Asia/Shanghai"
        self.assertEqual(self.reader._library_next_digest(now), datetime(2026, 5, 5, 0, 0))
        self.reader.write({"library_quiet_from": 20, "library_quiet_to": 9})
        self.assertEqual(self.reader._library_next_digest(now), datetime(2026, 5, 5, 1, 0))

    def test_bundled_mails_of_the_desk_obey(self):
        """Feature: X7"""
        other = self.staff["lead"]
        self._choose("promise", "inbox")
        self._choose("promise", "digest", other)
        before = self.mails.search([])
        people = {self.case: self.reader | other | self.writer}
        self.case._mail_colleagues(people, "library_crm.mail_promises_near", "Promises come near")
        self.assertEqual(self._outgoing(before).mapped("email_to"), [self.writer.email_formatted])
        waiting = self.env["library.notification.pending"].sudo().search([("event", "=", "promise")])
        self.assertEqual(waiting.user_id, other)

    def test_patrons_are_not_touched(self):
        """Feature: X7"""
        self._choose("case", "off")
        before = self.mails.search([])
        self.case.message_subscribe(self.reader.partner_id.ids)
        self.case.with_user(self.reader).message_post(
            body="Here it is", message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=self.portal_user.partner_id.ids,
        )
        self.assertTrue(self._outgoing(before) or self.case.message_ids[0].notified_partner_ids)
        self.assertIn(self.portal_user.partner_id, self.case.message_ids[0].notified_partner_ids)

    def test_preview_says_who_and_sends_nothing(self):
        """Feature: X7"""
        self._choose("workroom", "digest")
        before = self.mails.search([])
        preview = self.env["library.notification.preview"].with_user(self.writer).with_context(
            active_model="library.workroom", active_id=self.room.id).create({})
        self.assertEqual(preview.line_ids.mapped("name"), [self.reader.name])
        self.assertEqual(preview.line_ids.way, "library_later")
        self.assertFalse(self._outgoing(before))
        self.assertFalse(self.env["library.notification.pending"].sudo().search([]))
        with self.assertRaises(AccessError):
            self.env["library.notification.preview"].with_user(self.colleague).with_context(
                active_model="library.workroom", active_id=self.room.id).create({}).mapped("line_ids")

    def test_preview_of_a_case_names_the_patron_and_who_answers_for_it(self):
        """Feature: X7"""
        self.case.user_id = self.reader
        self.case.message_unsubscribe(self.case.message_partner_ids.ids)
        self._choose("task", "digest")
        preview = self.env["library.notification.preview"].with_context(
            active_model="library.case", active_id=self.case.id).create({})
        ways = {line.name: (line.is_staff, line.way) for line in preview.line_ids}
        self.assertEqual(ways[self.reader.name], (True, "library_later"))
        self.assertFalse(ways[self.patron.name][0])
        preview.is_note = True
        self.assertNotIn(self.patron.name, preview.line_ids.mapped("name"))

    def test_matrix_is_ones_own(self):
        """Feature: X7"""
        Preference = self.env["library.notification.preference"]
        action = Preference.with_user(self.reader).action_open_mine()
        mine = Preference.with_user(self.reader).search(action["domain"])
        self.assertEqual(len(mine), len(Preference._fields["event"].selection))
        self.assertEqual(set(mine.mapped("effective")), {"mail"})
        mine.filtered(lambda one: one.event == "case").channel = "digest"
        self.assertEqual(mine.filtered(lambda one: one.event == "case").effective, "digest")
        Preference.with_user(self.reader).action_open_mine()
        self.assertEqual(len(Preference.with_user(self.reader).search([])), len(mine), "no second line")
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            mine.with_user(self.writer).write({"channel": "off"})
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            Preference.with_user(self.writer).create({"user_id": self.colleague.id, "event": "case", "channel": "off"})
        with self.assertRaises(AccessError):
            Preference.with_user(self.portal_user).action_open_mine()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_leads_set_their_own_teams_only(self):
        """Feature: X7"""
        Default = self.env["library.notification.default"].with_user(self.staff["lead"])
        Default.create({"team_id": self.team.id, "event": "case", "channel": "digest"})
        with self.assertRaises(AccessError):
            Default.create({"team_id": self.other_team.id, "event": "case", "channel": "digest"})
        with self.assertRaises(AccessError):
            self.env["library.notification.default"].with_user(self.reader).create(
                {"team_id": self.team.id, "event": "task", "channel": "off"})

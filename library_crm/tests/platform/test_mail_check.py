import smtplib
import socket
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LibraryCase


class Session:
    """An SMTP session that keeps what it is given."""

    _host = "smtp.library.test"
    smtp_from = from_filter = False

    def __init__(self, refuse=()):
        self.sent = []
        self.refuse = refuse

    def send_message(self, message, sender, recipients):
        if any(word in recipients[0] for word in self.refuse):
            raise smtplib.SMTPRecipientsRefused({recipients[0]: (550, b"5.1.1 no such mailbox\r\n")})
        self.sent.append(message)

    def close(self):
        self.closed = True


@tagged("post_install", "-at_install")
class TestMailCheck(LibraryCase):
    """A test mail that somebody sends to oneself says in words what is wrong with the mail servers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.staff["manager"]
        # scheduled actions do not run while tests do
        cls.env.ref("mail.ir_cron_mail_scheduler_action").nextcall = fields.Datetime.now()

    def begin(self):
        return self.env["library.mail.check"].with_user(self.manager).create({"team_id": self.team.id})

    @contextmanager
    def servers(self, session=None, error=None):
        """An outgoing server that takes what it gets, or fails."""
        Server = type(self.env["ir.mail_server"])
        with (
            patch.object(Server, "_connect__", return_value=session, side_effect=error),
            patch.object(Server, "_disable_send", lambda *args: False),
        ):
            yield

    def come_back(self, message, sender="ask-test@library.test", **headers):
        raw = message.as_bytes() if not headers else self.answer(message, sender, headers)
        return self.env["library.mail.intake"]._receive(raw)

    def answer(self, message, sender, headers):
        lines = {
            "From": sender, "To": message["Reply-To"] or message["To"], "Subject": f"Re: {message['Subject']}",
            "Message-ID": f"<answer-{message['Message-ID'][1:]}", **headers,
        }
        return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\nFine.\r\n"

    def states(self, check):
        return {line.step: line.state for line in check.line_ids}

    def test_every_step_is_ticked_off_and_no_case_is_opened(self):
        """Feature: X1"""
        check, session = self.begin(), Session()
        before = self.env["library.case"].search_count([])
        self.assertEqual(check.state, "new")
        with self.servers(session):
            check.action_send()
        self.assertEqual(len(session.sent), 4)
        self.assertTrue(session.closed)
        self.assertEqual(check.state, "waiting")
        for message in session.sent:
            self.assertEqual(message["Auto-Submitted"], "auto-generated")
        own = next(message for message in session.sent if "manager@" in message["To"])
        for message in session.sent:
            if message is not own:
                self.come_back(message)
        self.assertEqual(check.state, "done")
        self.assertEqual(self.states(check)["answer"], "waiting")
        self.come_back(own, sender="manager@staff.test", **{"In-Reply-To": own["Message-ID"]})
        self.assertEqual(self.states(check)["answer"], "ok")
        self.assertEqual(self.env["library.case"].search_count([]), before)
        self.assertFalse(self.env["library.mail.held"].search_count([("name", "like", "Test of the library")]))

    def test_a_vacation_reply_proves_nothing(self):
        check, session = self.begin(), Session()
        with self.servers(session):
            check.action_send()
        own = next(message for message in session.sent if "manager@" in message["To"])
        self.come_back(own, sender="manager@staff.test", **{"Auto-Submitted": "auto-replied"})
        self.assertEqual(self.states(check)["answer"], "waiting")

    def test_a_wrong_server_name_is_said_in_words(self):
        check = self.begin()
        with self.servers(error=socket.gaierror(-2, "Name or service not known")):
            check.action_send()
        line = check.line_ids.filtered(lambda line: line.step == "outgoing")
        self.assertEqual(line.state, "wrong")
        self.assertIn("no server of this name", line.said)
        self.assertIn("not known", line.reply)
        self.assertEqual(self.states(check)["back_plus"], "note")
        self.assertEqual(check.state, "failed")

    def test_a_refused_password_is_said_without_the_password(self):
        check = self.begin()
        with self.servers(error=smtplib.SMTPAuthenticationError(535, b"5.7.8 authentication failed")):
            check.action_send()
        line = check.line_ids.filtered(lambda line: line.step == "outgoing")
        self.assertIn("refuses the user name or the password", line.said)
        self.assertEqual(line.reply, "535 5.7.8 authentication failed")

    def test_a_server_without_plus_addresses_is_found_out(self):
        check, session = self.begin(), Session(refuse=("ask-test+",))
        with self.servers(session):
            check.action_send()
        self.assertEqual(len(session.sent), 3)
        line = check.line_ids.filtered(lambda line: line.step == "back_plus")
        self.assertEqual(line.state, "wrong")
        self.assertIn("no such mailbox", line.reply)

    def test_without_alias_domain_team_and_mailbox(self):
        self.company.alias_domain_id = False
        check = self.env["library.mail.check"].with_user(self.manager).create({"team_id": False})
        self.manager.email = False
        check.action_send()
        states = self.states(check)
        self.assertEqual([states[step] for step in ("address", "domain", "team")], ["wrong"] * 3)
        self.assertEqual(states["incoming"], "note")
        self.assertEqual(states["answer"], "note")
        self.assertEqual(check.state, "failed")

    def test_without_a_team_the_way_out_is_tried_all_the_same(self):
        self.company.alias_domain_id = False
        check, session = self.env["library.mail.check"].with_user(self.manager).create({"team_id": False}), Session()
        with self.servers(session):
            check.action_send()
        self.assertEqual([message["To"] for message in session.sent], [self.manager.email_formatted])
        self.assertEqual([self.states(check)[step] for step in ("outgoing", "answer")], ["ok", "note"])

    def test_an_old_test_mail_is_ordinary_mail(self):
        check, session = self.begin(), Session()
        with self.servers(session):
            check.action_send()
        check.sudo().date_sent = fields.Datetime.subtract(fields.Datetime.now(), days=3)
        own = next(message for message in session.sent if "manager@" in message["To"])
        self.come_back(own, sender="manager@staff.test", **{"X-Word": "late"})
        self.assertEqual(self.states(check)["answer"], "waiting")

    def test_mail_that_never_comes_back(self):
        check, session = self.begin(), Session()
        with self.servers(session):
            check.action_send()
        check.sudo().date_sent = fields.Datetime.subtract(fields.Datetime.now(), minutes=11)
        check.invalidate_recordset()
        self.assertEqual(check.state, "failed")
        self.assertIn("does not put these addresses into the mailbox", check.verdict)

    def test_a_switched_off_scheduled_action_is_said(self):
        self.env.ref("mail.ir_cron_mail_scheduler_action").active = False
        check = self.begin()
        check._check_queue()
        line = check.line_ids.filtered(lambda line: line.step == "queue")
        self.assertEqual(line.state, "wrong")
        self.assertIn("switched off", line.said)

    def test_only_managers_test_and_only_their_own(self):
        check = self.begin()
        for role in ("librarian", "lead"):
            with self.assertRaises(AccessError):
                check.with_user(self.staff[role]).action_send()
        other = self.env["res.users"].create({
            "name": "Other manager", "login": "mail-check-other", "group_ids": self.manager.group_ids.ids})
        with self.assertRaises(AccessError):
            check.with_user(other).action_send()
        with self.assertRaises(AccessError):
            check.line_ids.with_user(self.manager).write({"state": "ok"})

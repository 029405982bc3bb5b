from email.utils import make_msgid

from markupsafe import Markup

from odoo import api, models

from ...lib.mail_failure import (
    CLOSED,
    LOGIN,
    NAME,
    RECIPIENT,
    REFUSED,
    SENDER,
    SILENT,
    TLS,
    said,
    what_failed,
)
from ...lib.mail_token import plus_address, token_in_subject

ON_THE_WAY = ("back_team", "back_plus", "back_catchall", "answer")
# an automatic mail that no other machine answers; the person who asked for it may
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class LibraryMailCheckSend(models.Model):
    """The way out: the address of whoever tests, the addresses of the library, the outgoing server."""

    _inherit = "library.mail.check"

    def _check_sending(self):
        """Send one mail for each way back, and say what failed."""
        targets = self._targets()
        if not targets:
            self._give_up_on(ON_THE_WAY)
            self._note("outgoing", "note", self.env._("Not tried: there is nowhere to send a test mail to."))
            return
        Server_sudo = self.env["ir.mail_server"].sudo()  # sudo: sends as the mail queue does, shows no password
        sender = self._sender()
        try:
            session = Server_sudo._connect__(smtp_from=sender)
        except Exception as error:  # noqa: BLE001 - whatever happens on the way is what the test is for
            self._note("outgoing", "wrong", self._words_of(error), said(error))
            self._give_up_on(ON_THE_WAY)
            return
        try:
            self._note("outgoing", "ok", self._reached(session))
            for step, address in targets.items():
                self._send_one(Server_sudo, session, sender, step, address)
        finally:
            if session is not None:
                session.close()
        self._give_up_on(step for step in ON_THE_WAY if step not in targets)

    @api.model
    def _reached(self, session):
        name = getattr(session, "_host", "") or ""
        return self.env._("It answers, and takes our sign-in: %(server)s", server=name)

    def _targets(self):
        """Which step is proved by a mail to which address."""
        domain, team = self.company_id.alias_domain_id, self.sudo().team_id  # sudo: the team's public address
        targets = {}
        if domain and team.alias_email:
            targets["back_team"] = team.alias_email
            targets["back_plus"] = plus_address(team.alias_email, self._line("back_plus")._token())
        if domain.catchall_email:
            targets["back_catchall"] = domain.catchall_email
        if self.email:
            targets["answer"] = self.user_id.email_formatted
        return targets

    def _sender(self):
        """From whom the mail comes: as the mail of cases does."""
        team_sudo = self.sudo().team_id  # sudo: the team's public address
        return team_sudo.alias_email or self.company_id.email_formatted or self.user_id.email_formatted

    def _send_one(self, server_sudo, session, sender, step, address):
        """Hand one test mail to the server."""
        line = self._line(step)
        line.message_id = make_msgid("library-mail-test")
        own_address = self.sudo().team_id.alias_email  # sudo: the team's public address
        reply_to = plus_address(own_address, line._token()) if step == "answer" and own_address else False
        message = server_sudo._build_email__(
            sender, [address], token_in_subject(self.env._("Test of the library's mail"), line._token()),
            self._text_of(step), reply_to=reply_to, message_id=line.message_id, headers=HEADERS,
            subtype="html",
        )
        try:
            server_sudo.send_email(message, smtp_session=session)
        except Exception as error:  # noqa: BLE001 - the server's refusal is what the test is for
            reason = error.__context__ or error
            line.write({"state": "wrong", "said": self._words_of(reason), "reply": said(reason)})
        else:
            if reply_to:
                line.said = self.env._(
                    "Sent to %(address)s. Answer it from your own mailbox: that proves the way patrons go.",
                    address=self.email)
            elif step == "answer":
                line.write({"state": "note", "said": self.env._(
                    "Sent to %(address)s: see whether it is there. An answer would have nowhere to go.",
                    address=self.email)})

    @api.model
    def _text_of(self, step):
        if step == "answer":
            first = self.env._("This is a test of the library's mail. You asked for it yourself.")
            second = self.env._("Answer it with any words: your answer is recognised, and becomes no case.")
        else:
            first = self.env._("This is a test of the library's mail. It travels from the library to the library.")
            second = self.env._("If a person reads it, the mail server delivers this address to a wrong mailbox.")
        return Markup("<p>%s</p><p>%s</p>") % (first, second)

    def _give_up_on(self, steps):
        """What was not sent cannot come back."""
        for step in steps:
            if step == "answer" and not self.email:
                self._note(step, "note", self.env._("Not tried: your user has no mail address (see your preferences)."))
            else:
                self._note(step, "note", self.env._("Not tried, because of what failed above."))

    @api.model
    def _words_of(self, error):
        """What to do about a failure, in a sentence."""
        sentences = {
            NAME: self.env._("There is no server of this name. Look for a typing error in the server's name."),
            REFUSED: self.env._("Nobody listens there: the port is wrong, or the server is switched off."),
            SILENT: self.env._("No answer: the port is wrong, or a firewall stands in between."),
            TLS: self.env._("They did not agree on encryption: try the other kind of encryption and its port."),
            LOGIN: self.env._("The server refuses the user name or the password."),
            SENDER: self.env._("The server does not let us send from this address: let it accept the alias domain."),
            RECIPIENT: self.env._("The server does not know this address, or does not let us write to it."),
            CLOSED: self.env._("The server closed the connection: often the wrong port, or encryption was expected."),
        }
        return sentences.get(what_failed(error)) or self.env._("It failed. The server's own words stand beside.")

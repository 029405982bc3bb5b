from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...lib.mail_failure import said

FETCH_CRON = "mail.ir_cron_mail_gateway_action"
QUEUE_CRON = "mail.ir_cron_mail_scheduler_action"
OVERDUE = timedelta(minutes=30)
LOOK_AGAIN_SECONDS = (5, 65, 125)


class LibraryMailCheckReceive(models.Model):
    """The way in: alias domain, mailbox, and the scheduled actions that do the work."""

    _inherit = "library.mail.check"

    def _check_receiving(self):
        """Look at everything that an answer of a patron passes."""
        self._check_address()
        self._check_domain()
        self._check_queue()
        self._check_incoming()

    def _check_address(self):
        if self.email:
            self._note("address", "ok", self.email)
        else:
            self._note("address", "wrong", self.env._("Your user has no mail address. Enter one in your preferences."))

    def _check_domain(self):
        domain, team = self.company_id.alias_domain_id, self.sudo().team_id  # sudo: the team's public address
        if not domain:
            self._note("domain", "wrong", self.env._(
                "The institution has no alias domain: enter it in Settings → General Settings → Alias Domain."))
        else:
            self._note("domain", "ok", domain.name)
        if team.alias_email:
            self._note("team", "ok", team.alias_email)
        else:
            self._note("team", "wrong", self.env._(
                "No team with an address was chosen: give a team an address under Configuration → Teams."))

    def _check_queue(self):
        """Whether the scheduled action that sends is alive, and how many mails it could not send."""
        self._note("queue", *self._about_cron(QUEUE_CRON))
        # sudo: counts, shows nothing
        stuck = self.env["mail.mail"].sudo().search_count(
            [("state", "=", "exception"), ("date", ">", fields.Datetime.now() - timedelta(days=2))])
        if stuck and self._line("queue").state == "ok":
            self._note("queue", "note", self.env._("Mails of the last two days that could not be sent: %(count)s",
                                                   count=stuck))

    def _about_cron(self, xmlid):
        """State and sentence about a scheduled action."""
        # sudo: tells when it runs, nothing else
        cron_sudo = self.env.ref(xmlid).sudo()
        if not cron_sudo.active:
            return "wrong", self.env._("The scheduled action “%(name)s” is switched off.", name=cron_sudo.name)
        if cron_sudo.nextcall < fields.Datetime.now() - OVERDUE:
            return "wrong", self.env._(
                "The scheduled action “%(name)s” should have run at %(time)s UTC: this server runs none "
                "(max_cron_threads).", name=cron_sudo.name, time=cron_sudo.nextcall)
        return "ok", self.env._("It runs again at %(time)s UTC at the latest.", time=cron_sudo.nextcall)

    def _incoming_servers(self):
        """The mailboxes that are read, in sudo mode."""
        # sudo: the servers are used; nobody sees their passwords
        return self.env["fetchmail.server"].sudo().search(
            Domain("state", "=", "done") & Domain("server_type", "!=", "local"))

    def _check_incoming(self):
        """Sign in to each mailbox."""
        servers_sudo = self._incoming_servers()
        if not servers_sudo:
            self._note("incoming", "note", self.env._(
                "No mailbox is read: there is no confirmed incoming mail server. That is right only where your mail "
                "server hands mail in by Odoo's gateway script."))
            self._note("fetch", "note", self.env._("Nothing is to be fetched."))
            return
        self._note("incoming", "ok", ", ".join(servers_sudo.mapped("name")))
        for server_sudo in servers_sudo:
            try:
                server_sudo._connect__().disconnect()
            except Exception as error:  # noqa: BLE001 - whatever happens on the way is what the test is for
                self._note_unreached(server_sudo, error)
        self._note("fetch", *self._about_cron(FETCH_CRON))

    def _note_unreached(self, server_sudo, error):
        """A mailbox could not be read."""
        words = self.env._("%(name)s: %(reason)s", name=server_sudo.name, reason=self._words_of(error))
        self._note("incoming", "wrong", words, said(error))

    def _fetch_soon(self):
        """Let the scheduled action look for the mail as soon as it may be there."""
        if self._incoming_servers():
            now = fields.Datetime.now()
            times = [now + timedelta(seconds=seconds) for seconds in LOOK_AGAIN_SECONDS]
            # sudo: runs earlier what would run anyway
            self.env.ref(FETCH_CRON).sudo()._trigger(at=times)

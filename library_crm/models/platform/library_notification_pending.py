from odoo import api, fields, models
from odoo.tools import html2plaintext

from ...const import NOTIFICATION_EVENTS

TEMPLATE = "library_crm.mail_notification_digest"
USERS = 20
"""Colleagues whose daily mails are made up in one transaction."""


class LibraryNotificationPending(models.Model):
    """What waits for a colleague's daily mail, or for the end of their quiet hours.

    Making the mail and taking away what it tells are one transaction: whatever is killed, it is told once.
    """

    _name = "library.notification.pending"
    _description = "Waiting Notification"
    _order = "user_id, id"
    _log_access = False

    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True, ondelete="cascade")
    event = fields.Selection(NOTIFICATION_EVENTS, required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    date_due = fields.Datetime(required=True, readonly=True, index=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    author = fields.Char(readonly=True)
    words = fields.Char(readonly=True)

    @api.model
    def _keep(self, record, message, recipients, named):
        """Note a message for those who hear of it later."""
        now = self.env.cr.now()
        rows = []
        message_sudo = message.sudo()  # sudo: its author and first words, for those whom it was sent to
        for data in recipients:
            user = self.env["res.users"].browse(data["uid"])
            event = record._library_event(data["id"] in named)
            quiet = user._library_quiet_left(now)
            at_once = user._library_channel(event) == "mail"
            rows.append({
                "user_id": user.id, "event": event, "date": now,
                "date_due": now + quiet if at_once else user._library_next_digest(now),
                "res_model": record._name, "res_id": record.id,
                "author": message_sudo.author_id.name or message_sudo.email_from,
                "words": (message_sudo.subject or html2plaintext(message_sudo.body or "").strip())[:120],
            })
        self.sudo().create(rows)  # sudo: nobody writes here by hand

    @api.model
    def _cron_send(self):
        """Make up the mails that are due, some colleagues at a time."""
        commit = self.env["ir.cron"]._commit_progress
        due = [("date_due", "<=", self.env.cr.now())]
        while True:
            users = self.env["res.users"].browse(
                user.id for user, in self._read_group(due, ["user_id"], limit=USERS, order="user_id")
            )
            rows = self.search([*due, ("user_id", "in", users.ids)]).try_lock_for_update()
            if not rows:
                return
            rows._mail()
            count = len(rows)
            rows.unlink()
            if not commit(count):
                return

    def _mail(self):
        """One mail for each colleague, in their language, with what they may still read."""
        made = []
        for user, rows in self.grouped("user_id").items():
            lines = rows._lines(user) if user.active and user.email else []
            if not lines:
                continue
            lang = user.lang or self.env.lang
            body = self.env["ir.qweb"]._render(TEMPLATE, {"user": user, "lines": lines}, lang=lang)
            made.append({
                "subject": self.with_context(lang=lang).env._("The library: what is new for you"),
                "body_html": body,
                "email_to": user.email_formatted,
                "email_from": user.company_id.email_formatted or user.email_formatted,
                "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
                "auto_delete": True, "library_keep_trying": True, "library_once": True,
            })
        self.env["mail.mail"].create(made)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _lines(self, user):
        """What one colleague reads: one line a record, the newest words, how many there were."""
        labels = dict(self.with_context(lang=user.lang)._fields["event"]._description_selection(
            self.with_context(lang=user.lang).env))
        found = {}
        for (model, record_id), rows in self.grouped(lambda row: (row.res_model, row.res_id)).items():
            if model not in self.env:
                continue
            record = self.env[model].with_user(user).browse(record_id).exists()
            if not record or not record.has_access("read"):
                continue
            last = rows.sorted("id")[-1]
            found.setdefault(labels[last.event], []).append({
                "name": record.display_name, "author": last.author, "words": last.words, "count": len(rows),
                "url": f"{self[:1].get_base_url()}/mail/view?model={model}&res_id={record_id}",
            })
        return list(found.items())

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import SQL, email_normalize, formataddr

BATCH = 100


class LibraryInsightAlias(models.Model):
    """Patrons hear, at most once a day, that somebody answered what they wrote in the rooms.

    The mail names neither the post nor the room: what stands in an outbox must not tie a person to words.
    """

    _inherit = "library.insight.alias"

    date_told = fields.Datetime(groups=NO_ACCESS)

    @api.model
    def _find_answered(self, limit):
        """Names whose posts were answered by somebody else since their owners were told."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT a.id
              FROM library_insight_alias a
              JOIN library_insight i ON i.alias_id = a.id AND i.moderation = 'shown'
              JOIN library_insight_reply r ON r.insight_id = i.id AND r.moderation = 'shown'
                                          AND r.alias_id IS DISTINCT FROM a.id
             WHERE r.date > greatest(a.date_told, a.date_seen, '-infinity') ORDER BY a.id LIMIT %s
            """,
            limit,
        ))  # fmt: skip
        return self.browse(row[0] for row in rows)

    @api.model
    def _cron_tell(self):
        """Tell whoever was answered, in batches; a name and its mail are written in one transaction."""
        commit = self.env["ir.cron"]._commit_progress
        while aliases := self._find_answered(BATCH):
            aliases._tell()
            if not commit(len(aliases)):
                return

    def _tell(self):
        """Write to the owners of these names whose address works and who want no pause."""
        aliases_sudo = self.sudo()  # sudo: whose a name is, for the address of the mail and nothing else
        for alias_sudo in aliases_sudo:
            patron = alias_sudo.patron_id
            if email_normalize(patron.email or "") and not patron.has_bounced and not patron._is_paused():
                alias_sudo._mail_news(patron)
        aliases_sudo.write({"date_told": self.env.cr.now()})

    def _mail_news(self, patron):
        lang = patron.lang or self.company_id.partner_id.lang
        _ = self.with_context(lang=lang).env._
        now = self.env.cr.now()
        leaves = patron._next_contact(now)
        address = f"{self.get_base_url()}/my/rooms"
        body = Markup("<p>%s</p><p><a href='%s'>%s</a></p><p style='font-size: 12px; color: #595959;'>%s</p>") % (
            _("Somebody answered what you wrote in the rooms of the library."), address, _("Read it in the rooms"),
            _("You get this at most once a day. It ends when you leave the rooms."),
        )  # fmt: skip
        self.env["mail.mail"].create({
            "subject": _("There is an answer for you in the rooms"),
            "body_html": body,
            "email_to": formataddr((patron.name, email_normalize(patron.email))),
            "email_from": self.company_id.email_formatted,
            "reply_to": self.company_id.email_formatted or False,
            "scheduled_date": fields.Datetime.to_string(leaves) if leaves > now else False,
            "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
            "auto_delete": True,
            "library_keep_trying": True,
        })

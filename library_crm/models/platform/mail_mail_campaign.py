from odoo import api, models
from odoo.tools import SQL

from ...const import PASSING_FAILURES


class MailMail(models.Model):
    """Mails of campaigns: the text comes in when a mail leaves, nobody is followed, an outage is made up for."""

    _inherit = "mail.mail"

    def _campaign_entry(self):
        """The ledger's entry of this mail, in sudo mode."""
        Outreach_sudo = self.env["library.outreach"].sudo()  # sudo: the mail's own entry
        return Outreach_sudo.search([("mail_id", "=", self.id)], limit=1)

    def _prepare_outgoing_body(self):
        """Override: neither picture that tells of opening nor counted links, and the text of the campaign."""
        text_sudo = self.mailing_id.sudo().library_text_id  # sudo: the text that this mail carries
        if not text_sudo:
            return super()._prepare_outgoing_body()
        entry_sudo = self._campaign_entry().with_context(lang=text_sudo.lang)
        patron_sudo = entry_sudo.patron_id
        body = text_sudo._body_for(patron_sudo.preferred_name or patron_sudo.name) + entry_sudo._footer()
        return self.env["mail.render.mixin"]._replace_local_links(body)

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Override: one click ends this purpose and nothing else."""
        email_list = super()._prepare_outgoing_list(mail_server=mail_server, doc_to_followers=doc_to_followers)
        if self.mailing_id.sudo().library_campaign_id:  # sudo: whether this mail is a campaign's
            headers = self._campaign_entry()._headers()
            for values in email_list:
                values["headers"].update(headers)
        return email_list

    @api.model
    def _cron_library_retry(self):
        self._library_retry_mailings(is_due=True)
        return super()._cron_library_retry()

    @api.model
    def _library_retry_mailings(self, mailings=None, is_due=False):
        """Put the mails of campaigns that failed for a passing reason back into the queue, all at once.

        :param mailings: of these mailings only
        :param is_due: only those whose next try has come
        """
        self.flush_model()
        self.env["library.outreach"].flush_model()
        self.env.cr.execute(SQL(
            """
            WITH again AS (
                UPDATE mail_mail SET state = 'outgoing', failure_reason = NULL, library_date_retry = NULL,
                       library_retry_count = coalesce(library_retry_count, 0) + 1
                 WHERE id IN (SELECT l.id FROM mail_mail l JOIN mailing_mailing g ON g.id = l.mailing_id
                               WHERE g.library_campaign_id IS NOT NULL AND l.state = 'exception' AND %s AND %s
                                 AND coalesce(l.failure_type, '') = ANY(%s)
                                 FOR UPDATE OF l SKIP LOCKED)
             RETURNING id
            )
            UPDATE library_outreach o SET state = 'waiting' FROM again WHERE o.mail_id = again.id
            """,
            SQL("l.mailing_id = ANY(%s)", mailings.ids) if mailings else SQL("true"),
            SQL("l.library_date_retry <= %s", self.env.cr.now()) if is_due else SQL("true"),
            [one or "" for one in PASSING_FAILURES],
        ))
        if self.env.cr.rowcount:
            self.invalidate_model()
            self.env["library.outreach"].invalidate_model()
            # sudo: starts the mail queue, which would otherwise run once an hour
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

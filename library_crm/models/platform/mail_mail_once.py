from odoo import fields, models

from ...connectors.smtp_once import noted_before_the_end


class MailMail(models.Model):
    """Mails that must not come twice: that one is handed over is committed before the server owns it.

    Core commits after the server's answer; a worker killed in between sends the mail again. Here a mail that was being
    handed over counts as sent. If the connection ends in that moment nobody knows, and a person decides.
    """

    _inherit = "mail.mail"

    library_once = fields.Boolean("Never twice", readonly=True)
    library_handover = fields.Selection(
        [("handed", "Handed over, not confirmed"), ("done", "Taken by the server")], "Handing over", readonly=True
    )

    def _send(self, auto_commit=False, raise_exception=False, smtp_session=None, alias_domain_id=False,
              mail_server=False, post_send_callback=None):
        options = {
            "auto_commit": auto_commit, "raise_exception": raise_exception, "smtp_session": smtp_session,
            "alias_domain_id": alias_domain_id, "mail_server": mail_server, "post_send_callback": post_send_callback,
        }
        once = self.filtered("library_once") if auto_commit and hasattr(smtp_session, "getreply") else self.browse()
        result = super(MailMail, self - once)._send(**options) if self - once or not self else True
        for mail in once:
            with noted_before_the_end(smtp_session, mail._note_handing_over, mail._note_answer):
                result = super(MailMail, mail)._send(**options)
        return result

    def _note_handing_over(self):
        self.write({"state": "sent", "library_handover": "handed", "failure_type": False, "failure_reason": False})
        # committed before the server owns the mail; the queue commits mail by mail in any case
        self.env["ir.cron"]._commit_progress()

    def _note_answer(self, code):
        # a refusal is written by core, as an exception that is tried again
        self.library_handover = "done" if code == 250 else False

import xmlrpc.client

from odoo import api, models
from odoo.exceptions import AccessError


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        """Let the library's intake look at each mail first; what is not for the library goes on to core."""
        if not self.env.su and not self.env.user._is_internal():
            # a patron's session must not hand in mail whose headers would vouch for whoever it names
            raise AccessError(self.env._("Mail is handed in by the mail server only."))
        if isinstance(message, xmlrpc.client.Binary):
            message = message.data
        raw = message.encode("utf-8", "surrogateescape") if isinstance(message, str) else bytes(message)

        def core(repaired):
            return super(MailThread, self).message_process(
                model,
                repaired,
                custom_values=custom_values,
                save_original=save_original,
                strip_attachments=strip_attachments,
                thread_id=thread_id,
            )

        # sudo: mail comes in for nobody in particular, whichever account fetches it
        return self.env["library.mail.intake"].sudo()._receive(raw, core)

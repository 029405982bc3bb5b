import xmlrpc.client

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        """Let the library's intake look at each mail first; what is not for the library goes on to core."""
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

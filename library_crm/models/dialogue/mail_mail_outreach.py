from odoo import models
from odoo.tools import SQL

STATES = {"sent": "sent", "exception": "failed", "cancel": "stopped", "outgoing": "waiting"}


class MailMail(models.Model):
    """The ledger of messages follows its mails."""

    _inherit = "mail.mail"

    def write(self, vals):
        result = super().write(vals)
        once = self.filtered("library_once") if vals.get("state") in STATES else self.browse()
        if once:
            Outreach = self.env["library.outreach"]
            Outreach.flush_model(["mail_id", "state"])
            self.env.cr.execute(SQL(
                "UPDATE library_outreach SET state = %s WHERE mail_id = ANY(%s) AND state <> 'bounced'",
                STATES[vals["state"]], once.ids,
            ))
            Outreach.invalidate_model(["state"])
        return result

from odoo import api, fields, models

from ...const import PASSING_FAILURES

MOST_RETRIES = 40
LONGEST_PAUSE_MINUTES = 180


class MailMail(models.Model):
    """Answers to patrons survive an outage of the mail server; core tries once and gives up."""

    _inherit = "mail.mail"

    library_keep_trying = fields.Boolean(
        "Try again after a failure", help="Set for mail of the library that stands in no conversation."
    )
    library_retry_count = fields.Integer("Tries after a failure", readonly=True)
    library_date_retry = fields.Datetime("Next try", readonly=True)

    _library_retry_idx = models.Index("(library_date_retry) WHERE library_date_retry IS NOT NULL")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "exception":
            self._plan_retry()
        elif vals.get("state") in ("sent", "cancel"):
            self.filtered("library_date_retry").library_date_retry = False
        return result

    def _plan_retry(self):
        """Plan the next try of the library's own mail, later each time."""
        now = fields.Datetime.now()
        for mail in self.filtered(lambda mail: mail.library_keep_trying or (mail.model or "").startswith("library.")):
            if mail.library_retry_count >= MOST_RETRIES:
                mail.library_date_retry = False
                continue
            pause = min(2**mail.library_retry_count, LONGEST_PAUSE_MINUTES)
            mail.library_date_retry = fields.Datetime.add(now, minutes=pause)

    @api.model
    def _cron_library_retry(self):
        """Send again what failed for a passing reason, to nobody who has it already."""
        due = self.search(
            [
                ("state", "=", "exception"),
                ("failure_type", "in", PASSING_FAILURES),
                ("library_date_retry", "<=", fields.Datetime.now()),
            ],
            order="library_date_retry",
            limit=500,
        )
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(due))
        for mail in due:
            if mail.try_lock_for_update(allow_referencing=True) and mail.state == "exception":
                mail._send_again()
            if not commit(1):
                return

    def _send_again(self):
        """One more try for those whom the mail did not reach."""
        self.ensure_one()
        # sudo: delivery records belong to the system
        notifications = self.env["mail.notification"].sudo().search([("mail_mail_id", "=", self.id)])
        reached = notifications.filtered(lambda one: one.notification_status == "sent").res_partner_id
        left = self.recipient_ids - reached
        if self.recipient_ids and not left and not self.email_to:
            self.write({"state": "sent", "failure_reason": False})
            return
        self.write(
            {
                "state": "outgoing",
                "failure_reason": False,
                "recipient_ids": [fields.Command.set(left.ids)],
                "library_retry_count": self.library_retry_count + 1,
                "library_date_retry": False,
            }
        )
        notifications.filtered(lambda one: one.notification_status == "exception").notification_status = "ready"
        self.send()

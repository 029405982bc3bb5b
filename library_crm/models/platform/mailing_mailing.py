from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Not to be changed while a campaign's mailing is under way; who gets it is the campaign's business in any case.
KEPT = {
    "mailing_model_id", "mailing_domain", "mailing_filter_id", "contact_list_ids", "subject", "preview", "body_html",
    "body_arch", "ab_testing_enabled", "attachment_ids", "email_from", "reply_to", "reply_to_mode",
    "library_campaign_id", "library_text_id", "mailing_type",
}


class MailingMailing(models.Model):
    """A mailing that belongs to a campaign: its recipients are the snapshot, its text the campaign's."""

    _inherit = "mailing.mailing"

    library_campaign_id = fields.Many2one(
        "library.campaign", string="Library campaign", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )
    library_text_id = fields.Many2one(
        "library.campaign.text", string="Text of the campaign", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )

    def write(self, vals):
        if KEPT & vals.keys() and any(one.library_campaign_id and one.state != "draft" for one in self):
            raise UserError(self.env._("This mailing belongs to a campaign of the library: stop the campaign first."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_campaign(self):
        if self.library_campaign_id:
            raise UserError(self.env._("This mailing holds the figures of a campaign of the library."))

    def _get_recipients_domain(self):
        if not self.library_campaign_id:
            return super()._get_recipients_domain()
        return Domain("id", "in", SQL(
            "(SELECT patron_id FROM library_campaign_member WHERE campaign_id = %s AND text_id = %s"
            " AND side = 'treated' AND patron_id IS NOT NULL)", self.library_campaign_id.id, self.library_text_id.id,
        ))

    def _get_remaining_recipients(self):
        campaign = self.library_campaign_id
        return campaign._due_patrons(self) if campaign else super()._get_remaining_recipients()

    def _action_send_mail(self, res_ids=None):
        ours = self.filtered("library_campaign_id")
        for mailing in ours:
            mailing.library_campaign_id._hand_over(mailing)
            mailing.write({"state": "done", "sent_date": self.env.cr.now()})
        others = self - ours
        return super(MailingMailing, others)._action_send_mail(res_ids) if others else True

    def action_retry_failed(self):
        ours = self.filtered("library_campaign_id")
        if ours:
            self.env["mail.mail"].sudo()._library_retry_mailings(ours)  # sudo: mails of these mailings
        others = self - ours
        return super(MailingMailing, others).action_retry_failed() if others else None

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

TEMPLATE = "library_crm.mail_template_product_made"


class LibraryProductProposal(models.Model):
    """Telling those who asked that it is there now: one mail to each, if they want news from us."""

    _inherit = "library.product.proposal"

    def action_notify(self):
        """Write once to the patrons behind the needs who agreed to news and invitations."""
        self.check_access("write")
        for proposal in self:
            if proposal.state != "made" or proposal.date_notified:
                raise UserError(self.env._("People are told once, when it is made."))
            # two clicks at once: the second finds the row taken
            proposal.lock_for_update()
            mails = proposal._mail_made()
            proposal.write({"date_notified": self.env.cr.now(), "notified_count": len(mails)})
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()  # sudo: starts the mail queue

    def _get_recipients(self):
        """The patrons who asked, who can be reached and who agreed to hear from us."""
        self.ensure_one()
        # sudo: whom to write to, decided by their own consent
        patrons_sudo = self.sudo().need_ids.patron_id
        return patrons_sudo.filtered(
            lambda patron: patron.active and not patron.has_bounced and email_normalize(patron.email or "")
            and patron._allows("outreach")
        )

    def _mail_made(self):
        """One mail to each recipient, each in his or her language; nobody sees the others."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        values = []
        # sudo: the text is the library's own
        template_sudo = self.env.ref(TEMPLATE).sudo()
        rendered = {}
        for patron in self._get_recipients():
            lang = patron.lang if patron.lang in installed else self.env.lang
            if lang not in rendered:
                in_lang = template_sudo.with_context(lang=lang)
                rendered[lang] = [in_lang._render_field(name, self.ids)[self.id] for name in ("subject", "body_html")]
            values.append({
                "subject": rendered[lang][0],
                "body_html": rendered[lang][1],
                "email_to": patron.partner_id.email_formatted,
                "email_from": self.company_id.email_formatted,
                "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
                "auto_delete": False,
                "library_keep_trying": True,
            })  # fmt: skip
        return self.env["mail.mail"].sudo().create(values)  # sudo: only our own text, to those who agreed

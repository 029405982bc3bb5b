from odoo import models
from odoo.tools import email_normalize

TEMPLATE = "library_crm.mail_template_plan_given"


class LibraryPlan(models.Model):
    """Telling the patron that there is a plan: one mail, with a link and without the plan itself."""

    _inherit = "library.plan"

    def _mail_given(self):
        """Write to the patron, in the patron's language; nobody else reads it."""
        self.ensure_one()
        plan_sudo = self.sudo()  # sudo: address and language of the patron whose plan it is
        patron = plan_sudo.patron_id
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not template or patron.has_bounced or not email_normalize(patron.email or ""):
            return False
        installed = dict(self.env["res.lang"].get_installed())
        lang = next((one for one in (patron.lang, plan_sudo.company_id.partner_id.lang) if one in installed), None)
        # sudo: the text is the library's own, the recipient is the patron of the plan
        template_sudo = template.sudo().with_context(lang=lang or self.env.lang)
        subject = template_sudo._render_field("subject", self.ids)[self.id]
        case = plan_sudo.case_id
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return self.env["mail.mail"].sudo().create(
            {
                "subject": f"{subject} [{case._token()}]" if case else subject,
                "body_html": template_sudo._render_field("body_html", self.ids)[self.id],
                "email_to": patron.partner_id.email_formatted,
                "email_from": case._sender_address() if case else plan_sudo.company_id.email_formatted,
                "reply_to": (case._address() if case else False) or False,
                "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
                "auto_delete": False,
                "library_keep_trying": True,
            }
        )

    def _portal_url(self, by_link):
        """The page of this plan: with its secret for whoever came by one, else for signing in."""
        self.ensure_one()
        return self._portal_link() if by_link else self.access_url

    def _mailed_url(self):
        """What the mail links to; who has an account signs in, as mails are passed on."""
        self.ensure_one()
        plan_sudo = self.sudo()  # sudo: whether the patron has an account
        has_account = bool(plan_sudo.patron_id.partner_id.user_ids)
        return f"{self.get_base_url()}{self.access_url}" if has_account else self._portal_link()

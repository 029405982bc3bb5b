from odoo import api, fields, models
from odoo.tools import email_normalize, formataddr, hmac

from ...lib.form_input import as_id, same_secret

FOOTER = "library_crm.outreach_mail_footer"


class LibraryOutreach(models.Model):
    """The mails of the ledger: in the patron's language, after quiet hours, each with its reason and a way out."""

    _inherit = "library.outreach"

    def _mail(self, template_xmlid, record=None, **extra):
        """Make the mails of these entries, in the caller's transaction; Odoo's queue sends them.

        :param template_xmlid: a mail.template
        :param record: what the template speaks of: nothing for the entries themselves, one record for all, or
            {patron id: record}
        :param extra: words for the template, beside `object`
        """
        if not self:
            return
        template = self.env.ref(template_xmlid)
        # sudo: the text is the library's own, the recipient is the patron of the entry
        Mail_sudo = self.env["mail.mail"].sudo()
        for lang, rows in self.grouped(lambda row: row._lang()).items():
            objects = {row: row._object(record).with_context(lang=lang) for row in rows}
            ids = list({one.id for one in objects.values()})
            template_sudo = template.sudo().with_context(lang=lang)
            subjects = template_sudo._render_field("subject", ids, add_context=extra)
            bodies = template_sudo._render_field("body_html", ids, add_context=extra)
            mails = Mail_sudo.create([
                row.with_context(lang=lang)._prepare_mail(subjects[objects[row].id], bodies[objects[row].id])
                for row in rows
            ])
            for row, mail in zip(rows, mails, strict=True):
                row.mail_id = mail
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _object(self, record):
        if isinstance(record, dict):
            return record[self.patron_id.id]
        return self if record is None else record

    def _lang(self):
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.patron_id.lang, self.company_id.partner_id.lang, "en_US")
        return next((one for one in wanted if one in installed), self.env.lang)

    def _prepare_mail(self, subject, body):
        """Values of the mail of this entry."""
        self.ensure_one()
        patron, company, now = self.patron_id, self.company_id, self.env.cr.now()
        leaves = patron._next_contact(now)
        return {
            "subject": subject,
            "body_html": body + self._footer(),
            "email_to": formataddr((patron.name or "", email_normalize(patron.email or "") or "")),
            "email_from": company.email_formatted,
            "reply_to": company.email_formatted or False,
            "scheduled_date": fields.Datetime.to_string(leaves) if leaves > now else False,
            "headers": repr(self._headers()),
            "auto_delete": False,
            "library_keep_trying": True,
            "library_once": True,
        }

    def _headers(self):
        """Headers of a mail that a machine sent and that one click ends (RFC 3834, RFC 8058)."""
        return {
            "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
            "List-Unsubscribe": f"<{self._unsubscribe_url()}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    def _footer(self):
        """Why this person gets it, and the ways to change that."""
        return self.env["ir.qweb"]._render(FOOTER, {"row": self}, lang=self.env.lang)

    # The links, which need no sign-in

    def _token(self):
        # sudo: reads the secret of the database, which makes the signature
        return f"{self.id}-{hmac(self.sudo().env, 'library_outreach', str(self.id))[:40]}"

    def _unsubscribe_url(self):
        """The link that ends the purpose of this message on its channel."""
        self.ensure_one()
        return f"{self.get_base_url()}/library/unsubscribe/{self._token()}"

    def _contact_url(self):
        """The page where this patron chooses what to hear, without sign-in."""
        self.ensure_one()
        return f"{self.get_base_url()}/library/contact/{self._token()}"

    @api.model
    def _portal_find_token(self, token):
        """The entry whose mail holds this token, in sudo mode; an empty one for anything else."""
        number, _dash, _signature = (token or "").partition("-")
        row_sudo = self.sudo().browse(as_id(number) or None).exists()  # sudo: for who holds its signature only
        return row_sudo if row_sudo and same_secret(token, row_sudo._token()) else row_sudo.browse()

    def _unsubscribe(self, is_wanted=False):
        """The patron wants no more of this purpose on this channel, or wants it again; nothing else changes."""
        self.ensure_one()
        self.env["library.contact.preference"]._answer(
            self._person(), {(self.purpose, self.channel): is_wanted}, "link"
        )
        self.date_unsubscribed = False if is_wanted else self.date_unsubscribed or self.env.cr.now()

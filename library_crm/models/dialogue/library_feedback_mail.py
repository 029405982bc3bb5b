from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...const import QUIET
from ...lib.mail_token import make_token, plus_address

ACKNOWLEDGEMENT = "library_crm.mail_template_feedback_acknowledgement"
OUTCOME = "library_crm.mail_template_feedback_outcome"
ACKS_PER_HOUR = 3


class LibraryFeedback(models.Model):
    """The two mails that a person gets: we have it, and what became of it. Each once."""

    _inherit = "library.feedback"

    def _acknowledge(self, by_hand=False):
        """Say that we have it, once; an address gets a few such mails an hour at most.

        :param bool by_hand: a colleague wants it noted also where no mail can be sent
        """
        self.ensure_one()
        if self.date_acknowledged:
            return
        address = self._address()
        is_told = bool(address) and not self._acknowledged_lately(address)
        if not is_told and not by_hand and not self.patron_id.partner_id.user_ids:
            # nobody was told: a person acknowledges it, by phone or at the desk
            return
        self.write({"date_acknowledged": self.env.cr.now(), "state": "acknowledged"})
        if is_told:
            self._mail(ACKNOWLEDGEMENT, address)

    @api.model
    def _acknowledged_lately(self, address):
        """Whether this address got its share of automatic answers within the hour."""
        hour_ago = fields.Datetime.subtract(self.env.cr.now(), hours=1)
        same = Domain("email_normalized", "=", address) | Domain("patron_id.partner_id.email_normalized", "=", address)
        # sudo: counts over all teams, shows nothing
        return self.sudo().search_count(same & Domain("date_acknowledged", ">=", hour_ago), limit=ACKS_PER_HOUR) \
            >= ACKS_PER_HOUR

    def _mail_outcome(self):
        """Mail each person once what became of these feedbacks."""
        for address, told in self.grouped(lambda feedback: feedback._address()).items():
            if address:
                told[:1]._mail(OUTCOME, address)

    def _mail(self, template_xmlid, address):
        """Make one of our mails in the caller's transaction, in the person's language."""
        self.ensure_one()
        # sudo: the text is the library's own, the recipient is who said it
        template_sudo = self.env.ref(template_xmlid).sudo().with_context(lang=self._reader_lang())
        subject = template_sudo._render_field("subject", self.ids)[self.id]
        body = template_sudo._render_field("body_html", self.ids)[self.id]
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        headers = self.env["library.case"]._automatic_headers()
        company_sudo = self.sudo().company_id  # sudo: the institution's public addresses
        return self.env["mail.mail"].sudo().with_context(**QUIET).create({
            "subject": f"{subject} [{self._token()}]",
            "body_html": body,
            "body": body,
            "email_to": address,
            "email_from": self._book_address() or company_sudo.email_formatted or self.env.user.email_formatted,
            "reply_to": self._reply_address() or company_sudo.email_formatted or False,
            "model": self._name,
            "res_id": self.id,
            "message_type": "auto_comment",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "author_id": company_sudo.partner_id.id,
            "headers": repr(headers),
            "auto_delete": False,
            "library_keep_trying": True,
            "library_once": True,
        })

    def _token(self):
        """The word by which a mail finds this feedback again."""
        self.ensure_one()
        return make_token(self.env["library.mail.intake"]._secret(), "f", self.id)

    def _book_address(self):
        """The institution's address for feedback, if it has one."""
        return self.sudo().company_id.library_feedback_alias_id.alias_full_name or False  # sudo: a public address

    def _reply_address(self):
        """The address that belongs to this feedback alone."""
        address = self._book_address()
        return plus_address(address, self._token()) if address and "@" in address else False

    def _reader_lang(self):
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.patron_id.lang, self.lang, self.company_id.partner_id.lang, "en_US")
        return next((lang for lang in wanted if lang in installed), self.env.lang)

    def _kind_words(self):
        """What it is, in the language of the page or mail."""
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")

    def _promise_words(self):
        """The promised moment as the person reads it."""
        self.ensure_one()
        if not self.date_promised:
            return ""
        lang = self._reader_lang()
        # sudo: the opening hours' time zone
        team_sudo = self.sudo().team_id
        zone = (team_sudo and team_sudo._get_calendar().tz) or self.sudo().company_id.resource_calendar_id.tz or "UTC"
        words = "M月d日 EEEE" if lang.startswith("zh") else "EEEE, d MMMM"
        return format_datetime(self.env, self.date_promised, tz=zone, dt_format=words, lang_code=lang)

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

from ...const import QUIET
from ...lib.form_input import FormRefused, as_id, clean_line, clean_text, same_secret

ANSWER_LENGTH = 50000
ANSWERS_PER_IP = 30


class LibraryReferral(models.Model):
    """What a partner library answers on its page: every value here is untrusted until checked.

    The answer goes to the workroom, where colleagues read it; it has no way to the patron.
    """

    _inherit = "library.referral"

    @api.model
    def _partner_find(self, referral_id, token):
        """The request of a link, in sudo mode; an empty one when the link is wrong."""
        # sudo: handed out only after the secret was compared
        referral_sudo = self.sudo().browse(as_id(referral_id) or None).exists()
        opens = referral_sudo.direction == "sent" and same_secret(token, referral_sudo.access_token)
        return referral_sudo if opens and referral_sudo.state != "draft" else referral_sudo.browse()

    def _partner_ended(self):
        """Why this link takes no answer any more: (what the page shows, HTTP status), or None while it does."""
        if self.state == "sent" and self.date_expiry and self.date_expiry < fields.Datetime.now():
            return "expired", 410
        return {
            "answered": ("used", 409),
            "declined": ("used", 409),
            "expired": ("expired", 410),
            "cancelled": ("cancelled", 410),
        }.get(self.state)

    def _partner_values(self):
        """All that the page shows, as plain values."""
        ended = self._partner_ended()
        return {
            **self._packet_values(),
            "ended": ended and ended[0],
            "date_answered": self.env["library.portal.mixin"]._portal_day(self.date_answered),
        }

    def _partner_answer(self, form, files=(), ip=""):
        """Take the answer of the partner, once.

        :param dict form: untrusted fields; only `answer`, `who` and `verb` are read
        :raise FormRefused: with a sentence for what cannot be taken; nothing of what was typed is lost then
        """
        self.ensure_one()
        self._partner_check_open()
        declined = form.get("verb") == "decline"
        text = clean_text(form.get("answer"), ANSWER_LENGTH)
        errors = {}
        if not text:
            errors["answer"] = (
                self.env._("Please say in a word why.") if declined else self.env._("Please write your answer.")
            )
        attachments = self.env["library.case"]._portal_read_files(files, errors)
        if errors:
            raise FormRefused(errors)
        self._partner_admit(ip)
        self._partner_claim("declined" if declined else "answered")
        who = clean_line(form.get("who"), 120)
        self._take_answer(plaintext2html(text), who, attachments, declined)

    def _partner_check_open(self):
        """Refuse what comes too late.

        :raise FormRefused:
        """
        if ended := self._partner_ended():
            raise FormRefused({"form": self._partner_late_words(ended[0])}, status=ended[1])

    @api.model
    def _partner_late_words(self, why):
        _ = self.env._
        return {
            "used": _("This request has been answered already. Your text was not taken; it stands below for copying."),
            "expired": _("This link has ended. Your text was not taken; it stands below for copying."),
            "cancelled": _("We do not need this any more. Your text was not taken; it stands below for copying."),
        }[why]

    def _partner_admit(self, ip):
        """Refuse a flood.

        :raise FormRefused:
        """
        Log = self.env["library.form.log"].sudo()  # sudo: counts, shows nothing
        if not Log._admit({("ip", ip): Log._limit("forms_per_ip", ANSWERS_PER_IP), ("referral", self.id): 10}):
            raise FormRefused({"form": self.env["library.case"]._portal_flood_words()}, status=429)

    def _partner_claim(self, state):
        """Of two answers sent at once one wins; the loser's transaction is repeated and finds the door closed.

        :raise FormRefused:
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE library_referral SET state = %s WHERE id = %s AND state = 'sent'", state, self.id)
        )
        won = self.env.cr.rowcount
        self.invalidate_recordset()
        if not won:
            raise FormRefused({"form": self._partner_late_words("used")}, status=409)

    def _take_answer(self, body, who, attachments=(), declined=False):
        """Put an answer into the workroom and tell whoever asked; the case waits for us again.

        :param body: Markup, safe
        :param who: the name under the answer
        :param attachments: [(name, content)]
        """
        self.ensure_one()
        self._end(
            "declined" if declined else "answered",
            answer=body,
            answered_by=who,
            date_answered=fields.Datetime.now(),
        )
        partner = self.resource_id.name
        words = (
            self.env._("%(partner)s cannot help: %(name)s", partner=partner, name=self.name)
            if declined
            else self.env._("%(partner)s answered: %(name)s", partner=partner, name=self.name)
        )
        self._post_in_room(Markup("<p><strong>%s</strong></p>%s<p>%s</p>") % (words, body, who or ""), attachments)
        self._tell_user(words)

    def _post_in_room(self, body, attachments=()):
        """Words of the partner among colleagues."""
        room_sudo = self.sudo().workroom_id.with_context(**QUIET)  # sudo: the partner has no account
        room_sudo.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=self.company_id.partner_id.id,
            email_from=self.company_id.email_formatted or False,
            attachments=list(attachments),
        )

    def _tell_user(self, words):
        """Put it on the list of whoever asked."""
        if self.user_id.active:
            self.sudo().workroom_id.activity_schedule(  # sudo: the partner has no account
                "mail.mail_activity_data_todo", summary=words[:200], user_id=self.user_id.id
            )

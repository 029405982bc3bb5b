from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...lib.mail_token import make_token, plus_address
from ...lib.marked_text import marked_text
from ...lib.redact import find_identity

DAYS_LINK_HOLDS = 30


class LibraryReferral(models.Model):
    """How a request leaves: with the patron's consent, after a look at what it tells, to one address."""

    _inherit = "library.referral"

    consent = fields.Selection(related="case_id.partner_consent", related_sudo=True, string="The patron")
    marked = fields.Html("What a reader could recognise", compute="_compute_marked", sanitize=False)
    has_identity = fields.Boolean(compute="_compute_marked")
    email = fields.Char("Goes to", compute="_compute_email")

    @api.depends("resource_id")
    def _compute_email(self):
        for referral in self:
            # sudo: the public address of a partner library
            referral.email = referral.resource_id.sudo().email

    @api.depends("name", "question", "done_so_far")
    def _compute_marked(self):
        for referral in self:
            text = referral._whole_text()
            finds = find_identity(text, **referral._identity_words()) if referral.direction == "sent" else []
            referral.has_identity = any(find.is_certain for find in finds)
            referral.marked = marked_text(text, finds) if finds else False

    def _whole_text(self):
        return "\n".join(filter(None, [self.name, self.question, self.done_so_far]))

    def _identity_words(self):
        # sudo: the words are looked for in a text that the reader has before them
        return self.sudo().case_id._identity_words()

    def action_take_out(self):
        """Take out of the request what would give the patron away."""
        for referral in self:
            case_sudo = referral.sudo().case_id  # sudo: words are taken out of a text, never shown
            referral.write(
                {name: case_sudo._remove_identity(referral[name] or "") for name in ("name", "question", "done_so_far")}
            )

    def action_send(self):
        """Ask the partner library."""
        self._check_state("draft")
        for referral in self:
            referral._check_may_leave()
            now = fields.Datetime.now()
            referral.write(
                {
                    "state": "sent",
                    "date_sent": now,
                    "date_expiry": fields.Datetime.add(now, days=DAYS_LINK_HOLDS),
                    "user_id": self.env.uid,
                }
            )
            referral._send_packet()
            # sudo: a contributing team asks; of the case only whom it waits for changes
            referral.sudo().case_id.filtered(lambda case: case.stage_code != "closed").waits_for = "partner"
            referral.workroom_id._note(
                self.env._("Asked %(partner)s: %(question)s", partner=referral.resource_id.name, question=referral.name)
            )

    def _check_may_leave(self):
        """What must be so before a question leaves the house.

        :raise UserError: saying what is missing
        """
        if self.direction != "sent":
            raise UserError(self.env._("Only what we ask is sent."))
        if not (self.question or "").strip():
            raise UserError(self.env._("Write what you ask the partner library."))
        if not email_normalize(self.email or ""):
            raise UserError(self.env._("%(partner)s has no mail address in the register.",
                                       partner=self.resource_id.name))
        if self.consent != "yes":
            raise UserError(
                self.env._("The patron has not agreed that other libraries are asked. Ask the patron first.")
            )
        if self.has_identity:
            raise UserError(
                self.env._("The request still holds what a reader could recognise somebody by. It is marked below.")
            )

    # The packet

    def _partner_lang(self):
        """The language in which the partner is addressed, when it is active."""
        active = dict(self.env["res.lang"].get_installed())
        resource_sudo = self.resource_id.sudo()  # sudo: the language of a partner library
        wanted = [resource_sudo.lang, resource_sudo.partner_id.lang, self.company_id.partner_id.lang]
        return next((lang for lang in wanted if lang in active), self.env.lang or "en_US")

    def _partner_link(self):
        """The address of the page on which the partner answers."""
        self.ensure_one()
        # sudo: the secret goes into the mail to the partner only
        return f"{self.get_base_url()}/library/referral/{self.id}/{self.sudo().access_token}"

    def _address(self):
        """The address to which the partner's own mail goes, so that it finds this request."""
        # sudo: the team's public address
        alias = self.sudo().team_id.alias_email or self.sudo().case_id.team_id.alias_email
        token = make_token(self.env["library.mail.intake"]._secret(), "r", self.id)
        return plus_address(alias, token) if alias else False

    def _send_packet(self):
        """Mail the request. The stored copy goes when it is sent, because it holds the partner's link."""
        localized = self.with_context(lang=self._partner_lang())
        body = localized.env["ir.qweb"]._render("library_crm.mail_referral", localized._packet_values())
        # sudo: the mail is the library's own; recipient and text were checked above
        self.env["mail.mail"].sudo().create(
            {
                "subject": localized.env._("Request from %(library)s: %(name)s", library=self.company_id.name,
                                           name=self.name),
                "body_html": body,
                "body": body,
                "email_to": self.email,
                "email_from": self._sender(),
                "reply_to": self._address() or False,
                "author_id": self.company_id.partner_id.id,
                "model": self._name,
                "res_id": self.id,
                "message_type": "email_outgoing",
                "auto_delete": True,
            }
        )
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _sender(self):
        # sudo: public addresses of the team and the institution
        team_sudo = self.sudo().team_id
        return team_sudo.alias_email or self.sudo().company_id.email_formatted or self.env.user.email_formatted

    def _packet_values(self):
        """What the mail and the page show: plain values, so that nothing else can slip in."""
        self.ensure_one()
        day = self.env["library.portal.mixin"]._portal_day
        return {
            "library": self.company_id.name,
            "team": self.sudo().team_id.name or "",  # sudo: the name of the asking team
            "number": self.id,
            "name": self.name,
            "question": self.question or "",
            "done_so_far": self.done_so_far or "",
            "date_due": day(self.date_due),
            "date_expiry": day(self.date_expiry),
            "url": self._partner_link(),
        }

    # The end without an answer

    def action_cancel(self):
        """The answer is not needed any more."""
        self._check_state("draft", "sent")
        self._end("cancelled")

    def _end(self, state, **values):
        """The partner is waited for no more."""
        self.write({"state": state, **values})
        for referral in self.filtered("workroom_id"):
            # sudo: of the case only whom it waits for changes
            case_sudo = referral.sudo().case_id
            still = self.sudo().search_count([("case_id", "=", case_sudo.id), ("state", "=", "sent")], limit=1)
            if case_sudo.waits_for == "partner" and not still:
                case_sudo._partner_is_back()

    @api.model
    def _domain_expired(self):
        """Requests whose link has ended before anybody answered."""
        return [("state", "=", "sent"), ("date_expiry", "<", fields.Datetime.now())]

    @api.model
    def _cron_expire(self, batch_size=100):
        """Stop waiting for partners who did not answer, and say so in the workroom."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_expired()
        commit(remaining=self.search_count(domain))
        while found := self.search(domain, limit=batch_size):
            found = found.try_lock_for_update(allow_referencing=True)
            found._expire()
            if not found or not commit(len(found)):
                return

    def _expire(self):
        """The link has ended: the case goes on without this partner."""
        self._end("expired")
        for referral in self.filtered("workroom_id"):
            words = self.env._(
                "%(partner)s did not answer in time: %(name)s", partner=referral.resource_id.name, name=referral.name
            )
            referral.sudo().workroom_id._note(words)  # sudo: nobody at a screen acts here
            referral._tell_user(words)

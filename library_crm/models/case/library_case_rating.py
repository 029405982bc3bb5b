from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize, plaintext2html

from ...lib.form_input import FormRefused, as_id, clean_text, same_secret

RATING_TEMPLATE = "library_crm.mail_template_case_rating"
RECOVERY_ACTIVITY = "library_crm.mail_activity_type_recovery"
RECOVERY_FROM = 2
FEEDBACK_LENGTH = 5000


class LibraryCase(models.Model):
    """One rating of a case by its patron, from the mail or the portal, without sign-in, changeable."""

    _inherit = "library.case"

    date_rating_asked = fields.Datetime("Rating asked", readonly=True, copy=False, groups="base.group_user")

    def _close(self, resolution, unmet_reason=False, lacks=False):
        logs = super()._close(resolution, unmet_reason, lacks)
        self._ask_rating()
        return logs

    def _rating_get_parent_field_name(self):
        return "team_id"

    def _ask_rating(self):
        """Mail the patron five links, once for each case; opening one stores nothing yet."""
        template = self.env.ref(RATING_TEMPLATE, raise_if_not_found=False)
        for case in self:
            if template and not case.date_rating_asked and case._may_be_asked():
                case._mail_rating(template)

    def _may_be_asked(self):
        """Whether the patron has an address that works, and has not rated yet."""
        self.ensure_one()
        address = email_normalize(self.email_from or self.partner_id.email or "")
        return bool(self.partner_id and address and not self.patron_id.has_bounced and not self._rating_given())

    def _mail_rating(self, template):
        # sudo: the text is the library's own, the recipient is the patron of the case
        template_sudo = template.sudo().with_context(lang=self._patron_lang())
        subject = template_sudo._render_field("subject", self.ids)[self.id]
        body = template_sudo._render_field("body_html", self.ids)[self.id]
        self.date_rating_asked = fields.Datetime.now()
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return self.env["mail.mail"].sudo().create(
            {
                "subject": f"{subject} [{self._token()}]",
                "body_html": body,
                "email_to": self.email_from or self.partner_id.email_formatted,
                "email_from": self._sender_address(),
                "reply_to": self._address() or False,
                "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
                "auto_delete": False,
                "library_keep_trying": True,
            }
        )

    # The patron's rating

    def _rating_given(self):
        """The patron's rating of this case, empty when there is none yet."""
        self.ensure_one()
        return self._patron_ratings().filtered("consumed")[:1]

    def _patron_ratings(self):
        # sudo: ratings of this case by its own patron
        return self.env["rating.rating"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            order="consumed desc, id",
        )

    def _rating_of_patron(self):
        """The one rating of this case by its patron, given or still open; its token is in our mail."""
        self.ensure_one()
        rating = self._patron_ratings()[:1]
        if rating:
            return rating
        # sudo: prepares the rating that only its token opens
        return self.env["rating.rating"].sudo().create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "partner_id": self.partner_id.id,
                "rated_partner_id": self._rating_get_operator().id,
            }
        )

    def _rating_get_access_token(self, partner=None):
        """A second request for the same patron leads to the same rating."""
        self.ensure_one()
        if partner and partner != self.partner_id:
            return super()._rating_get_access_token(partner)
        self.check_access("read")
        return self._rating_of_patron().access_token

    def _rating_url(self, value=0):
        """The link that opens the page on which `value` is chosen."""
        self.ensure_one()
        rating = self._rating_of_patron()
        tail = f"/{value}" if value else ""
        return f"{self.get_base_url()}/library/rate/{self.id}/{rating.access_token}{tail}"

    @api.model
    def _portal_find_rating(self, case_id, token):
        """The rating that a link opens, in sudo mode; an empty one when the link is wrong or too old."""
        # sudo: handed out only for the rating's own secret
        Rating = self.env["rating.rating"].sudo()
        case_sudo = self.sudo().browse(as_id(case_id) or None).exists()
        if not case_sudo or case_sudo._portal_link_expired():
            return Rating
        return case_sudo._patron_ratings().filtered(lambda rating: same_secret(token, rating.access_token))[:1]

    @api.model
    def _portal_case_of_rating(self, rating_sudo):
        return self.sudo().browse(rating_sudo.res_id)  # sudo: the visitor holds the secret of this case's rating

    def _portal_rate(self, form):
        """Store the patron's rating and words; the last one counts.

        :raise FormRefused: for anything but one to five
        """
        self.ensure_one()
        value = as_id(form.get("rating"))
        if value not in range(1, 6):
            raise FormRefused({"rating": self.env._("Please choose one to five.")})
        case_sudo = self.sudo()  # sudo: the patron rates; both values are checked
        words = clean_text(form.get("feedback"), FEEDBACK_LENGTH)
        rating = case_sudo._rating_of_patron()
        return case_sudo.rating_apply(value, rating=rating, feedback=words or rating.feedback or None)

    def rating_apply(self, rate, token=None, rating=None, feedback=None, subtype_xmlid=None, notify_delay_send=False):
        """Whichever way a rating comes, a bad one is looked after by a person.

        Staff see it in the case; nothing goes to the patron's thread.
        """
        self.check_access("write")
        # a patron's rating is a fact for staff, not a message that would open the case again
        case = self.with_user(SUPERUSER_ID) if self.env.su else self
        rating = super(LibraryCase, case).rating_apply(
            rate,
            token=token,
            rating=rating,
            feedback=feedback,
            subtype_xmlid="mail.mt_note",
            notify_delay_send=notify_delay_send,
        )
        if 0 < rating.rating <= RECOVERY_FROM:
            case._plan_recovery(rating)
        return rating

    def _plan_recovery(self, rating):
        """A bad rating is a task for the lead of the team, once."""
        self.ensure_one()
        team = self.team_id
        lead = team.lead_id or team.member_ids.filtered(lambda member: member.role == "lead").user_id[:1]
        user = lead or self.user_id or team.user_ids[:1]
        if user and not self.activity_search([RECOVERY_ACTIVITY]):
            self.activity_schedule(
                RECOVERY_ACTIVITY,
                user_id=user.id,
                summary=self.env._("Rated %(value)s of 5: make it good", value=int(rating.rating)),
                note=plaintext2html(rating.feedback or ""),
            )

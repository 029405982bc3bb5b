from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_datetime, is_html_empty

from ...lib.mail_token import make_token, plus_address

ACK_TEMPLATE = "library_crm.mail_template_case_acknowledgement"
ACKS_PER_HOUR = 3


class LibraryCase(models.Model):
    """The conversation with the patron: who reads what, and what each message changes."""

    _inherit = "library.case"

    # Who will read

    def _patron_readers(self):
        """The partners to whom an answer goes by mail: the patron and accepted participants."""
        self.ensure_one()
        people = self.participant_ids.filtered(lambda person: person.state == "accepted" and person.may_be_mailed)
        return self.partner_id | people.partner_id

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Internal messages of a case never leave the staff, whoever follows or is named."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        # sudo: whether a kind of message is internal is no secret
        subtype_id = (msg_vals or {}).get("subtype_id") or message.sudo().subtype_id.id
        if not subtype_id or self.env["mail.message.subtype"].sudo().browse(subtype_id).internal:
            return [data for data in recipients if not data["share"]]
        return recipients

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """The link in a mail opens the case, and never an account: mails are passed on.

        Core puts a token to sign up as the patron into it. Who has an account signs in.
        """
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals=msg_vals)
        for name, _predicate, data in groups:
            if name == "portal_customer" and data.get("button_access"):
                data["button_access"]["url"] = self._mailed_link(data["button_access"]["url"])
        return groups

    def _mailed_link(self, url):
        """`url` without what lets its reader sign up; the page of the case for patrons with an account."""
        if self.sudo().partner_id.user_ids:  # sudo: whether the patron has an account
            return f"{self.get_base_url()}/my/cases/{self.id}"
        parts = urlsplit(url)
        kept = [(key, value) for key, value in parse_qsl(parts.query) if key not in ("auth_signup_token", "auth_login")]
        return urlunsplit(parts._replace(query=urlencode(kept)))

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Only staff follow a case; patrons and participants are mailed because they are named."""
        # sudo: reads one boolean of partners to keep outsiders from following
        people_sudo = self.env["res.partner"].sudo().browse(partner_ids or [])
        staff = people_sudo.filtered(lambda person: not person.partner_share)
        return super().message_subscribe(partner_ids=staff.ids, subtype_ids=subtype_ids)

    def _token(self):
        """The word by which a mail finds this case, whatever a mail client did to its headers."""
        self.ensure_one()
        return make_token(self.env["library.mail.intake"]._secret(), "c", self.id)

    def _address(self):
        """The address that belongs to this case alone, or the team's, or nothing."""
        self.ensure_one()
        # sudo: the team's public address
        alias = self.sudo().team_id.alias_email
        return plus_address(alias, self._token()) if alias else False

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        reply_to = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        for case in self:
            if address := case._address():
                reply_to[case.id] = address
        return reply_to

    def _message_compute_subject(self):
        self.ensure_one()
        return f"{self.name} [{self._token()}]"

    def _notify_by_email_prepare_rendering_context(self, message, msg_vals=False, model_description=False,
                                                   force_email_company=False, force_email_lang=False,
                                                   force_record_name=False):
        context = super()._notify_by_email_prepare_rendering_context(
            message, msg_vals=msg_vals, model_description=model_description, force_email_company=force_email_company,
            force_email_lang=force_email_lang, force_record_name=force_record_name)
        context["library_token"] = self._token()
        return context

    # What a message changes

    def message_post(self, **kwargs):
        """Post to the conversation; a colleague's note goes to the workroom instead."""
        self.ensure_one()
        if not self.env.user._is_internal():
            kwargs = self._prepare_outsider_message(kwargs)
        elif kwargs.get("message_type", "notification") == "comment" and self._is_note(kwargs):
            return self._ensure_workroom().message_post(**kwargs)
        message = super().message_post(**kwargs)
        if message.message_type in ("comment", "email") and not message.is_internal and not self._is_note(kwargs):
            self._register_message(message)
        return message

    def _prepare_outsider_message(self, post_values):
        """What a patron may say of a message: its words and files. Everything else is ours to decide."""
        kept = {name: post_values[name] for name in ("body", "attachment_ids", "attachments") if name in post_values}
        if self.env.su:
            # only our own code and a controller that checked a token come here with these
            kept.update({name: post_values[name] for name in ("author_id", "email_from") if name in post_values})
        return {**kept, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}

    def _is_note(self, post_values):
        """Whether these values of message_post make an internal note."""
        subtype = post_values.get("subtype_xmlid") or "mail.mt_note"
        if post_values.get("subtype_id"):
            # sudo: whether a kind of message is internal is no secret
            return self.env["mail.message.subtype"].sudo().browse(post_values["subtype_id"]).internal
        return subtype == "mail.mt_note"

    def _register_message(self, message):
        """Move the case on: after staff wrote we wait for the patron, after the patron wrote they wait for us."""
        # sudo: a patron's message moves the case; only these fields, all values ours
        case_sudo = self.sudo()
        author_sudo = message.sudo().author_id
        is_staff = message.message_type == "comment" and author_sudo and not author_sudo.partner_share
        if is_staff:
            case_sudo._register_answer()
        else:
            case_sudo._register_patron_message()

    def _register_answer(self):
        """A member of staff answered."""
        now = fields.Datetime.now()
        values = {"waits_for": "patron", "has_news": False, "date_last_message": now}
        if not self.date_first_answer:
            values["date_first_answer"] = now
        if self.env.context.get("library_restating"):
            values["stage_id"] = self._find_stage("understand").id
        elif self.stage_code in ("new", "understand", "search"):
            values["stage_id"] = self._find_stage("deliver").id
        self.write(values)

    def _register_patron_message(self):
        """The patron, or whoever may speak for them, wrote."""
        now = fields.Datetime.now()
        if self.stage_code == "closed":
            self._reopen()
        values = {"has_news": True, "date_last_message": now}
        if self.waits_for != "library":
            values.update(waits_for="library", date_promised=self._promise(self.team_id, self.service_id, now))
        self.write(values)
        if self.user_id:
            self._remind_owner()

    def _remind_owner(self):
        """One open activity says that an answer is due; a second mail does not make a second one."""
        kind = "mail.mail_activity_data_todo"
        if not self.activity_search([kind], user_id=self.user_id.id):
            due = fields.Datetime.context_timestamp(self, self.date_promised or fields.Datetime.now()).date()
            self.activity_schedule(
                kind, date_deadline=due, summary=self.env._("The patron wrote"), user_id=self.user_id.id
            )

    # What we send

    def _answer(self, body, attachment_ids=(), solutions=None, articles=None, author=None):
        """Send an answer to everybody whom the composer named.

        :param body: Markup, what the patron reads
        :param attachment_ids: ids of attachments, documents of solutions among them
        :param author: the colleague (res.users) who wrote what somebody else sends
        """
        self.ensure_one()
        if is_html_empty(body) and not attachment_ids:
            raise UserError(self.env._("Write an answer before you send it."))
        readers = self._patron_readers()
        if not readers:
            raise UserError(self.env._("Nobody would read this answer: the case has no patron with an address."))
        if solutions:
            self.solution_ids |= solutions
        if articles:
            self.article_ids |= articles
        return self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=readers.ids,
            attachment_ids=list(attachment_ids),
            email_layout_xmlid="library_crm.mail_layout_case",
            email_add_signature=False,
            **({"author_id": author.partner_id.id} if author else {}),
        )

    def _acknowledge(self):
        """Tell a patron who wrote by mail that we have it, with the promise and the case's token; once.

        The mail is marked as automatic in every way that other machines read
        (RFC 3834), and an address gets a few an hour at most.
        """
        self.ensure_one()
        address = email_normalize(self.email_from or "")
        template = self.env.ref(ACK_TEMPLATE, raise_if_not_found=False)
        if not address or not template or self.date_acknowledged or self._acknowledged_lately(address):
            return False
        # sudo: the gateway acts for nobody; recipient and text are the library's own
        template_sudo = template.sudo().with_context(lang=self._patron_lang())
        subject = template_sudo._render_field("subject", self.ids)[self.id]
        body = template_sudo._render_field("body_html", self.ids)[self.id]
        self.date_acknowledged = fields.Datetime.now()
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return self.env["mail.mail"].sudo().create(
            self._prepare_automatic_mail(subject, body, self.email_from, self._automatic_headers())
        )

    def _prepare_automatic_mail(self, subject, body, email_to, headers):
        """A mail that nobody typed, as values: it stands in the conversation, and every machine sees what it is.

        :param body: Markup
        :param str email_to: who gets it
        :param dict headers: by which other machines know it
        """
        return {
            "subject": f"{subject} [{self._token()}]",
            "body_html": body,
            "body": body,
            "email_to": email_to,
            "email_from": self._sender_address(),
            "reply_to": self._address() or False,
            "model": self._name,
            "res_id": self.id,
            "message_type": "auto_comment",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
            "author_id": self.company_id.partner_id.id,
            "headers": repr(headers),
            "auto_delete": False,
        }

    @api.model
    def _automatic_headers(self):
        """Headers by which other machines know that nobody typed this mail."""
        return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "auto_reply"}

    def _acknowledged_lately(self, address):
        """Whether this address got its share of automatic answers within the hour."""
        hour_ago = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        return (
            self.sudo().search_count(  # sudo: counts over all teams, shows nothing
                [
                    ("email_normalized", "=", address),
                    ("create_date", ">=", hour_ago),
                    ("date_acknowledged", "!=", False),
                ],
                limit=ACKS_PER_HOUR,
            )
            >= ACKS_PER_HOUR
        )

    def _sender_address(self):
        """From whom the library's own mails about this case come."""
        # sudo: the team's public address and the institution's name
        team_sudo = self.sudo().team_id
        return team_sudo.alias_email or team_sudo.company_id.email_formatted or self.env.user.email_formatted

    def _patron_lang(self):
        """The language in which this patron is addressed, when it is active."""
        active = dict(self.env["res.lang"].get_installed())
        for lang in (self.lang, self.patron_id.lang, self.company_id.partner_id.lang):
            if lang in active:
                return lang
        return self.env.lang

    def _promise_words(self):
        """The promised moment as this patron reads it, in the language and time zone of the library."""
        self.ensure_one()
        if not self.date_promised:
            return ""
        # sudo: the opening hours' time zone
        zone = self.sudo().team_id._get_calendar().tz or "UTC"
        return format_datetime(
            self.env, self.date_promised, tz=zone, dt_format="EEEE, d MMMM, HH:mm"
            if not self._patron_lang().startswith("zh") else "M月d日 EEEE HH:mm", lang_code=self._patron_lang()
        )

    def _question_without_identity(self):
        """The question as colleagues of other teams may read it."""
        self.ensure_one()
        text = "\n".join(filter(None, self.need_ids.mapped(lambda need: need.restatement or need.statement)))
        return self._remove_identity(text or self.name or "")

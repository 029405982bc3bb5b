from email.message import EmailMessage
from email.policy import SMTP

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tools import email_normalize, formataddr, plaintext2html

from ...const import DEPTHS, QUIET
from ...lib.form_input import FormRefused, as_date, as_id, clean_filename, clean_line, clean_text, headline
from ...lib.language import guess_language

QUESTION_LENGTH = 20000
MOST_FILES = 10
MOST_MEGABYTES = 25
MEGABYTE = 1024 * 1024
HONEYPOT = "homepage"


class LibraryCase(models.Model):
    """What patrons send from the portal: every value here is untrusted until checked."""

    _inherit = "library.case"

    # A new question

    @api.model
    def _portal_submit(self, form, files=(), ip=""):
        """Open a case from the form "Ask the library".

        :param dict form: untrusted fields of the form; only the known ones are read
        :param files: uploads with `filename` and `stream`
        :param str ip: where the form came from
        :return: the new case in sudo mode; an empty one when a person has to look at it first
        :raise FormRefused: with a sentence for each field that cannot be taken
        """
        asked = self._portal_read_question(form, files)
        self._portal_admit_question(asked, ip, bool(files))
        if clean_line(form.get(HONEYPOT), 200):
            return self._portal_hold(asked)
        # sudo: a receipt makes a form sent twice one case; the key is hashed before it is stored
        receipt_sudo, first = self._portal_claim(form)
        if not first:
            return receipt_sudo.case_id
        case_sudo = self._portal_open(asked)
        receipt_sudo.case_id = case_sudo
        return case_sudo

    @api.model
    def _portal_read_question(self, form, files):
        """The checked values of the form.

        :raise FormRefused: with all that is wrong at once
        """
        errors = {}
        asked = {
            "question": clean_text(form.get("question"), QUESTION_LENGTH),
            "purpose": clean_line(form.get("purpose"), 300),
            "wanted_languages": clean_line(form.get("wanted_languages"), 200),
            "wanted_formats": clean_line(form.get("wanted_formats"), 200),
            "depth": form.get("depth") if form.get("depth") in dict(DEPTHS) else False,
            "service": self._portal_services().filtered(lambda service: service.id == as_id(form.get("service"))),
        }
        if not asked["question"]:
            errors["question"] = self.env._("Please write what you need.")
        if not asked["service"]:
            errors["service"] = self.env._("Please choose what we can do for you.")
        asked["date_deadline"] = self._portal_read_deadline(form, errors)
        asked.update(self._portal_read_sender(form, errors))
        asked["attachments"] = self._portal_read_files(files, errors)
        if errors:
            raise FormRefused(errors)
        return asked

    @api.model
    def _portal_read_deadline(self, form, errors):
        text = clean_line(form.get("date_deadline"), 20)
        deadline = as_date(text) or False
        if text and not deadline:
            errors["date_deadline"] = self.env._("Please give the date as year-month-day, for example 2027-03-31.")
        elif deadline and deadline < fields.Date.context_today(self):
            errors["date_deadline"] = self.env._("This day has passed.")
        return deadline

    @api.model
    def _portal_read_sender(self, form, errors):
        """Who asks: the signed-in person, else the address that was typed."""
        user = self.env.user
        if not user._is_public():
            return {"user": user, "email": user.email, "name": user.name}
        email = email_normalize(clean_line(form.get("email"), 250))
        if not email:
            errors["email"] = self.env._("Please give an e-mail address to which we can answer.")
        return {"user": user.browse(), "email": email, "name": clean_line(form.get("name"), 100)}

    @api.model
    def _portal_read_files(self, files, errors):
        """(name, content) of the uploads; nothing is read when they are too many or too large."""
        files = [upload for upload in files if upload.filename]
        sizes = [(self._upload_size(upload), upload) for upload in files]
        if len(files) > MOST_FILES:
            errors["attachments"] = self.env._("Please attach at most %(number)s files.", number=MOST_FILES)
        elif sum(size for size, _upload in sizes) > MOST_MEGABYTES * MEGABYTE:
            size, upload = max(sizes, key=lambda pair: pair[0])
            errors["attachments"] = self.env._(
                "Your files are too large: “%(name)s” alone has %(size)s MB, and all together may have %(limit)s MB."
                " Please leave it out and send us a link, or bring it along.",
                name=clean_filename(upload.filename),
                size=max(1, round(size / MEGABYTE)),
                limit=MOST_MEGABYTES,
            )
        if errors:
            return []
        return [(clean_filename(upload.filename), upload.stream.read()) for upload in files]

    @api.model
    def _upload_size(self, upload):
        upload.stream.seek(0, 2)
        size = upload.stream.tell()
        upload.stream.seek(0)
        return size

    @api.model
    def _portal_admit_question(self, asked, ip, has_files):
        """Refuse a flood; what was typed stays in the form.

        :raise FormRefused: when too much came from one place within minutes
        """
        Log = self.env["library.form.log"]
        limits = {("address", asked["email"]): Log._limit("forms_per_address", 8)}
        if not asked["user"]:
            limits["ip", ip] = Log._limit("forms_per_ip", 20)
        if not Log._admit(limits):
            raise FormRefused({"form": self._portal_flood_words(has_files)}, status=429)

    @api.model
    def _portal_flood_words(self, has_files=False):
        words = self.env._(
            "Very many messages came from here within a few minutes. Please wait ten minutes and send it again:"
            " what you wrote is still below."
        )
        return f"{words} {self.env._('Please choose your files again then.')}" if has_files else words

    @api.model
    def _portal_claim(self, form):
        """The receipt of this very form, and whether it is the first time that it is sent."""
        key = clean_line(form.get("form_key"), 64)
        # sudo: receipts are the system's; the key only tells a second click from a first
        Receipt = self.env["library.mail.receipt"].sudo()
        if len(key) < 16:
            return Receipt, True
        key = self.env["library.form.log"]._key("form", f"{self.env.uid}:{key}")
        receipt = Receipt._claim(key)
        if receipt:
            return receipt, True
        earlier = Receipt._find(key)
        if not earlier:
            # its twin was stored after our transaction had begun: the server runs us again, and then we see it
            raise ConcurrencyError("the same form is being taken in")
        return earlier, not earlier.case_id

    @api.model
    def _portal_open(self, asked):
        """Open the case of a checked question and say that we have it."""
        service_sudo = asked["service"].sudo()  # sudo: the team behind a published service
        team_sudo = self._portal_team(service_sudo)
        patron_sudo, is_proved = self._portal_asker(asked, team_sudo.company_id)
        lang = self.env["library.mail.intake"]._active_lang(guess_language(asked["question"])) or self.env.lang
        values = {
            "name": headline(asked["question"]),
            "patron_id": patron_sudo.id,
            "email_from": asked["email"],
            "service_id": service_sudo.id,
            "team_id": team_sudo.id,
            "channel": "portal",
            "lang": lang,
        }
        if not is_proved:
            # an address that somebody typed is no proof: the account behind it reads the case once its mailbox spoke
            values["reader_partner_ids"] = []
        # sudo: patrons may not create cases; every value is checked above or ours
        case_sudo = self.sudo().with_context(**QUIET, library_statement=asked["question"]).create(values)
        details = ("purpose", "date_deadline", "depth", "wanted_languages", "wanted_formats")
        case_sudo.need_ids.write({name: asked[name] for name in details if asked[name]})
        case_sudo._portal_post(asked["question"], asked["attachments"], patron_sudo.partner_id, asked)
        case_sudo._acknowledge()
        return case_sudo.with_context(self.env.context)

    @api.model
    def _portal_team(self, service_sudo):
        """Who gets what is asked under a service."""
        team_sudo = service_sudo.team_id
        if not team_sudo or team_sudo.company_id != self.env.company:
            team_sudo = team_sudo.search([("company_id", "=", self.env.company.id)], limit=1)
        if not team_sudo:
            raise FormRefused({"form": self.env._("No desk is open online yet. Please ask us in the library.")})
        return team_sudo

    @api.model
    def _portal_asker(self, asked, company):
        """The patron who asks, and whether the account behind the patron is proved to be theirs."""
        Patron = self.env["library.patron"]
        if asked["user"]:
            return Patron._portal_own(), True
        Patron_sudo = Patron.sudo()  # sudo: the visitor learns nothing of what is found
        if self.env["library.mail.intake"]._is_staff(asked["email"]):
            return Patron_sudo, False
        known = Patron_sudo._find_by_email(asked["email"], company)
        found = Patron_sudo._find_or_create_by_email(
            formataddr((asked["name"], asked["email"])), company, name=asked["name"] or None, lang=self.env.lang
        )
        return found, not known and not found.partner_id.user_ids

    @api.model
    def _portal_hold(self, asked):
        """Keep what a machine seems to have sent until a person has looked at it."""
        team_sudo = self._portal_team(asked["service"].sudo())  # sudo: the team behind a published service
        mail = EmailMessage(policy=SMTP.clone(utf8=False))
        mail["From"] = formataddr((asked["name"] or "", asked["email"]))
        mail["Subject"] = headline(asked["question"])
        mail.set_content(asked["question"])
        facts = {
            "name": headline(asked["question"]),
            "email_from": mail["From"],
            "preview": asked["question"][:2000],
            "team_id": team_sudo.id,
            "company_id": team_sudo.company_id.id,
        }
        # sudo: visitors may not hold mail; all values are checked or ours
        self.env["library.mail.held"].sudo()._hold(
            mail.as_bytes(), "automatic", self.env._("A form filled in by a machine"), facts=facts
        )
        return self.browse()

    # Going on with a case

    def _portal_reply(self, form, files=(), access_token=None):
        """Post what a reader wrote on the page of this case.

        :raise FormRefused: when nothing was written, files are too large or too much came
        """
        words, attachments = self._portal_read_words(form, files)
        return self._portal_post(words, attachments, self._portal_speaker(access_token))

    def _portal_read_words(self, form, files=()):
        """Checked text and files of a reply."""
        self.ensure_one()
        errors = {}
        words = clean_text(form.get("message"), QUESTION_LENGTH)
        attachments = self._portal_read_files(files, errors)
        if not words and not attachments and not errors:
            errors["message"] = self.env._("Please write something before you send it.")
        if errors:
            raise FormRefused(errors)
        Log = self.env["library.form.log"]
        if not Log._admit({("case", self.id): Log._limit("replies_per_case", 15)}):
            raise FormRefused({"form": self._portal_flood_words(bool(attachments))}, status=429)
        return words, attachments

    def _portal_post(self, words, attachments, partner, asked=None):
        """Put checked words into the conversation in the name of `partner`."""
        self.ensure_one()
        partner_sudo = partner.sudo()  # sudo: reads whether the person is staff
        # staff who ask for themselves are patrons here: a "comment" of theirs would count as our answer
        message_type = "comment" if not partner_sudo or partner_sudo.partner_share else "email"
        sender = formataddr((asked["name"] or "", asked["email"])) if asked else partner_sudo.email_formatted
        return self.sudo().with_context(**QUIET).message_post(  # sudo: readers may write into their case
            body=plaintext2html(words) if words else Markup(),
            message_type=message_type,
            subtype_xmlid="mail.mt_comment",
            author_id=partner_sudo.id or False,
            email_from=sender or self.email_from,
            attachments=attachments,
        )

    def _portal_speaker(self, access_token=None):
        """In whose name the visitor of this page speaks.

        :raise AccessError: for staff, whose answers leave by the desk and not by the patron's page
        """
        self.ensure_one()
        user = self.env.user
        case_sudo = self.sudo()  # sudo: compares people of the case with the visitor
        if not user._is_public() and user.partner_id in case_sudo.reader_partner_ids:
            return user.partner_id
        if case_sudo._portal_opens(access_token):
            case_sudo._portal_prove()
            return case_sudo.partner_id
        raise AccessError(self.env._("Answers of the library are sent from the case itself."))

    def _portal_prove(self):
        """Somebody wrote through the link that we mailed: the mailbox is the patron's, and so is the case."""
        if self.partner_id and self.partner_id not in self.reader_partner_ids:
            self.reader_partner_ids |= self.partner_id

    def _portal_may_decide(self, access_token=None):
        """Whether the visitor may confirm needs and results: the patron, or whom the patron let decide."""
        self.ensure_one()
        case_sudo = self.sudo()  # sudo: compares people of the case with the visitor
        partner = self.env.user.partner_id
        deciders = case_sudo.participant_ids.filtered(lambda one: one.state == "accepted" and one.may_decide)
        if not self.env.user._is_public() and partner in case_sudo.partner_id | deciders.partner_id:
            return True
        return case_sudo._portal_opens(access_token)

    def _portal_confirm(self, access_token=None):
        """It helped."""
        self._portal_check_decider(access_token)
        self.sudo()._confirm_resolution()  # sudo: the patron decides; one fixed value

    def _portal_reopen(self, form, access_token=None):
        """It did not help: the patron's words open the case again."""
        self._portal_check_decider(access_token)
        words, attachments = self._portal_read_words(form)
        return self._portal_post(words, attachments, self._portal_speaker(access_token))

    def _portal_need(self, need_id, verb, form, access_token=None):
        """The patron says something about a need of this case, on the page of the case."""
        self._portal_check_decider(access_token)
        need_sudo = self.sudo().need_ids.filtered(lambda need: need.id == need_id)  # sudo: a need of this case
        if not need_sudo:
            raise AccessError(self.env._("This need is not part of the case."))
        if self.sudo()._portal_opens(access_token):
            self.sudo()._portal_prove()
        need_sudo._portal_say_checked(verb, form)

    def _portal_rate_here(self, form, access_token=None):
        """The patron rates on the page of the case."""
        self._portal_check_decider(access_token)
        self._portal_rate(form)

    def _portal_check_decider(self, access_token):
        if not self._portal_may_decide(access_token):
            raise AccessError(self.env._("Only the patron decides this."))

from email.utils import getaddresses

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...const import QUIET
from ...lib.affirm import reads_as_yes
from ...lib.language import guess_language
from ...lib.mail_auth import authenticated
from ...lib.mail_text import fold_html, html_to_plain, new_text
from ...lib.mail_token import read_token, split_plus

MOST_PROPOSED = 10
PREVIEW_LENGTH = 2000


class LibraryMailPlacing(models.AbstractModel):
    """Decides where a mail belongs, and puts it there."""

    _inherit = "library.mail.intake"

    @api.model
    def _place(self, arrival, core):
        """Put a mail where it belongs.

        :return: the library.case that got it; an empty one when it was held; core's answer for other models
        """
        if arrival.signs.kind == "bounce":
            return self._place_bounce(arrival, core)
        target = self._find_target(arrival)
        if target and target._name == "library.workroom":
            return self._place_in_workroom(arrival, target)
        if target:
            return self._place_in_case(arrival, target)
        teams = self._find_teams(arrival)
        if teams:
            return self._place_new(arrival, teams)
        return self._place_elsewhere(arrival, core)

    @api.model
    def _place_elsewhere(self, arrival, core):
        """Mail to other parts of Odoo goes the way of core; mail to nobody waits for a person."""
        # sudo: addresses of our own, of which there are a handful
        domains = self.env["mail.alias.domain"].sudo().search(Domain.TRUE)
        to_catchall = set(arrival.bare_recipients) & set(domains.mapped("catchall_email"))
        if not core or to_catchall:
            return self._hold(arrival, "unplaced", self.env._("No team has one of these addresses."))
        try:
            with self.env.cr.savepoint():
                return core(arrival.message.as_bytes())
        except ValueError:
            return self._hold(arrival, "unplaced", self.env._("No team has one of these addresses."))

    # Where it belongs

    @api.model
    def _find_teams(self, arrival):
        """The teams to whose addresses this mail was sent, in the order of the headers."""
        addresses = arrival.bare_recipients
        if not addresses:
            return self.env["library.team"]
        Team = self.env["library.team"].sudo()  # sudo: the gateway acts for nobody
        teams = Team.search([("alias_id.alias_full_name", "in", addresses)])
        place = {address: index for index, address in enumerate(addresses)}
        return teams.sorted(lambda team: place.get((team.alias_id.alias_full_name or "").lower(), len(place)))

    @api.model
    def _find_target(self, arrival):
        """The case or workroom this mail continues: by the address written to, the thread, the subject, the text."""
        secret = self._secret()
        plus = " ".join(split_plus(address)[1] or "" for address in arrival.recipients)
        target = self._record_of_tokens(read_token(secret, plus))
        target = target or self._record_of_references(arrival.references)
        target = target or self._record_of_tokens(read_token(secret, arrival.subject))
        return target or self._record_of_tokens(read_token(secret, self._text(arrival)[:100000]))

    @api.model
    def _record_of_tokens(self, tokens):
        models_of = {"c": "library.case", "w": "library.workroom", "n": "library.need"}
        for kind, record_id in tokens:
            record = self.env[models_of[kind]].sudo().browse(record_id).exists()  # sudo: sealed by our own secret
            if record and kind == "n":
                record = record.case_ids.sorted("id")[-1:]
            if record:
                return record
        return None

    @api.model
    def _record_of_references(self, references):
        if not references:
            return None
        message = self.env["mail.message"].sudo().search(  # sudo: finds a thread, shows nothing
            [("message_id", "in", references), ("model", "in", ("library.case", "library.workroom"))],
            order="id desc",
            limit=1,
        )
        return message and self.env[message.model].sudo().browse(message.res_id).exists() or None

    # Who writes

    @api.model
    def _is_staff(self, address):
        """Whether this is the address of somebody who works here: a claim, not a proof."""
        return bool(
            self.env["res.users"].sudo().search_count(  # sudo: counts, shows nothing
                [("share", "=", False), ("email_normalized", "=", address)], limit=1
            )
        )

    @api.model
    def _is_proved(self, arrival):
        """Whether the mail server that we trust vouches for the sender."""
        servers = self.env["ir.config_parameter"].sudo().get_param("library_crm.trusted_mail_servers") or ""
        return authenticated(arrival.message, servers.replace(",", " ").split()) is True

    @api.model
    def _speaker(self, case, address):
        """The partner in whose name `address` speaks in this case, False when it takes no part.

        :return: res.partner (may be empty for a patron without contact) or False
        """
        patron_addresses = set(
            case.patron_id.identity_ids.filtered(lambda one: one.kind == "email" and one.state != "wrong").mapped(
                "value_normalized"
            )
        )
        patron_addresses |= {case.email_normalized, email_normalize(case.partner_id.email or "")}
        if address in patron_addresses - {False, None, ""}:
            return case.partner_id
        person = case.participant_ids.filtered(
            lambda person: person.email_normalized == address and person.state == "accepted"
        )
        return person[:1].partner_id if person else False

    # The ways to go

    @api.model
    def _place_in_case(self, arrival, case):
        """A mail for a case that exists."""
        speaker = self._speaker(case, arrival.sender)
        # a gateway on the way may mark a patron's own mail as bulk
        from_person = arrival.signs.kind == "person" or (arrival.signs.kind == "list" and speaker is not False)
        if not from_person:
            if speaker is False:
                return self._hold(arrival, "automatic", arrival.signs.reason, state="filed", case=case)
            self._post(arrival, case, speaker, note=True)
            return case
        if speaker is not False:
            case.patron_id.identity_ids.filtered(
                lambda one: one.value_normalized == arrival.sender
            )._mark_reached()
            return self._continue_case(arrival, case, speaker)
        if self._is_staff(arrival.sender):
            if self._is_proved(arrival):
                return self._place_in_workroom(arrival, case._ensure_workroom())
            return self._hold(arrival, "staff", self.env._("The sender's address is not proved."), case=case)
        return self._hold(
            arrival, "stranger", self.env._("The sender takes no part in this case."), case=case
        )

    @api.model
    def _continue_case(self, arrival, case, speaker):
        """The patron, or somebody who may speak for them, goes on."""
        self._post(arrival, case, speaker)
        case._contribute(self._find_teams(arrival))
        self._propose_participants(arrival, case)
        asked = case.need_ids.filtered(lambda need: need.confirmation == "asked")
        if asked and self._answers_restatement(arrival, asked):
            words = self._fresh(arrival)
            if reads_as_yes(words):
                asked._confirm()
            elif words.strip():
                asked._correct(words)
        return case

    @api.model
    def _answers_restatement(self, arrival, needs):
        """Whether this mail answers our mail that restated the need."""
        everywhere = " ".join([*arrival.recipients, arrival.subject])
        tokens = read_token(self._secret(), everywhere)
        return any(("n", need.id) in tokens for need in needs)

    @api.model
    def _place_in_workroom(self, arrival, room):
        """A colleague answers from a mail client."""
        room = room.sudo()  # sudo: the gateway acts for nobody
        if arrival.signs.kind != "person":
            return self._hold(arrival, "automatic", arrival.signs.reason, state="filed", case=room.case_id)
        user = self.env["res.users"].sudo().search(
            [("share", "=", False), ("email_normalized", "=", arrival.sender)], limit=1
        )
        if not user:
            return self._hold(arrival, "stranger", self.env._("Only staff write to a workroom."), case=room.case_id)
        # the room's secret lets the mail in; only our own mail server's word makes its sender the author
        self._post(arrival, room, user.partner_id if self._is_proved(arrival) else False, note=True)
        return room.case_id

    @api.model
    def _place_new(self, arrival, teams):
        """A first mail: somebody needs something."""
        signs = arrival.signs
        if signs.kind == "auto_reply":
            return self._hold(arrival, "automatic", signs.reason, state="filed")
        if signs.kind == "list":
            return self._hold(arrival, "list", signs.reason)
        if signs.kind != "person":
            return self._hold(arrival, "automatic", signs.reason)
        if not email_normalize(arrival.sender):
            return self._hold(arrival, "no_sender", self.env._("We could not answer: there is no sender's address."))
        if self._is_our_own(arrival.sender):
            return self._hold(arrival, "automatic", self.env._("It comes from one of our own addresses."))
        if self._is_staff(arrival.sender) and not self._is_proved(arrival):
            return self._hold(arrival, "staff", self.env._("The sender's address is not proved."))
        if self._is_flood(arrival):
            return self._hold(arrival, "flood", self.env._("Many new questions from this address within the hour."))
        return self._open_case(arrival, teams)

    @api.model
    def _is_our_own(self, address):
        bare = split_plus(address)[0]
        alias = self.env["mail.alias"].sudo()  # sudo: addresses of our own
        return bool(alias.search_count([("alias_full_name", "=", bare)], limit=1))

    @api.model
    def _open_case(self, arrival, teams, acknowledge=True):
        """Open a case from a first mail; it is one case, however many teams were written to."""
        team = teams[:1] or self.env["library.team"].sudo().search([], limit=1)
        words = self._fresh(arrival)
        sender = str(arrival.message.get("From") or arrival.sender)
        lang = self._active_lang(guess_language(f"{arrival.subject} {words}"))
        # sudo: the gateway acts for nobody; all values are read from the mail or are ours
        patron = self.env["library.patron"].sudo()._find_or_create_by_email(
            sender, team.company_id, name=self._sender_name(arrival), lang=lang
        )
        patron.identity_ids.filtered(lambda one: one.value_normalized == arrival.sender)._mark_reached()
        Case = self.env["library.case"].sudo().with_context(**QUIET, library_statement=words[:20000])
        case = Case.create(
            {
                "name": (arrival.subject or words.strip().split("\n")[0] or self.env._("No subject"))[:200],
                "patron_id": patron.id,
                "email_from": arrival.sender,
                "team_id": team.id,
                "channel": "mail",
                "lang": lang or patron.lang,
                "has_news": True,
            }
        )
        self._post(arrival, case, patron.partner_id)
        case._contribute(teams - team)
        self._propose_participants(arrival, case)
        if acknowledge and arrival.signs.may_acknowledge:
            case._acknowledge()
        return case

    @api.model
    def _join_case(self, arrival, case, place):
        """A person decided that a held mail belongs to `case`."""
        case = case.sudo()  # sudo: the caller may act on the held mail of this team
        if place == "identity" and case.patron_id:
            self.env["library.patron.identity"].sudo().create(
                {"patron_id": case.patron_id.id, "kind": "email", "value": arrival.sender, "source": "mail"}
            )
        elif self._speaker(case, arrival.sender) is False:
            known = case.participant_ids.filtered(lambda person: person.email_normalized == arrival.sender)
            known.action_accept()
            if not known:
                self.env["library.case.participant"].sudo().create(
                    {
                        "case_id": case.id,
                        "name": self._sender_name(arrival) or arrival.sender,
                        "email": arrival.sender,
                        "state": "accepted",
                    }
                )
        return self._continue_case(arrival, case, self._speaker(case, arrival.sender))

    # What is stored

    @api.model
    def _post(self, arrival, record, speaker, note=False):
        """Post the mail in a thread: new text first, the quoted rest folded."""
        parsed = self._parsed(arrival)
        return record.sudo().with_context(**QUIET).message_post(  # sudo: the gateway acts for nobody
            body=Markup(fold_html(parsed["body"] or "")),
            subject=arrival.subject,
            message_type="email",
            subtype_xmlid="mail.mt_note" if note else "mail.mt_comment",
            author_id=speaker.id if speaker else False,
            email_from=str(arrival.message.get("From") or arrival.sender),
            attachments=parsed["attachments"],
            message_id=parsed["message_id"],
            incoming_email_to=parsed["to_filtered"],
            incoming_email_cc=parsed["cc_filtered"],
        )

    @api.model
    def _propose_participants(self, arrival, case):
        """Who was copied is proposed as participant; a person decides."""
        # sudo: names of our own, of which there are a handful
        ours = set(self.env["mail.alias.domain"].sudo().search(Domain.TRUE).mapped("name"))
        known = set(case.participant_ids.mapped("email_normalized")) | {arrival.sender, case.email_normalized}
        names = {address.lower(): name for name, address in getaddresses(map(str, arrival.message.get_all("Cc", [])))}
        others = [
            address
            for address in arrival.addresses("To", "Cc")
            if address not in known and address.rpartition("@")[2] not in ours and email_normalize(address)
        ][:MOST_PROPOSED]
        self.env["library.case.participant"].sudo().create(  # sudo: the gateway acts for nobody
            [
                {"case_id": case.id, "name": names.get(address) or address, "email": address}
                for address in others
                if self._speaker(case, address) is False
            ]
        )

    @api.model
    def _parsed(self, arrival):
        """What core's own parser makes of the repaired mail, once."""
        if not arrival.parsed:
            parsed = self.env["mail.thread"].sudo().message_parse(arrival.message)  # sudo: looks threads up
            arrival.parsed.update(parsed)
        return arrival.parsed

    @api.model
    def _text(self, arrival):
        """Subjectless plain text of a mail, quotes and all."""
        body = self._parsed(arrival)["body"] or ""
        return html_to_plain(str(body))

    @api.model
    def _fresh(self, arrival):
        """What the sender wrote now, without what they quote."""
        if "library_fresh" not in arrival.parsed:
            body = str(self._parsed(arrival)["body"] or "")
            arrival.parsed["library_fresh"] = new_text(None, body).fresh
        return arrival.parsed["library_fresh"]

    @api.model
    def _preview(self, arrival):
        return self._text(arrival)[:PREVIEW_LENGTH]

    @api.model
    def _sender_name(self, arrival):
        pairs = getaddresses([str(arrival.message.get("From") or "")])
        return " ".join((pairs[0][0] if pairs else "").split())[:200] or None

    @api.model
    def _active_lang(self, lang):
        return lang if lang in dict(self.env["res.lang"].get_installed()) else False

import email
import email.policy
import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...lib.arrival import Arrival
from ...lib.mail_signs import read_signs
from ...lib.mail_source import MailRefused, check_limits, message_key, parse, repair

_logger = logging.getLogger(__name__)


class LibraryMailIntake(models.AbstractModel):
    """The library's door for mail: nothing that arrives is lost, doubled or answered by mistake.

    Each mail is claimed once (`library.mail.receipt`), limited and repaired
    before anything parses it, and placed. Whatever cannot be placed is held
    with its original for a person (`library.mail.held`).
    """

    _name = "library.mail.intake"
    _description = "Mail Intake"

    @api.model
    def _secret(self):
        """The key of this database's tokens, bytes."""
        # sudo: the secret is used, never shown
        return self.env["ir.config_parameter"].sudo().get_param("database.secret").encode()

    @api.model
    def _receive(self, raw, core=None):
        """Take in one mail.

        :param bytes raw: the mail as the server gave it
        :param core: function of the repaired bytes that hands mail for other models to Odoo's own gateway
        :return: id of the record that got it, or False
        """
        key = message_key(raw)
        receipt = self.env["library.mail.receipt"]._claim(key)
        if not receipt:
            return self._receive_twin(key, raw)
        try:
            with self.env.cr.savepoint():
                arrival = self._read(raw, key)
                result = self._place(arrival, core)
        except MailRefused as refused:
            self._hold_raw(raw, key, "unreadable", refused.reason)
            return False
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the mail must not get lost
            _logger.info("Mail %s held: %s", key, error)
            self._hold_raw(raw, key, "failed", str(error) or type(error).__name__, retry=True)
            return False
        if isinstance(result, models.BaseModel):
            receipt.case_id = result
            return result.id
        return result

    @api.model
    def _read(self, raw, key):
        """Read a mail once, within limits."""
        check_limits(raw)
        # sudo: names of our own, of which there are a handful
        domains = set(self.env["mail.alias.domain"].sudo().search(Domain.TRUE).mapped("name"))
        repaired = repair(raw, ours=lambda address: address.rpartition("@")[2].lower() in domains)
        message = email.message_from_bytes(repaired, policy=email.policy.SMTP)
        # what kind of mail it is, is read from the mail as it came: repairing takes away some of the signs
        arrival = Arrival(raw=raw, message=message, signs=read_signs(parse(raw), raw=raw), key=key)
        senders = arrival.addresses("From")
        arrival.sender = email_normalize(senders[0]) or senders[0] if senders else ""
        return arrival

    @api.model
    def _receive_twin(self, key, raw):
        """The same mail again: when it came by another team's address, that team joins the case."""
        case = self.env["library.mail.receipt"]._find(key).case_id
        if case:
            try:
                arrival = self._read(raw, key)
            except MailRefused:
                return False
            case._contribute(self._find_teams(arrival))
        return False

    @api.model
    def _receive_again(self, raw, held, place=None):
        """Try again to place a held mail.

        :param held: its library.mail.held
        :param place: 'new' to open a case whatever the gateway thinks, 'join' to put it into `held.case_id`
            with the sender as participant, 'identity' to add the sender's address to the patron of that case
        :return: the library.case that got it, or an empty one
        """
        none = self.env["library.case"]
        try:
            with self.env.cr.savepoint():
                arrival = self._read(raw, held.message_key or message_key(raw))
                if place == "new":
                    case = self._open_case(arrival, held.team_id, acknowledge=False)
                elif place in ("join", "identity"):
                    case = self._join_case(arrival, held.case_id, place)
                else:
                    result = self.with_context(library_held_id=held.id)._place(arrival, None)
                    case = result if isinstance(result, models.BaseModel) else none
        except MailRefused as refused:
            held.reason = refused.reason
            return none
        except Exception as error:  # noqa: BLE001 - the mail stays held, with the new reason
            held.reason = (str(error) or type(error).__name__)[:500]
            return none
        if case:
            receipt = self.env["library.mail.receipt"]._find(arrival.key)
            receipt.case_id = case
        return case

    @api.model
    def _hold_raw(self, raw, key, kind, reason, retry=False):
        """Keep a mail that nothing could be read from safely, with the headers' first lines as a hint."""
        hint = {"message_key": key}
        for line in raw[:16384].decode("utf-8", "replace").replace("\x00", "").splitlines():
            name, _sep, value = line.partition(":")
            field = {"subject": "name", "from": "email_from", "to": "recipients"}.get(name.strip().lower())
            if field and field not in hint:
                hint[field] = value.strip()
            if not line:
                break
        return self.env["library.mail.held"]._hold(raw, kind, reason, facts=hint, retry=retry)

    @api.model
    def _hold(self, arrival, kind, reason, *, state="waiting", case=None, team=None):
        """Keep a mail that was read but must not, or cannot, be placed by a machine.

        Returns an empty case: nothing got the mail yet.
        """
        held = self.env["library.mail.held"].browse(self.env.context.get("library_held_id"))
        team = team or (case and case.team_id) or self._find_teams(arrival)[:1]
        facts = {
            "name": arrival.subject,
            "email_from": str(arrival.message.get("From") or ""),
            "recipients": ", ".join(arrival.recipients[:20]),
            "preview": self._preview(arrival),
            "message_key": arrival.key,
            "team_id": team.id if team else False,
            "company_id": (team.company_id if team else self.env.company).id,
            "case_id": case.id if case else False,
        }
        if held:
            held.write({"kind": kind, "reason": reason, "state": state, **facts})
        else:
            self.env["library.mail.held"]._hold(arrival.raw, kind, reason, facts=facts, state=state)
        return self.env["library.case"]

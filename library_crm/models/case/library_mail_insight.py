from odoo import api, models
from odoo.fields import Command
from odoo.tools import plaintext2html

from ...const import QUIET
from ...lib.form_input import clean_line, clean_text
from ...lib.redact import redact


class LibraryMailInsight(models.AbstractModel):
    """Mail to the address of a room: a colleague's becomes an insight, a patron's waits for a look.

    Of a patron's mail nothing is kept but subject and text: the sender, the headers and the files would tell who
    writes under the name. Everybody else's mail is held, as with other addresses of ours.
    """

    _inherit = "library.mail.intake"

    @api.model
    def _place_elsewhere(self, arrival, core):
        room_sudo = self._find_room(arrival)
        return self._place_insight(arrival, room_sudo) if room_sudo else super()._place_elsewhere(arrival, core)

    @api.model
    def _find_room(self, arrival):
        """The room to whose address a mail was sent, in sudo mode."""
        Room = self.env["library.insight.room"].sudo()  # sudo: the gateway acts for nobody
        addresses = arrival.bare_recipients
        return Room.search([("alias_id.alias_full_name", "in", addresses)], limit=1) if addresses else Room

    @api.model
    def _place_insight(self, arrival, room_sudo):
        """Put a mail into a room.

        :return: id of the insight, or an empty case when the mail was held
        """
        if arrival.signs.kind != "person":
            return self._hold(arrival, "automatic", arrival.signs.reason, state="filed")
        if self._is_staff(arrival.sender):
            if not self._is_proved(arrival):
                return self._hold(arrival, "staff", self.env._("The sender's address is not proved."))
            return self._staff_insight(arrival, room_sudo)
        alias_sudo = self._alias_of(arrival.sender, room_sudo.company_id)
        target_sudo = room_sudo if room_sudo.kind == "mixed" else self._room_for_patrons(room_sudo)
        if not alias_sudo or not target_sudo or self._is_flood(arrival):
            return self._hold(arrival, "stranger", self.env._("The rooms do not know the sender."))
        return self._patron_insight(arrival, target_sudo, alias_sudo)

    @api.model
    def _alias_of(self, address, company):
        """The name in the rooms of the patron with this address, in sudo mode."""
        identity_sudo = self.env["library.patron.identity"].sudo().search(  # sudo: the gateway acts for nobody
            [("kind", "=", "email"), ("value_normalized", "=", address), ("state", "!=", "wrong")]
        )
        return self.env["library.insight.alias"].sudo().search(  # sudo: as above
            [("patron_id", "in", identity_sudo.patron_id.ids), ("company_id", "=", company.id)], limit=1
        )

    @api.model
    def _room_for_patrons(self, room_sudo):
        return room_sudo.search([("kind", "=", "mixed"), ("company_id", "=", room_sudo.company_id.id)], limit=1)

    @api.model
    def _mail_values(self, arrival, room_sudo):
        words = clean_text(self._fresh(arrival), 20000)
        first = next(iter(words.splitlines()), "")
        return {
            "name": clean_line(arrival.subject, 200) or clean_line(first, 200) or self.env._("No subject"),
            "body": plaintext2html(words) if words else False, "room_id": room_sudo.id,
            "company_id": room_sudo.company_id.id, "kind": "experience",
            "subject_ids": [Command.set(room_sudo.subject_ids.ids)],
        }

    @api.model
    def _staff_insight(self, arrival, room_sudo):
        user_sudo = self.env["res.users"].sudo().search(  # sudo: the sender's account, proved by our own mail server
            [("share", "=", False), ("email_normalized", "=", arrival.sender)], limit=1
        )
        if not user_sudo.has_group("library_crm.group_library_librarian"):
            return self._hold(arrival, "stranger", self.env._("Only library staff write to this room."))
        Insight = self.env["library.insight"].sudo().with_context(**QUIET)  # sudo: the gateway acts for nobody
        insight = Insight.create({**self._mail_values(arrival, room_sudo), "author_id": user_sudo.id})
        self._post(arrival, insight, user_sudo.partner_id, note=True)
        return self._placed(insight)

    @api.model
    def _patron_insight(self, arrival, room_sudo, alias_sudo):
        """A patron's mail waits for a look; without our mail server's word for the sender, without the name, too."""
        values = self._mail_values(arrival, room_sudo)
        words = alias_sudo._own_words(alias_sudo.patron_id)
        Insight = self.env["library.insight"].sudo().with_context(**QUIET)  # sudo: the gateway acts for nobody
        insight = Insight.create({
            **values, "name": self._without(values["name"], words),
            "body": plaintext2html(self._without(clean_text(self._fresh(arrival), 20000), words)),
            "author_id": False, "is_patron": True, "moderation": "held", "look_reason": "mail",
            "alias_id": alias_sudo.id if self._is_proved(arrival) else False,
        })
        return self._placed(insight)

    @api.model
    def _without(self, text, words):
        """`text` without the greeting at the end and whatever else tells who wrote it."""
        return redact(text, names=words[:1], words=words[1:])[0]

    @api.model
    def _placed(self, insight):
        """A held mail that found its room waits no more."""
        held = self.env["library.mail.held"].browse(self.env.context.get("library_held_id"))
        if held:
            held.sudo().write({"state": "released", "date_retry": False})  # sudo: the gateway acts for nobody
        return insight.id

from odoo import api, models
from odoo.tools import SQL

from ...const import CASES_PER_HOUR
from ...lib.mail_alike import Shape

MOST_TIMES = 50
"""How many times the usual limit somebody may write different questions, before a person looks after all."""
COMPARED = 40
"""Newest cases of an address with which a new mail is compared."""
TIMES_SEEN = 3


class LibraryMailFlood(models.AbstractModel):
    """Tells many patrons behind one address, as before an examination, from two machines that talk to each other."""

    _inherit = "library.mail.intake"

    @api.model
    def _is_flood(self, arrival):
        """Whether a person should look at this first mail before it becomes a case.

        An address may open so many cases an hour, whatever they say. Beyond that only what differs from its mails of
        this hour becomes a case at once: a class that writes through one mailbox does, a machine does not. Nothing is
        lost either way, since what is held waits with its original.
        """
        address = arrival.sender
        # sudo: asks whether the address stands on the administrator's list
        if self.env["mail.gateway.allowed"].sudo().search_count([("email_normalized", "=", address)], limit=1):
            return False
        limit = int(
            # sudo: a plain figure
            self.env["ir.config_parameter"].sudo().get_param("library_crm.cases_per_hour") or CASES_PER_HOUR
        )
        opened = self._count_lately(address)
        if opened < limit:
            return False
        return opened >= limit * MOST_TIMES or self._is_said_again(arrival)

    @api.model
    def _count_lately(self, address):
        self.env["library.case"].flush_model(["email_normalized"])
        return self.env.execute_query(SQL(
            "SELECT count(*) FROM library_case WHERE email_normalized = %s"
            " AND create_date > (now() AT TIME ZONE 'UTC') - interval '1 hour'", address))[0][0]

    @api.model
    def _is_said_again(self, arrival):
        """Whether the same sender, by name and address, said nearly the same several times lately."""
        Case = self.env["library.case"].sudo()  # sudo: compares words of one sender, shows nothing
        cases = Case.with_context(active_test=False).search(
            [("email_normalized", "=", arrival.sender)], order="id desc", limit=COMPARED)
        sender = str(arrival.message.get("From") or arrival.sender)
        shape = Shape(f"{arrival.subject} {self._fresh(arrival)}")
        seen = 0
        for case in cases:
            first = case.message_ids.filtered(lambda message: message.message_type == "email")[-1:]
            is_same_person = not first or first.email_from == sender
            if is_same_person and shape.is_like(Shape(f"{case.name} {case.need_ids[:1].statement or ''}")):
                seen += 1
        return seen >= TIMES_SEEN

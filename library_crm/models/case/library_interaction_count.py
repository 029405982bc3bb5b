from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

NUDGE_DAYS = 7
NUDGE_CONTACTS = 10
DESK = ("desk",)


class LibraryInteraction(models.Model):
    """How a contact is counted, and a word to those who forget what they do away from the desk."""

    _inherit = "library.interaction"

    reference_reason = fields.Char(
        "Why counted otherwise", help="Needed where it is counted otherwise than by the rule."
    )

    @api.constrains("is_reference", "reference_reason")
    def _check_reference_reason(self):
        for contact in self:
            if contact.is_reference != contact._is_reference_by_rule() and not (contact.reference_reason or "").strip():
                raise ValidationError(self.env._("Say why this contact is counted otherwise than by the rule."))

    def _is_reference_by_rule(self):
        """Staff used or interpreted sources: an information need from level 3 on."""
        return self.kind == "reference" and self.read_level not in ("1", "2")

    @api.model
    def nudge(self):
        """A word for whoever noted many contacts at the desk lately and none away from it, else an empty one.

        Most work of level 3 and above is done by mail, by telephone and in the office.
        """
        self.check_access("read")
        since = fields.Datetime.now() - timedelta(days=NUDGE_DAYS)
        own = [("user_id", "=", self.env.uid), ("date", ">=", since)]
        at_desk = self.search_count([*own, ("channel", "in", DESK)], limit=NUDGE_CONTACTS)
        if at_desk < NUDGE_CONTACTS or self.search_count([*own, ("channel", "not in", DESK)], limit=1):
            return ""
        return self.env._(
            "This week you noted contacts at the desk and none away from it. Help on the phone, in the stacks or in "
            "your office counts, too: choose the channel.")

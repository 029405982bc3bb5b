import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

KINDS = [
    ("email", "E-mail"),
    ("card", "Card"),
    ("phone", "Phone"),
    ("sso", "Single sign-on"),
    ("ils", "Number in the library system"),
]


class _SameInstitution(fields.Many2one):
    """The institution of the patron, whose own reference to it is checked.

    A second check for every identity costs much of the time in which half a million of them come in.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a foreign key."""


class LibraryPatronIdentity(models.Model):
    """One way to recognise a patron: an address, a card, an account elsewhere."""

    _name = "library.patron.identity"
    _description = "Patron Identity"
    _order = "patron_id, kind, is_primary desc, id"
    _rec_name = "value"

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade")
    # no index of its own: a planner that takes the table for empty would choose it, and read an institution for a value
    company_id = _SameInstitution(related="patron_id.company_id", store=True)
    kind = fields.Selection(KINDS, required=True, default="email")
    value = fields.Char(required=True)
    value_normalized = fields.Char(compute="_compute_value_normalized", store=True, precompute=True)
    is_primary = fields.Boolean("Main")
    is_verified = fields.Boolean("Verified", help="The person proved to own it.")
    source = fields.Char(help="Where we have it from.")

    state = fields.Selection(
        [("active", "In use"), ("bounced", "Mail comes back"), ("wrong", "Belongs to somebody else")],
        default="active",
        required=True,
    )
    bounce_count = fields.Integer(readonly=True)
    date_bounced = fields.Datetime(readonly=True)
    bounce_reason = fields.Char(readonly=True)

    _identity_uniq = models.UniqueIndex(
        "(value_normalized, kind, company_id) WHERE state <> 'wrong'", "Another patron has this identity already."
    )
    # the few that the other index leaves out; one for all would double the work of half a million new ones
    _wrong_idx = models.Index("(value_normalized, kind) WHERE state = 'wrong'")

    @api.model
    def _normalize(self, kind, value):
        """The form in which two spellings of the same identity are equal, or False."""
        value = (value or "").strip()
        if kind == "email":
            return email_normalize(value) or False
        if kind == "phone":
            return re.sub(r"[^\d+]", "", value) or False
        if kind == "card":
            return re.sub(r"\s+", "", value).upper() or False
        return value or False

    @api.depends("kind", "value")
    def _compute_value_normalized(self):
        for identity in self:
            identity.value_normalized = self._normalize(identity.kind, identity.value)

    @api.constrains("kind", "value")
    def _check_value(self):
        for identity in self:
            if not identity.value_normalized:
                raise ValidationError(
                    self.env._("“%(value)s” is not a usable identity of this kind.", value=identity.value)
                )

    def _mark_bounced(self, reason, permanent=True):
        """Note that mail to these addresses came back; a passing failure is only counted."""
        for identity in self:
            identity.write(
                {
                    "bounce_count": identity.bounce_count + 1,
                    "date_bounced": self.env.cr.now(),
                    "bounce_reason": (reason or "")[:200],
                    **({"state": "bounced"} if permanent else {}),
                }
            )

    def _mark_reached(self):
        """A mail from this address arrived: whatever was wrong with it is over."""
        self.filtered(lambda identity: identity.state == "bounced").write({"state": "active", "bounce_reason": False})

from odoo import fields, models

STAFF = "base.group_user"


class LibraryCase(models.Model):
    """Cases that deliver what was agreed."""

    _inherit = "library.case"

    agreement_id = fields.Many2one(
        "library.service.agreement", index="btree_not_null", ondelete="set null", groups=STAFF,
        copy=False, readonly=True,
    )
    date_agreed = fields.Date("Agreed for", groups=STAFF, copy=False, readonly=True)

    _delivery_once = models.UniqueIndex(
        "(agreement_id, date_agreed) WHERE agreement_id IS NOT NULL AND date_agreed IS NOT NULL",
        "The case of this delivery is open already.",
    )

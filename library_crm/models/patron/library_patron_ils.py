from odoo import fields, models

ILS_PRIVACY = [
    ("0", "Keeps the history"),
    ("1", "As the library does by default"),
    ("2", "Keeps nothing"),
]


class LibraryPatronIls(models.Model):
    """What the library's own system says of a patron: dates, notes, restrictions, the choice of privacy."""

    _inherit = "library.patron"

    date_renewed = fields.Date("Membership renewed", groups="base.group_user")
    date_last_seen = fields.Date(
        "Last seen by the library system", groups="library_crm.group_library_relations", index="btree_not_null"
    )
    date_ils_updated = fields.Datetime(
        "Changed in the library system", readonly=True, groups="base.group_user",
        help="The newest state that an import brought; an older file changes nothing.",
    )
    is_address_wrong = fields.Boolean("Postal address is wrong", groups="base.group_user")
    is_card_lost = fields.Boolean("Card lost", groups="base.group_user")
    is_restricted = fields.Boolean("Restricted", groups="library_crm.group_library_sensitive")
    date_restricted_until = fields.Date("Restricted until", groups="library_crm.group_library_sensitive")
    restriction_note = fields.Text("Why restricted", groups="library_crm.group_library_sensitive")
    ils_staff_note = fields.Text("Staff note in the library system", groups="library_crm.group_library_sensitive")
    ils_patron_note = fields.Text("Message to the patron", groups="base.group_user")
    statistics_1 = fields.Char("Statistical group 1", groups="base.group_user")
    statistics_2 = fields.Char("Statistical group 2", groups="base.group_user")
    ils_attributes = fields.Json(
        "Further attributes", groups="library_crm.group_library_sensitive",
        help="Attributes of the library system that no fact of the patron's type takes up.",
    )
    ils_privacy = fields.Selection(
        ILS_PRIVACY, string="Privacy chosen in the library system", groups="base.group_user",
        help="“Keeps nothing”: no use of the library is ever imported for this patron.",
    )
    is_anonymised = fields.Boolean("De-identified", readonly=True, groups="base.group_user")

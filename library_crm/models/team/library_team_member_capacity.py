from odoo import fields, models


class LibraryTeamMember(models.Model):
    """How much of a week a member has for patrons."""

    _inherit = "library.team.member"

    capacity_minutes = fields.Integer(
        "Minutes a week", default=600, help="What the member can give to cases and steps of this team in a week."
    )
    takes_new = fields.Boolean("Takes new cases", default=True)

    _capacity_positive = models.Constraint("CHECK (capacity_minutes >= 0)", "Minutes cannot be negative.")

from odoo import fields, models


class ResCompany(models.Model):
    """How often the library writes on its own initiative."""

    _inherit = "res.company"

    library_outreach_cap = fields.Integer(
        "Messages in 30 days", default=4,
        help="No patron gets more mails than this in 30 days on the library's initiative, whoever sends them."
        " Answers, and what came of the patron's own words, are not counted.",
    )

    library_next_open = fields.Integer(
        "Open next steps", default=200, help="So many proposals wait for colleagues at most; the best come first."
    )

    library_quiet_cap = fields.Integer(
        "Contacts at a time", default=5,
        help="So many reminders to get in touch wait for one colleague at most; the longest quiet come first.",
    )

    _library_outreach_cap = models.Constraint(
        "CHECK (library_outreach_cap BETWEEN 1 AND 60)", "Between 1 and 60 messages in 30 days."
    )

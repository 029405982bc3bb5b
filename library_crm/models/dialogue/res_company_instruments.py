from odoo import fields, models


class ResCompany(models.Model):
    """How many closed cases are seen by three people."""

    _inherit = "res.company"

    library_paired_share = fields.Float(
        "Paired reviews", default=0.0, digits=(5, 1),
        help="Percent of the closed cases that librarian, patron and a colleague look at.",
    )

    _paired_share_range = models.Constraint(
        "CHECK (coalesce(library_paired_share, 0) BETWEEN 0 AND 100)", "A share lies between 0 and 100 percent."
    )

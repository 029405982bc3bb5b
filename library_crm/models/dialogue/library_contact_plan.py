from odoo import fields, models
from odoo.tools import SQL


class LibraryContactPlan(models.Model):
    """How long it may be quiet between the library and somebody who is looked after, before that is too long."""

    _name = "library.contact.plan"
    _description = "Contact Plan"
    _order = "days, id"
    _rec_name = "days"

    lifecycle = fields.Selection(
        lambda self: self.env["library.patron"]._fields["lifecycle"].selection, help="Empty: at every stage."
    )
    days = fields.Integer("Quiet days at most", required=True, default=90)
    company_id = fields.Many2one(
        "res.company", string="Institution", index=True, ondelete="cascade", help="Empty: for all institutions."
    )

    _days_range = models.Constraint("CHECK (days BETWEEN 7 AND 1000)", "Between 7 and 1000 days.")

    def _sql_holds(self):
        """Whether plan `k` holds for patron `p`, as an SQL condition; whoever adds a condition adds to it."""
        return SQL(
            "(k.company_id IS NULL OR k.company_id = p.company_id)"
            " AND (k.lifecycle IS NULL OR k.lifecycle = p.lifecycle)"
        )

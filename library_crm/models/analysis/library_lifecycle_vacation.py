from odoo import fields, models


class LibraryLifecycleVacation(models.Model):
    """Weeks in which nobody expects a student to come; they do not count as days without a use."""

    _name = "library.lifecycle.vacation"
    _description = "Vacation"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date_from = fields.Date("First day", required=True)
    date_to = fields.Date("Last day", required=True)

    _days_in_order = models.Constraint("CHECK (date_from <= date_to)", "A vacation ends after it begins.")

from odoo import api, fields, models

KINDS = [
    ("book", "Printed books"),
    ("journal", "Printed journals"),
    ("ebook", "E-books"),
    ("ejournal", "E-journals"),
    ("media", "Other media"),
]


class LibraryHoldingCount(models.Model):
    """How much the library holds in a class, as counted on a day: typed in, or imported from a list."""

    _name = "library.holding.count"
    _description = "Holdings by Class"
    _order = "date_counted desc, subject_id, kind, id"
    _rec_name = "subject_id"

    subject_id = fields.Many2one(
        "library.subject", string="Class", required=True, index=True, ondelete="cascade",
        help="The count holds everything below the class too.",
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(KINDS, required=True, default="book")
    titles = fields.Integer("Titles held", required=True)
    copies = fields.Integer("Copies held", help="Volumes, copies or licences.")
    date_counted = fields.Date("Day of the count", required=True, default=fields.Date.context_today)
    source = fields.Selection(
        [("typed", "Typed in"), ("import", "Imported")], required=True, readonly=True,
        default=lambda self: self._default_source(),
    )

    _once = models.UniqueIndex(
        "(company_id, subject_id, kind, date_counted)", "This class was counted on this day already."
    )
    _not_negative = models.Constraint(
        "CHECK (titles >= 0 AND (copies IS NULL OR copies >= 0))", "There cannot be fewer than none."
    )

    @api.model
    def _default_source(self):
        """Odoo's own import of lists says so in the context."""
        return "import" if self.env.context.get("import_file") else "typed"

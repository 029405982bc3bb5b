from odoo import fields, models


class LibraryPatronType(models.Model):
    """A kind of patron (student, faculty, public reader) with facts of its own."""

    _name = "library.patron.type"
    _description = "Patron Type"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Category code in the library system.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", string="Institution", index=True, help="Empty: used by every institution."
    )
    patron_properties_definition = fields.PropertiesDefinition("Facts kept about this type")

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "Another type has this code already.")

from odoo import fields, models


class LibraryBranch(models.Model):
    """A place where the library serves: a building, a department library, a bus."""

    _name = "library.branch"
    _description = "Library Branch"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Code of the branch in the library system.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Opening hours",
        check_company=True,
        help="Promises to patrons are counted in these hours; closures are its time off.",
    )
    email = fields.Char()
    phone = fields.Char()

    _check_company_auto = True
    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL", "Another branch has this code already."
    )

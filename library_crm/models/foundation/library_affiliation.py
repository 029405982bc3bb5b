from odoo import api, fields, models
from odoo.exceptions import ValidationError

AFFILIATION_KINDS = [
    ("faculty", "Faculty"),
    ("department", "Department"),
    ("class", "Class or course"),
    ("district", "District"),
    ("organisation", "Organisation"),
]


class LibraryAffiliation(models.Model):
    """Where patrons belong: a faculty, a class, a district, an employer; a tree."""

    _name = "library.affiliation"
    _description = "Affiliation"
    _order = "complete_name, id"
    _parent_store = True
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(compute="_compute_complete_name", store=True, recursive=True)
    code = fields.Char(help="As it stands in the library's or institution's system.")
    kind = fields.Selection(AFFILIATION_KINDS, required=True, default="department")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    parent_id = fields.Many2one(
        "library.affiliation", string="Part of", index=True, ondelete="restrict", check_company=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("library.affiliation", "parent_id", string="Parts")

    _code_uniq = models.UniqueIndex("(company_id, code) WHERE code IS NOT NULL", "Another affiliation has this code.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for unit in self:
            parent = unit.parent_id
            unit.complete_name = f"{parent.complete_name} / {unit.name}" if parent else unit.name

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An affiliation cannot be a part of itself."))

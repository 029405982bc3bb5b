from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LibraryPopulation(models.Model):
    """How many people of a group the library is there for in a year, whether they come or not."""

    _name = "library.population"
    _description = "Population Served"
    _order = "year desc, affiliation_id, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    year = fields.Integer(required=True, aggregator=None, default=lambda self: fields.Date.context_today(self).year)
    affiliation_id = fields.Many2one(
        "library.affiliation", index="btree_not_null", check_company=True, ondelete="cascade",
        help="With everything that belongs to it.",
    )
    age_from = fields.Integer("Age from", aggregator=None)
    age_to = fields.Integer("Age to", aggregator=None, help="0: of any age")
    branch_id = fields.Many2one(
        "library.branch", index="btree_not_null", check_company=True, ondelete="cascade", string="Catchment of"
    )
    size = fields.Integer("People", required=True)
    source = fields.Char(help="Where the figure is from: the registry, the census …")
    run_id = fields.Integer("Import run", readonly=True)
    size_before = fields.Integer(readonly=True, aggregator=None, help="What the import of this figure replaced.")

    _size_positive = models.Constraint("CHECK (size >= 0)", "A group cannot have fewer than no people.")

    @api.constrains("age_from", "age_to")
    def _check_ages(self):
        for group in self:
            if group.age_from < 0 or (group.age_to and group.age_to < group.age_from):
                raise ValidationError(self.env._("The ages of a group run from the younger to the older."))

    def _group_parts(self):
        """The names of what makes this group."""
        self.ensure_one()
        parts = [self.affiliation_id.complete_name, self.branch_id.name]
        if self.age_to:
            parts.append(self.env._("%(first)s to %(last)s years", first=self.age_from, last=self.age_to))
        return [part for part in parts if part]

    @api.depends("year", "affiliation_id", "age_from", "age_to", "branch_id")
    def _compute_display_name(self):
        for group in self:
            group.display_name = " · ".join([*group._group_parts(), str(group.year or "")])

from odoo import api, fields, models


class LibraryPopulation(models.Model):
    """Groups can be types of patrons as well."""

    _inherit = "library.population"

    type_id = fields.Many2one("library.patron.type", index="btree_not_null", ondelete="cascade", string="Patron type")

    _group_uniq = models.UniqueIndex(
        "(company_id, year, coalesce(affiliation_id, 0), coalesce(type_id, 0), coalesce(branch_id, 0),"
        " coalesce(age_from, 0), coalesce(age_to, 0))",
        "The size of this group is there already for that year.",
    )

    def _group_parts(self):
        return [*super()._group_parts(), *([self.type_id.name] if self.type_id else [])]

    @api.depends("type_id")
    def _compute_display_name(self):
        return super()._compute_display_name()

from odoo import fields, models
from odoo.fields import Domain


class LibraryReach(models.Model):
    _inherit = "library.reach"

    is_current = fields.Boolean(
        "Newest year", compute="_compute_is_current", search="_search_is_current",
        help="The last year for which the population is known.",
    )

    def _newest_year(self):
        return self.search(Domain.TRUE, order="year desc", limit=1).year

    def _compute_is_current(self):
        newest = self._newest_year()
        for reach in self:
            reach.is_current = reach.year == newest

    def _search_is_current(self, operator, value):
        return Domain("year", "=", self._newest_year()) if operator == "in" else NotImplemented

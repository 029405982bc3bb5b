from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class LibrarySearchRanked(models.AbstractModel):
    """Lists that are searched by words through the index and show the best record first."""

    _name = "library.search.ranked"
    _description = "Ranked by the search index"

    search_text = fields.Char(
        "Words", compute="_compute_search_text", search="_search_search_text", export_string_translation=False
    )

    def _compute_search_text(self):
        self.search_text = False

    def _search_search_text(self, operator, value):
        if operator not in ("in", "ilike", "=ilike", "like"):
            return NotImplemented
        return Domain("id", "in", self._search_ids_by_words([value] if isinstance(value, str) else value))

    @api.model
    def _search_ids_by_words(self, queries):
        """Ids of the records that hold words of one of `queries` (list of str), best first."""
        raise NotImplementedError

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        ranked_ids = []

        def by_words(condition):
            if condition.field_expr != "search_text":
                return condition
            found = self._search_search_text(condition.operator, condition.value)
            if found is NotImplemented:
                return condition
            ranked_ids.extend(found.value)
            return found

        domain = Domain(domain).map_conditions(by_words)
        query = super()._search(domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)
        # only a list in its usual order: a user who sorts by a column means it
        if ranked_ids and order == self._order:
            query.order = SQL("array_position(%s, %s)", ranked_ids, SQL.identifier(self._table, "id"))
        return query

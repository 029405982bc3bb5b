from odoo import api, models

from ...const import RANKED_LIMIT


class LibrarySearchMixin(models.AbstractModel):
    """What can be found by its words in the one search index.

    A model tells by `_search_document_values` what of a record is indexed and who may find it, and by
    `_search_document_fields` which fields that depends on. The index follows create, write and unlink.
    """

    _name = "library.search.mixin"
    _description = "Found by the search index"
    _inherit = ["library.search.ranked"]

    _search_is_question = False
    """Whether a record is something that was asked, not something that is known."""

    @api.model
    def _search_ids_by_words(self, queries):
        Document = self.env["library.search.document"]
        hits = [
            hit
            for query in queries
            for hit in Document._search_page(query, models=[self._name], limit=RANKED_LIMIT)["hits"]
        ]
        return list(dict.fromkeys(hit.res_id for hit in sorted(hits, key=lambda hit: -hit.score)))

    # What is indexed

    @api.model
    def _search_document_fields(self):
        """Names (set) of the fields that `_search_document_values` reads."""
        raise NotImplementedError

    def _search_document_values(self):
        """What the index has to know of this record.

        :return: dict of title (str), text (plain str), words (str: what leads here too, but is not shown), lang,
                 visibility (public, patron or staff: who may find it at all), company_id (int or None) and
                 subject_ids (list of int)
        """
        raise NotImplementedError

    # The index follows

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["library.search.document"]._mark_changed(records)
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._search_document_fields().isdisjoint(vals):
            self.env["library.search.document"]._mark_changed(self)
        return result

    def unlink(self):
        model, ids = self._name, self.ids
        result = super().unlink()
        self.env["library.search.document"]._forget(model, ids)
        return result

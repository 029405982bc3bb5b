from odoo import api, models

from ...lib.facet_words import find_facet


class LibraryFeedback(models.Model):
    """The facet is proposed from the words, and the words are shown; a librarian confirms."""

    _inherit = "library.feedback"

    @api.model
    def _complete(self, vals):
        vals = super()._complete(vals)
        if not vals.get("facet"):
            facet, words = find_facet(vals.get("body"))
            if facet:
                vals.update(facet=facet, facet_words=", ".join(words), is_facet_confirmed=False)
        return vals

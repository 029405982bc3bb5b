from odoo import api, fields, models

from ...lib.alert_match import ENTRIES_LIMIT
from ...lib.matched_words import FILLERS
from ...lib.text_tokens import CJK_RUN, fold, words

MOST_WORDS = 12


class LibraryAlertProfile(models.Model):
    """An alert that goes on looking after a need."""

    _inherit = "library.alert.profile"

    need_id = fields.Many2one(
        "library.need", string="From the need", index="btree_not_null", ondelete="set null", readonly=True
    )

    @api.model
    def _words_of(self, text):
        """The words of a sentence that could be looked for, one a line, for a librarian to choose from."""
        folded = fold(text or "")
        spans = [(start, end) for start, end in words(folded)]
        spans += [run.span() for run in CJK_RUN.finditer(folded)]
        found = {}
        for start, end in sorted(spans):
            word = folded[start:end]
            if word not in FILLERS and (len(word) > 2 or CJK_RUN.fullmatch(word)):
                found.setdefault(word, text[start:end])
        return "\n".join(list(found.values())[:min(MOST_WORDS, ENTRIES_LIMIT)])

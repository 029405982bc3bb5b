import json
from collections import Counter
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from ...lib.search_terms import QUERY_LIMIT, TOKENS_LIMIT, Scorer
from ...lib.text_tokens import tokens

READ_AHEAD = {False: 2, True: 5}
"""Documents scored in full for each that is asked for; questions are short, and alike in their frequent words."""
POSTINGS_BUDGET = {False: 1000, True: 3000}
"""Index entries that a question may touch on the shelf of knowledge and on that of questions."""


@dataclass(frozen=True)
class Nearest:
    """A document near a question; `strength` is its score as a share of what the question itself would get."""

    document_id: int
    model: str
    res_id: int
    score: float
    strength: float
    weights: dict


class LibrarySearchDocument(models.Model):
    """The nearest documents of several kinds at once, so that short questions do not push long articles out."""

    _inherit = "library.search.document"

    @api.model
    def _find_nearest(self, text, condition, limit, is_question=False, fewer=None):
        """The documents of each model that are nearest to `text`.

        Nobody's right to read the records is checked: whoever calls this decides what may be shown of them.

        :param str text: what was typed
        :param SQL condition: on a document `d`, see `_condition_readable`
        :param int limit: documents of each model
        :param dict fewer: {model: documents} of models of which fewer are wanted
        :param bool is_question: among the questions that were asked
        :return: {model: [Nearest], best first}
        """
        asked = Counter(tokens((text or "")[:QUERY_LIMIT]))
        if not asked:
            return {}
        self.env.cr.execute(SQL("SET LOCAL enable_seqscan TO off; SET LOCAL jit TO off"))
        Term = self.env["library.search.term"]
        scorer = Scorer(*Term._get_statistics(list(asked)[: 4 * TOKENS_LIMIT], is_question), asked)
        scorer.keep_rarest(TOKENS_LIMIT)
        arms, _left = scorer.arms(POSTINGS_BUDGET[is_question])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.id, e.res_model, e.res_id, d.terms, d.term_count, d.often
                  FROM (SELECT earned.*, row_number() OVER (PARTITION BY res_model ORDER BY score DESC, id) AS place
                          FROM (%s) earned) e
                  JOIN library_search_document d ON d.id = e.id
                 WHERE e.place <= %s * coalesce((%s::jsonb ->> e.res_model)::int, %s)
                """,
                self._query_earned(arms, scorer.slope, condition, is_question, POSTINGS_BUDGET[is_question]),
                READ_AHEAD[is_question],
                json.dumps(fewer or {}),
                limit,
            )
        )
        self.env.cr.execute(SQL("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT"))
        ideal = scorer.ideal(asked.total())
        found = {}
        for document_id, model, res_id, terms, length, often in rows:
            weights = scorer.weights(terms, length, often)
            score = sum(weights.values())
            strength = min(1.0, score / ideal) if ideal else 0.0
            found.setdefault(model, []).append(Nearest(document_id, model, res_id, score, strength, weights))
        return {
            model: sorted(nearest, key=lambda near: (-near.score, near.document_id))[:limit]
            for model, nearest in found.items()
        }

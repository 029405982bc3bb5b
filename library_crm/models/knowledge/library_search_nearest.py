from collections import Counter
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from ...lib.search_terms import QUERY_LIMIT, TOKENS_LIMIT, Scorer
from ...lib.text_tokens import tokens

READ_AHEAD = {False: 2, True: 13}
"""Documents scored in full for each that is asked for. Questions are short and alike in their frequent words, for which
the index is not asked: recall among five is that of exact BM25 (banking77, within rounding) only when many are read."""
POSTINGS_BUDGET = {False: 1000, True: 4000}
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
        Term = self.env["library.search.term"]
        scorer = Scorer(*Term._get_statistics(list(asked)[: 4 * TOKENS_LIMIT], is_question), asked)
        scorer.keep_rarest(TOKENS_LIMIT)
        wanted = {model: limit for model in self._get_shelf(is_question)} | (fewer or {})
        rows_of = self._read_promising(scorer, condition, is_question, wanted)
        ideal = scorer.ideal(asked.total())
        return {
            model: [
                self._prepare_nearest(scorer, ideal, model, row) for row in self._pick_best(scorer, rows, wanted[model])
            ]
            for model, rows in rows_of.items()
        }

    @api.model
    def _read_promising(self, scorer, condition, is_question, wanted):
        """What has to be known of the documents that may be among the best.

        :param dict wanted: {model: documents}
        :return: {model: [(document id, id of the record, terms, length, often)]}
        """
        arms, _left = scorer.arms(POSTINGS_BUDGET[is_question])
        ahead = READ_AHEAD[is_question]
        rows = self.env["library.search.term"]._look_up(
            SQL(
                """
                  WITH earned AS MATERIALIZED (%s)
                SELECT e.res_model, e.id, e.res_id, d.terms, d.term_count, d.often
                  FROM unnest(%s::text[], %s::int[]) AS wanted (model, documents)
                 CROSS JOIN LATERAL (SELECT * FROM earned WHERE earned.res_model = wanted.model
                                      ORDER BY score DESC, id LIMIT wanted.documents) e
                  JOIN library_search_document d ON d.id = e.id
                """,
                self._query_earned(arms, scorer.slope, condition, is_question, POSTINGS_BUDGET[is_question]),
                list(wanted),
                [ahead * documents for documents in wanted.values()],
            )
        )
        found = {}
        for model, *row in rows:
            found.setdefault(model, []).append(row)
        return found

    @api.model
    def _pick_best(self, scorer, rows, limit):
        """The `limit` best of the rows of `_read_promising`, best first."""
        scored = [(-scorer.score(*row[2:]), row[0], row) for row in rows]
        return [row for _score, _id, row in sorted(scored)[:limit]]

    @api.model
    def _prepare_nearest(self, scorer, ideal, model, row):
        document_id, res_id, *line = row
        weights = scorer.weights(*line)
        score = sum(weights.values())
        return Nearest(document_id, model, res_id, score, min(1.0, score / ideal) if ideal else 0.0, weights)

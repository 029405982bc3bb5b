from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.search_terms import QUERY_LIMIT, TOKENS_LIMIT, Scorer, is_single
from ...lib.snippet import mark, snippet
from ...lib.text_tokens import tokens

POSTINGS_BUDGET = 4000
"""Index entries that one question may touch; frequent words beyond it only help to rank."""
BUDGET_SHARE = 40
"""In a large index one entry for so many documents may be touched: the same words are the more frequent there."""
CANDIDATES = 200
"""Documents whose exact score is worked out."""
RARE_SHARE = 40
"""If words were left out, documents with the rarest ones are scored as well: one for so many entries of the budget."""
RESULTS_LIMIT = 200
ROUGHLY = 0.95
"""Frequencies in steps move a score by less than the rest; a document below this share stays where it is."""
WORST_SHARE = 0.15
"""Lists for people end where a document earns less than this share of the best one's score."""
SHELF = {False: SQL("d.is_question IS NOT TRUE"), True: SQL("d.is_question IS TRUE")}
"""The conditions of the two indexes of words, as they are written there."""


@dataclass(frozen=True)
class SearchHit:
    """One found record."""

    model: str
    res_id: int
    score: float
    title: Markup
    snippet: Markup
    lang: str
    subject_ids: tuple
    document_id: int


class LibrarySearchDocument(models.Model):
    """How the index is asked: candidates by the rarest words, exact BM25 on the best of them.

    Each word of the question is looked up with each class of frequency, the rarest words and the highest
    frequencies first, until about `POSTINGS_BUDGET` entries are read; PostgreSQL adds up what they earn. If words
    were left out, the documents that could still be among the best are read and scored in full.
    """

    _inherit = "library.search.document"

    snippet = fields.Html(compute="_compute_snippet", sanitize=False)

    @api.depends_context("library_search_query")
    def _compute_snippet(self):
        asked = tokens((self.env.context.get("library_search_query") or "")[:QUERY_LIMIT])
        for document in self:
            document.snippet = snippet(document.body or "", asked)

    @api.model
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        asked = " ".join(
            condition.value
            for condition in Domain(domain).iter_conditions()
            if condition.field_expr == "search_text" and isinstance(condition.value, str)
        )
        asking = self.with_context(library_search_query=asked)
        return super(LibrarySearchDocument, asking).web_search_read(
            domain, specification, offset=offset, limit=limit, order=order, count_limit=count_limit
        )

    @api.model
    def _search_ids_by_words(self, queries):
        hits = [hit for query in queries for hit in self._search_page(query, limit=RESULTS_LIMIT)["hits"]]
        return list(dict.fromkeys(hit.document_id for hit in sorted(hits, key=lambda hit: -hit.score)))

    @api.model
    def _search_index(self, query, models=None, limit=10, offset=0, subject_ids=None, lang=None):
        """The records that answer `query` best and that the current user may read, best first.

        All that share a word with the question count, however far behind: a list of five is a list of five.

        :param str query: what was typed, anything from nothing to 100 kB of signs
        :param models: names of the models to search, all that are indexed by default
        :param subject_ids: ids of classes; records of these and of narrower classes only
        :param str lang: records in this language only
        :return: list of SearchHit, with title and snippet as safe HTML in which the hits are marked
        """
        found = self._find_readable(query, models, subject_ids, lang, enough=offset + limit)
        return self._prepare_hits(query, found[offset : offset + limit])

    @api.model
    def _search_page(self, query, models=None, limit=10, offset=0, subject_ids=None, lang=None, only=Domain.TRUE):
        """One page of results for a person to read, and what it can be narrowed by.

        What is far behind the best result, or shares single ideographs only, is left out.

        :param Domain only: what the records have to be, besides readable
        :return: dict of hits (as `_search_index`), total (at most RESULTS_LIMIT), subject_counts and lang_counts
                 (Counter over all results)
        """
        found = self._find_readable(query, models, subject_ids, lang, only)
        rows = self.env.execute_query(
            SQL(
                "SELECT lang, subject_ids FROM library_search_document WHERE id = ANY(%s)",
                [document_id for document_id, *_rest in found],
            )
        )
        return {
            "hits": self._prepare_hits(query, found[offset : offset + limit]),
            "total": len(found),
            "lang_counts": Counter(lang for lang, _subject_ids in rows if lang),
            "subject_counts": Counter(subject_id for _lang, ids in rows for subject_id in ids or ()),
        }

    @api.model
    def _get_shelf_condition(self, is_question=False):
        """SQL condition on a document `d`: knowledge, or what was asked."""
        return SHELF[is_question]

    # Who may find what

    @api.model
    def _get_audiences(self):
        """Visibilities that the current user's records may have, or None for all."""
        user = self.env.user
        if self.env.su or user.has_group("library_crm.group_library_librarian"):
            return None
        return ["public"] if user._is_public() else ["public", "patron"]

    @api.model
    def _condition_readable(self, models, subject_ids, lang, is_question=False):
        """SQL condition on a document `d` of one shelf, or None if there is nothing that the user could find."""
        indexed = self._get_shelf(is_question)
        models = [
            model for model in indexed if (models is None or model in models) and self.env[model].has_access("read")
        ]
        if not models:
            return None
        conditions = [SQL("(d.company_id IS NULL OR d.company_id = ANY(%s))", self.env.companies.ids)]
        if len(models) < len(indexed):
            conditions.append(SQL("d.res_model = ANY(%s)", models))
        if audiences := self._get_audiences():
            conditions.append(SQL("d.visibility = ANY(%s)", audiences))
        if subject_ids:
            narrower = self.env["library.subject"].search([("id", "child_of", list(subject_ids))])
            conditions.append(SQL("d.subject_ids && %s::int[]", narrower.ids))
        if lang:
            conditions.append(SQL("d.lang = %s", lang))
        return SQL(" AND ").join(conditions)

    @api.model
    def _find_readable(self, query, models, subject_ids, lang, only=Domain.TRUE, enough=None):
        """Rows of `_find_best` for `query` that the record rules of their models let through.

        :param int enough: stop when so many are found; without it this is the whole list for a person to read
        """
        asked = Counter(tokens((query or "")[:QUERY_LIMIT]))
        found = []
        # what was asked is searched only by whoever names it; everybody else looks for knowledge
        for is_question in (False, True) if asked and models is not None else (False,) if asked else ():
            condition = self._condition_readable(models, subject_ids, lang, is_question)
            if condition is not None:
                self.sudo()._index_pending()  # sudo: see there; what is found is checked below
                found += self._find_best(asked, condition, enough is None, is_question)[:RESULTS_LIMIT]
        found = sorted(found, key=lambda row: -row[1])[:RESULTS_LIMIT]
        readable = []
        size = 2 * enough if enough else RESULTS_LIMIT
        for start in range(0, len(found), size):
            readable += self._keep_readable(found[start : start + size], only)
            if enough and len(readable) >= enough:
                break
        return readable

    def _keep_readable(self, rows, only):
        """Those of `rows` whose record the rules of its model let the user read."""
        by_model = {}
        for _id, _score, model, res_id, _singles in rows:
            by_model.setdefault(model, []).append(res_id)
        readable = {
            model: set(self.env[model].with_context(active_test=False)._search(Domain("id", "in", ids) & only))
            for model, ids in by_model.items()
        }
        return [row for row in rows if row[3] in readable[row[2]]]

    # Ranking

    @api.model
    def _find_best(self, asked, condition, is_strict, is_question=False):
        """Rows of `_find_candidates` for the tokens `asked` (Counter), with their exact scores, best first."""
        frequencies, count, average = self.env["library.search.term"]._get_statistics(
            list(asked)[: 4 * TOKENS_LIMIT], is_question
        )
        scorer = Scorer(frequencies, count, average, asked)
        scorer.keep_rarest(TOKENS_LIMIT)
        budget = max(POSTINGS_BUDGET, count // BUDGET_SHARE)
        arms, left = scorer.arms(budget)
        rare = scorer.rare_terms(budget // RARE_SHARE) if left else ()
        candidates = self._find_candidates(arms, scorer.slope, condition, is_question, budget, rare)
        candidates = self._score_in_full(candidates, scorer, left)
        if is_strict and candidates:
            floor, needed = WORST_SHARE * candidates[0][1], 0 if left else scorer.ideographs_needed()
            candidates = [row for row in candidates if row[1] >= floor and row[4] >= needed]
        return candidates

    @api.model
    def _find_candidates(self, arms, slope, condition, is_question, budget, rare=()):
        """[(id, score, model, res_id, single ideographs)] by what the terms of `arms` earn, best first.

        :param rare: terms of `arms`; each document that holds one of them is among the rows
        """
        return self.env["library.search.term"]._look_up(
            SQL(
                """
                WITH earned AS MATERIALIZED (%s)
                SELECT id, score, res_model, res_id, singles
                  FROM ((SELECT * FROM earned ORDER BY score DESC, id LIMIT %s)
                         UNION SELECT * FROM earned WHERE is_rare) chosen
                 ORDER BY score DESC, id
                """,
                self._query_earned(arms, slope, condition, is_question, budget, rare),
                max(CANDIDATES, RESULTS_LIMIT),
            )
        )

    @api.model
    def _query_earned(self, arms, slope, condition, is_question, budget=POSTINGS_BUDGET, rare=()):
        """SQL query for id, score, res_model, res_id, singles and is_rare of documents that hold terms of `arms`."""
        terms, numerators, constants = map(list, zip(*arms, strict=True))
        return SQL(
            """
            SELECT d.id, sum(arm.numerator / (arm.constant + slope * d.term_count)) AS score, d.res_model, d.res_id,
                   count(*) FILTER (WHERE arm.is_single) AS singles, bool_or(arm.is_rare) AS is_rare
              FROM unnest(%(terms)s::text[], %(numerators)s::float8[], %(constants)s::float8[], %(singles)s::bool[],
                          %(rare)s::bool[]) AS arm (term, numerator, constant, is_single, is_rare)
             CROSS JOIN (SELECT %(slope)s::float8 AS slope) AS average
             CROSS JOIN LATERAL (
                   SELECT d.id, d.term_count, d.res_model, d.res_id
                     -- OFFSET 0 keeps the conditions out: with them PostgreSQL takes the index of another column
                     FROM (SELECT d.* FROM library_search_document d
                            WHERE %(shelf)s AND string_to_array(d.terms, ' ') @> ARRAY[arm.term] OFFSET 0) d
                    WHERE %(condition)s
                    LIMIT %(budget)s
             ) d
             GROUP BY d.id, d.res_model, d.res_id
            """,
            terms=terms,
            numerators=numerators,
            constants=constants,
            singles=[is_single(term) for term in terms],
            rare=[term in rare for term in terms],
            slope=slope,
            shelf=SHELF[is_question],
            condition=condition,
            budget=budget,
        )

    @api.model
    def _score_in_full(self, candidates, scorer, left):
        """`candidates` with their exact scores: those that could still be among the best ten come first.

        :param float left: most that the terms which were not looked up could add
        """
        scores = [row[1] for row in candidates]
        worth_it = ROUGHLY * scores[9] - left if len(scores) > 10 else 0
        close = [row for row in candidates if row[1] >= worth_it]
        lines = dict(
            (document_id, line)
            for document_id, *line in self.env.execute_query(
                SQL(
                    "SELECT id, terms, term_count, often FROM library_search_document WHERE id = ANY(%s)",
                    [row[0] for row in close],
                )
            )
        )
        exact = [(row[0], scorer.score(*lines[row[0]]), *row[2:]) for row in close]
        return sorted(exact, key=lambda row: (-row[1], row[0])) + candidates[len(close) :]

    # What is shown

    @api.model
    def _get_titles(self, keys):
        """{(model, id): title} as the index holds them, which is without people where that matters.

        :param keys: (model, id) of records that the user may read
        """
        names, numbers = map(list, zip(*keys, strict=True)) if keys else ([], [])
        return {
            (model, res_id): title
            for model, res_id, title in self.env.execute_query(
                SQL(
                    """
                    SELECT d.res_model, d.res_id, d.title FROM unnest(%s::text[], %s::int[]) AS k (model, id)
                      JOIN library_search_document d ON d.res_model = k.model AND d.res_id = k.id
                    """,
                    names,
                    numbers,
                )
            )
        }

    @api.model
    def _prepare_hits(self, query, found):
        """SearchHit of each row of `_find_readable`."""
        asked = tokens((query or "")[:QUERY_LIMIT])
        rows = {
            row[0]: row[1:]
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT id, title, left(body, 20000), lang, subject_ids
                      FROM library_search_document WHERE id = ANY(%s)
                    """,
                    [document_id for document_id, *_rest in found],
                )
            )
        }
        hits = []
        for document_id, score, model, res_id, _singles in found:
            title, body, lang, subject_ids = rows[document_id]
            hits.append(
                SearchHit(
                    model,
                    res_id,
                    score,
                    mark(title, asked),
                    snippet(body, asked),
                    lang,
                    tuple(subject_ids or ()),
                    document_id,
                )
            )
        return hits

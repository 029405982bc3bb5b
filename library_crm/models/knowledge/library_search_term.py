from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.search_terms import CLASSES, code

LIVE_LIMIT = 2000
"""Below this many documents the figures are counted while searching, and are never behind."""


class LibrarySearchTerm(models.Model):
    """In how many documents a word stands: what BM25 weighs words by.

    The figures are a snapshot of the whole index. Counting along with every document would make all writers
    wait for the row of the word "the"; a snapshot is written by one scheduled action and read by everybody.
    It is taken anew when a tenth of the documents has changed, which moves no weight noticeably. A word that is not
    in it stands in one document, or came up since then: it counts as rare, which it is. The row of the empty
    token holds the number of documents and, as its only class, their average length. Questions that were asked are
    counted apart from knowledge.
    """

    _name = "library.search.term"
    _description = "Word in the search index"
    _order = "frequency desc, token"
    _rec_name = "token"
    _log_access = False

    token = fields.Char(required=True)
    is_question = fields.Boolean("In questions")
    frequency = fields.Integer("Documents", required=True)
    date_refreshed = fields.Datetime("Counted", help="Only on the row of the empty token.")
    # classes int[]: documents by class of frequency, see _auto_init

    _shelf_token_uniq = models.UniqueIndex("(token, (is_question IS TRUE))")

    def _auto_init(self):
        result = super()._auto_init()
        self.env.cr.execute(SQL("ALTER TABLE library_search_term ADD COLUMN IF NOT EXISTS classes int[]"))
        return result

    @api.model
    def _is_counted(self):
        """Whether the snapshot of the words is there and in use; a small index is read itself."""
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT coalesce(max(frequency), 0) FROM library_search_term"
                " WHERE token = '' AND is_question IS NOT TRUE"
            )
        )
        return count >= LIVE_LIMIT

    @api.model
    def _get_statistics(self, tokens, is_question=False):
        """What BM25 has to know for a query.

        :param bool is_question: among the questions that were asked, not among what is known
        :return: ({token: documents by class}, number of documents, average length); a token that no document
                 of the snapshot holds stands for a single one
        """
        rows = {
            token: (classes, frequency)
            for token, classes, frequency in self.env.execute_query(
                SQL(
                    """
                    SELECT token, classes, frequency FROM library_search_term
                     WHERE token = ANY(%s) AND (is_question IS TRUE) = %s
                    """,
                    ["", *tokens],
                    is_question,
                )
            )
        }
        [average], count = rows.pop("", ([0], 0))
        if count < LIVE_LIMIT:
            return self._count_live(tokens, is_question)
        once = [1, *(0 for _number in CLASSES[1:])]
        return {token: rows.get(token, (once, 1))[0] for token in tokens}, count, average

    @api.model
    def _count_live(self, tokens, is_question=False):
        """The figures of `_get_statistics`, counted now."""
        shelf = SQL("d.is_question IS TRUE") if is_question else SQL("d.is_question IS NOT TRUE")
        [(count, average)] = self.env.execute_query(
            SQL("SELECT count(*), coalesce(avg(term_count), 0)::float8 FROM library_search_document d WHERE %s", shelf)
        )
        terms = [code(token, number) for token in tokens for number in CLASSES]
        found = dict(
            self._look_up(
                SQL(
                    """
                    SELECT term, (SELECT count(*) FROM library_search_document d
                                   WHERE %s AND string_to_array(d.terms, ' ') @> ARRAY[term])
                      FROM unnest(%s::text[]) term
                    """,
                    shelf,
                    terms,
                )
            )
        )
        counts = {token: [found[code(token, number)] for number in CLASSES] for token in tokens}
        return counts, count, average

    @api.model
    def _look_up(self, query):
        """The rows of a query that reads the index of words.

        PostgreSQL does not know how selective a term is: it would rather read all of a small table, and its compiler
        (jit) takes longer than the query.
        """
        rows = self.env.execute_query(SQL("SET LOCAL enable_seqscan TO off; SET LOCAL jit TO off; %s", query))
        self.env.cr.execute(SQL("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT"))
        return rows

    @api.model
    def _is_stale(self):
        """Whether a tenth of the documents of either kind changed since the snapshot."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT count(*), count(*) FILTER (WHERE d.date_indexed > coalesce(t.date_refreshed, '-infinity')),
                       coalesce(max(t.frequency), 0)
                  FROM library_search_document d
                  LEFT JOIN library_search_term t
                         ON t.token = '' AND (t.is_question IS TRUE) = (d.is_question IS TRUE)
                 GROUP BY d.is_question IS TRUE
                """
            )
        )
        left = sum(count for count, _changed, _known in rows)
        known = sum(self.search([("token", "=", "")]).mapped("frequency"))
        return (known > 0 and not left) or any(
            10 * max(changed, abs(count - known)) > count for count, changed, known in rows
        )

    @api.model
    def _refresh(self):
        """Take the snapshot anew, in one statement over the whole index; writes only what changed.

        :return: False if somebody else is doing it
        """
        [(is_ours,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('library_search_term')::bigint)")
        )
        if not is_ours:
            return False
        self.env.cr.execute(self._query_snapshot())
        self.invalidate_model()
        return True

    @api.model
    def _query_snapshot(self):
        """The statement that counts all words and brings the snapshot up to date."""
        by_class = SQL(", ").join(
            SQL("coalesce(sum(documents) FILTER (WHERE number = %s), 0)", number + 1) for number in CLASSES
        )
        return SQL(
            """
            WITH terms AS (
                SELECT d.is_question IS TRUE AS is_question, term, count(*) AS documents
                  FROM library_search_document d, unnest(string_to_array(d.terms, ' ')) term
                 GROUP BY 1, 2
            ), counted AS (
                SELECT is_question, split_part(term, ':', 1) AS token,
                       coalesce(nullif(split_part(term, ':', 2), ''), '1')::int AS number, documents
                  FROM terms
            ), fresh AS (
                SELECT is_question, token, sum(documents)::int AS frequency, ARRAY[%(by_class)s]::int[] AS classes,
                       NULL::timestamp AS refreshed
                  FROM counted
                 GROUP BY is_question, token HAVING sum(documents) > 1
            ), gone AS (
                DELETE FROM library_search_term t
                 WHERE token <> '' AND NOT EXISTS (
                       SELECT FROM fresh f WHERE f.token = t.token AND f.is_question = (t.is_question IS TRUE))
            )
            INSERT INTO library_search_term AS t (token, is_question, frequency, classes, date_refreshed)
            SELECT token, is_question, frequency, classes, refreshed FROM fresh
            UNION ALL
            SELECT '', shelf.is_question, count(d.id)::int,
                   ARRAY[round(coalesce(avg(d.term_count), 0))]::int[], %(now)s
              FROM (VALUES (false), (true)) AS shelf (is_question)
              LEFT JOIN library_search_document d ON (d.is_question IS TRUE) = shelf.is_question
             GROUP BY shelf.is_question
            ON CONFLICT (token, (is_question IS TRUE)) DO UPDATE
               SET frequency = excluded.frequency, classes = excluded.classes,
                   date_refreshed = excluded.date_refreshed
             WHERE (t.classes, t.frequency, t.date_refreshed)
                   IS DISTINCT FROM (excluded.classes, excluded.frequency, excluded.date_refreshed)
            """,
            by_class=by_class,
            now=self.env.cr.now(),
        )

    @api.model
    def _refresh_if_stale(self):
        """Keep the snapshot near the truth."""
        if self._is_stale():
            self._refresh()

from datetime import datetime

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
    token holds the number of documents and, as its only class, their average length.
    """

    _name = "library.search.term"
    _description = "Word in the search index"
    _order = "frequency desc, token"
    _rec_name = "token"
    _log_access = False

    token = fields.Char(required=True)
    frequency = fields.Integer("Documents", required=True)
    date_refreshed = fields.Datetime("Counted", help="Only on the row of the empty token.")
    # classes int[]: documents by class of frequency, see _auto_init

    _token_uniq = models.UniqueIndex("(token)")

    def _auto_init(self):
        result = super()._auto_init()
        self.env.cr.execute(SQL("ALTER TABLE library_search_term ADD COLUMN IF NOT EXISTS classes int[]"))
        return result

    @api.model
    def _get_statistics(self, tokens):
        """What BM25 has to know for a query.

        :return: ({token: documents by class}, number of documents, average length); a token that no document
                 of the snapshot holds stands for a single one
        """
        rows = {
            token: (classes, frequency)
            for token, classes, frequency in self.env.execute_query(
                SQL("SELECT token, classes, frequency FROM library_search_term WHERE token = ANY(%s)", ["", *tokens])
            )
        }
        [average], count = rows.pop("", ([0], 0))
        if count < LIVE_LIMIT:
            return self._count_live(tokens)
        once = [1, *(0 for _number in CLASSES[1:])]
        return {token: rows.get(token, (once, 1))[0] for token in tokens}, count, average

    @api.model
    def _count_live(self, tokens):
        """The figures of `_get_statistics`, counted now."""
        [(count, average)] = self.env.execute_query(
            SQL("SELECT count(*), coalesce(avg(term_count), 0)::float8 FROM library_search_document")
        )
        counts = {}
        for token in tokens:
            terms = [code(token, number) for number in CLASSES]
            found = dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT term, (SELECT count(*) FROM library_search_document d
                                       WHERE string_to_array(d.terms, ' ') @> ARRAY[term])
                          FROM unnest(%s::text[]) term
                        """,
                        terms,
                    )
                )
            )
            counts[token] = [found[term] for term in terms]
        return counts, count, average

    @api.model
    def _is_stale(self):
        """Whether a tenth of the documents changed since the snapshot."""
        snapshot = self.search([("token", "=", "")])
        [(count, changed)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*), count(*) FILTER (WHERE date_indexed > %s)
                  FROM library_search_document
                """,
                snapshot.date_refreshed or datetime.min,
            )
        )
        return 10 * max(changed, abs(count - snapshot.frequency)) > count

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
        by_class = SQL(", ").join(
            SQL("coalesce(sum(documents) FILTER (WHERE number = %s), 0)", number + 1) for number in CLASSES
        )
        self.env.cr.execute(
            SQL(
                """
                WITH terms AS (
                    SELECT term, count(*) AS documents
                      FROM library_search_document d, unnest(string_to_array(d.terms, ' ')) term
                     GROUP BY term
                ), counted AS (
                    SELECT split_part(term, ':', 1) AS token,
                           coalesce(nullif(split_part(term, ':', 2), ''), '1')::int AS number, documents
                      FROM terms
                ), fresh AS (
                    SELECT token, sum(documents)::int AS frequency, ARRAY[%(by_class)s]::int[] AS classes,
                           NULL::timestamp AS refreshed
                      FROM counted
                     GROUP BY token HAVING sum(documents) > 1
                ), gone AS (
                    DELETE FROM library_search_term t
                     WHERE token <> '' AND NOT EXISTS (SELECT FROM fresh f WHERE f.token = t.token)
                )
                INSERT INTO library_search_term AS t (token, frequency, classes, date_refreshed)
                SELECT token, frequency, classes, refreshed FROM fresh
                UNION ALL
                SELECT '', count(*)::int, ARRAY[round(coalesce(avg(term_count), 0))]::int[], %(now)s
                  FROM library_search_document
                ON CONFLICT (token) DO UPDATE
                   SET frequency = excluded.frequency, classes = excluded.classes,
                       date_refreshed = excluded.date_refreshed
                 WHERE (t.classes, t.frequency, t.date_refreshed)
                       IS DISTINCT FROM (excluded.classes, excluded.frequency, excluded.date_refreshed)
                """,
                by_class=by_class,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()
        return True

    @api.model
    def _refresh_if_stale(self):
        """Keep the snapshot near the truth."""
        if self._is_stale():
            self._refresh()

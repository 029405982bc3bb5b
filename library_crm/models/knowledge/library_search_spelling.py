import re

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.pinyin_words import SoundTable
from ...lib.search_terms import CLASSES, code
from ...lib.spelling import LEAST_LETTERS, MOST_LETTERS, best_word, near_stems
from ...lib.text_tokens import CJK_RUN, fold, stem, tokens

WORDS_LIMIT = 6
TEXTS_OF_STEM = 3
PAIRS_LIMIT = 20000
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class LibrarySearchDocument(models.Model):
    """Did you mean: words that nothing holds are read as the nearest words that something holds.

    It costs nothing where a search finds enough. What is offered always stands in a text that the user may read, so
    that no guess gives away a word of a text that is kept from him.
    """

    _inherit = "library.search.document"

    @api.model
    def _did_you_mean(self, query, models=None, only=Domain.TRUE):
        """`query` with its unknown words replaced by known ones, or None.

        :param models: names of the models that are searched
        :param Domain only: what the records have to be, besides readable
        """
        query = " ".join((query or "").split())[:200]
        condition = self._condition_readable(models, None, None)
        if condition is None or not query:
            return None
        self.sudo()._index_pending()  # sudo: see there; what is offered has to stand in what the user may read
        # PostgreSQL does not know how selective a word is and would read the whole table
        self.env.cr.execute(SQL("SET LOCAL enable_seqscan TO off; SET LOCAL jit TO off"))
        corrected = self._corrected_letters(query, condition)
        corrected = self._corrected_ideographs(corrected, condition)
        self.env.cr.execute(SQL("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT"))
        if fold(corrected) == fold(query):
            return None
        return corrected if self._find_readable(corrected, models, None, None, only, enough=1) else None

    # Words of alphabets

    @api.model
    def _corrected_letters(self, query, condition):
        folded = fold(query)
        words = {match[0] for match in _WORD.finditer(folded) if not CJK_RUN.search(match[0])}
        words = {word for word in words if LEAST_LETTERS <= len(word) <= MOST_LETTERS}
        unknown = self._unknown(sorted(words)[: 4 * WORDS_LIMIT], condition)[:WORDS_LIMIT]
        for word in unknown:
            better = self._nearest_word(word, condition) or self._word_by_sound(word, condition)
            if better:
                query = re.sub(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", better, query, flags=re.IGNORECASE)
        return query

    @api.model
    def _unknown(self, words, condition):
        """Those of `words` whose stem stands in no document that the user could find."""
        if not words:
            return []
        known = self.env.execute_query(
            SQL(
                """
                SELECT word FROM unnest(%s::text[], %s::text[]) AS w (word, stem)
                 WHERE EXISTS (SELECT FROM library_search_document d WHERE %s
                               AND string_to_array(d.terms, ' ') && %s AND %s)
                """,
                words, [stem(word) for word in words], self._get_shelf_condition(), self._codes(SQL("w.stem")),
                condition,
            )
        )  # fmt: skip
        known = {row[0] for row in known}
        return [word for word in words if word not in known]

    @api.model
    def _codes(self, token):
        """SQL array of the ways in which the SQL expression `token` may stand in the terms of a document."""
        endings = [code("", number) for number in CLASSES]
        return SQL("ARRAY(SELECT %s || ending FROM unnest(%s::text[]) ending)", token, endings)

    @api.model
    def _nearest_word(self, word, condition):
        """The known word that `word` most likely is, or None."""
        stems = near_stems(word, self._vocabulary(len(word), condition))
        if not stems:
            return None
        texts = self.env.execute_query(
            SQL(
                """
                SELECT d.title || ' ' || left(d.body, 8000) FROM unnest(%s::text[]) AS s (stem)
                 CROSS JOIN LATERAL (
                       SELECT d.title, d.body FROM library_search_document d
                        WHERE %s AND string_to_array(d.terms, ' ') && %s AND %s LIMIT %s) d
                """,
                stems, self._get_shelf_condition(), self._codes(SQL("s.stem")), condition, TEXTS_OF_STEM,
            )
        )  # fmt: skip
        return best_word(word, [fold(text) for (text,) in texts])

    @api.model
    def _vocabulary(self, letters, condition):
        """(stem, documents) of the stems that a word of so many letters may come from."""
        between = (LEAST_LETTERS - 1, letters + 2)
        if not self.env["library.search.term"]._is_counted():
            return self.env.execute_query(
                SQL(
                    """
                    SELECT split_part(term, ':', 1), count(*)
                      FROM library_search_document d, unnest(string_to_array(d.terms, ' ')) term
                     WHERE %s AND %s AND term ~ '^[^0-9]+(:|$)' AND length(split_part(term, ':', 1)) BETWEEN %s AND %s
                     GROUP BY 1
                    """,
                    self._get_shelf_condition(), condition, *between,
                )
            )  # fmt: skip
        return self.env.execute_query(
            SQL(
                """
                SELECT token, frequency FROM library_search_term
                 WHERE is_question IS NOT TRUE AND length(token) BETWEEN %s AND %s AND token !~ '[0-9]'
                """,
                *between,
            )
        )

    # Chinese by its sound

    @api.model
    def _corrected_ideographs(self, query, condition):
        folded = fold(query)
        if len(folded) != len(query):
            return query
        for match in CJK_RUN.finditer(folded):
            run = match[0]
            if not 2 <= len(run) <= 12 or not self._unknown_pairs(run, condition):
                continue
            for word in self._sound_table().same_sound(run):
                if not self._unknown_pairs(word, condition):
                    query = query[: match.start()] + word + query[match.end() :]
                    break
        return query

    @api.model
    def _word_by_sound(self, letters, condition):
        """The Chinese word that was typed as it sounds, or None."""
        for word in self._sound_table().words(letters):
            if not self._unknown_pairs(word, condition):
                return word
        return None

    @api.model
    def _unknown_pairs(self, run, condition):
        """Pairs of neighbours of `run` that stand in no document which the user could find."""
        return self._unknown([token for token in dict.fromkeys(tokens(run)) if len(token) == 2], condition)

    @api.model
    def _sound_table(self):
        [stamp] = self.env.execute_query(
            SQL(
                """
                SELECT coalesce(max(date_refreshed), '-infinity')::text,
                       (SELECT max(id) / 50 FROM library_search_document)
                  FROM library_search_term WHERE token = '' AND is_question IS NOT TRUE
                """
            )
        )
        return self._read_sound_table(stamp)

    @api.model
    @tools.ormcache("stamp")
    def _read_sound_table(self, stamp):  # noqa: ARG002 - the moment of the words is what the cache is keyed by
        """The pairs of ideographs that the index holds, by their sound."""
        pair = "^[㐀-鿿]{2}(:|$)"
        if self.env["library.search.term"]._is_counted():
            rows = SQL(
                "SELECT token, frequency FROM library_search_term"
                " WHERE is_question IS NOT TRUE AND token ~ %s ORDER BY frequency DESC, token LIMIT %s",
                pair, PAIRS_LIMIT,
            )  # fmt: skip
        else:
            rows = SQL(
                """
                SELECT split_part(term, ':', 1), count(*)
                  FROM library_search_document d, unnest(string_to_array(d.terms, ' ')) term
                 WHERE %s AND term ~ %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
                """,
                self._get_shelf_condition(), pair, PAIRS_LIMIT,
            )  # fmt: skip
        return SoundTable(self.env.execute_query(rows))

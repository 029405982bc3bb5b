from odoo import api, models
from odoo.tools import SQL

from ...lib.contradiction import differing_numbers

NEAR_ENOUGH = 0.45
"""Share of what a text would score with itself from which another one counts as alike."""
AT_ONCE = 200
"""Articles whose neighbours are looked for in one night, those that changed last."""
NEIGHBOURS = 3
TEXT_START = 1500


class LibraryKnowledgeLink(models.Model):
    """The nightly search for what belongs together. Killed at any point and run again it gives the same links."""

    _inherit = "library.knowledge.link"

    @api.model
    def _cron_find(self):
        commit = self.env["ir.cron"]._commit_progress
        for find in self._get_finders():
            find()
            if not commit(1):
                return

    @api.model
    def _get_finders(self):
        """The ways in which relations are found, each a call without arguments."""
        return [self._find_same_source, self._find_cited_together, self._find_near_text]

    @api.model
    def _suggest_pairs(self, pairs):
        """Suggest the links that a query finds; what is known already stays as it was decided.

        :param SQL pairs: (from_model, from_id, to_model, to_id, kind, found_by, words, score, company_id)
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO library_knowledge_link (from_model, from_id, to_model, to_id, kind, found_by, words, score,
                                                    company_id, state, create_uid, write_uid, create_date, write_date)
                SELECT p.*, 'suggested', %(uid)s, %(uid)s, %(now)s, %(now)s FROM (%(pairs)s) p
                ON CONFLICT (from_model, from_id, to_model, to_id, found_by) DO UPDATE
                   SET words = excluded.words, score = excluded.score
                 WHERE library_knowledge_link.state = 'suggested'
                """,
                uid=self.env.uid, now=self.env.cr.now(), pairs=pairs,
            )
        )  # fmt: skip
        self.invalidate_model()

    @api.model
    def _find_same_source(self):
        """What cites the same source: the same DOI or other identifier, or the same link. Not what everybody cites."""
        self.env.flush_all()
        self._suggest_pairs(
            SQL(
                """
                WITH cited AS (
                    SELECT DISTINCT lower(coalesce(nullif(trim(q.identifier), ''), nullif(trim(q.url), ''))) AS source,
                           CASE WHEN q.article_id IS NULL THEN 'library.solution' ELSE 'library.article' END AS model,
                           coalesce(q.article_id, q.solution_id) AS id,
                           coalesce(a.company_id, s.company_id) AS company_id, q.name
                      FROM library_source_citation q
                      LEFT JOIN library_article a ON a.id = q.article_id
                      LEFT JOIN library_solution s ON s.id = q.solution_id
                     WHERE coalesce(nullif(trim(q.identifier), ''), nullif(trim(q.url), '')) IS NOT NULL
                ), rare AS (
                    SELECT source FROM cited GROUP BY source HAVING count(*) BETWEEN 2 AND 8
                )
                SELECT one.model, one.id, other.model, other.id, 'see_also', 'same_source', max(one.name)::varchar,
                       count(*)::float8, one.company_id
                  FROM rare
                  JOIN cited one ON one.source = rare.source
                  JOIN cited other ON other.source = rare.source AND (one.model, one.id) < (other.model, other.id)
                       AND other.company_id = one.company_id
                 GROUP BY 1, 2, 3, 4, 9
                """
            )
        )

    @api.model
    def _find_cited_together(self):
        """Given together: hooks of higher rooms know what was given to patrons."""

    @api.model
    def _find_near_text(self):
        """What is worded alike, and whether it then gives different numbers. The articles that changed last."""
        Document = self.env["library.search.document"]
        condition = SQL("d.res_model = ANY(%s)", ["library.article", "library.insight", "library.solution"])
        rows, numbers = [], []
        newest = self.env["library.article"].search(
            [("state", "in", ("verified", "published")), ("company_id", "!=", False)],
            order="write_date desc, id desc", limit=AT_ONCE,
        )
        texts = self._texts_of(newest)
        for article in newest:
            text = texts.get(("library.article", article.id), "")
            nearest = Document._find_nearest(text[:TEXT_START], condition, NEIGHBOURS + 1)
            for near in [one for found in nearest.values() for one in found]:
                ends = sorted([(article._name, article.id), (near.model, near.res_id)])
                if near.strength < NEAR_ENOUGH or ends[0] == ends[1]:
                    continue
                rows.append((*ends[0], *ends[1], near.strength, article.company_id.id))
        others = self._texts_of_keys({key for row in rows for key in (row[0:2], row[2:4])})
        for row in rows:
            differing = differing_numbers(others.get(row[0:2], ""), others.get(row[2:4], ""))
            if differing:
                word, here, there = differing[0]
                numbers.append((*row, f"{here} / {there} {word}"))
        self._suggest_rows([(*row, None) for row in rows], "see_also", "near_text")
        self._suggest_rows(numbers, "contradicts", "numbers_differ")

    @api.model
    def _texts_of(self, records):
        return self._texts_of_keys({(records._name, res_id) for res_id in records.ids})

    @api.model
    def _texts_of_keys(self, keys):
        """{(model, id): title and text} as the index holds them."""
        if not keys:
            return {}
        names, numbers = map(list, zip(*keys, strict=True))
        return {
            (model, res_id): text
            for model, res_id, text in self.env.execute_query(
                SQL(
                    """
                    SELECT d.res_model, d.res_id, d.title || ' ' || left(d.body, 20000)
                      FROM unnest(%s::text[], %s::int[]) AS k (model, id)
                      JOIN library_search_document d ON d.res_model = k.model AND d.res_id = k.id
                    """,
                    names, numbers,
                )
            )
        }  # fmt: skip

    @api.model
    def _suggest_rows(self, rows, kind, found_by):
        """`_suggest_pairs` of rows (model, id, model, id, score, company id, words); ends of one institution only."""
        rows = list({row[:4]: row for row in rows}.values())
        if not rows:
            return
        models_, ids, others, other_ids, scores, companies, words = map(list, zip(*rows, strict=True))
        self._suggest_pairs(
            SQL(
                """
                SELECT r.from_model, r.from_id, r.to_model, r.to_id, %s, %s, r.words, r.score, r.company
                  FROM unnest(%s::text[], %s::int[], %s::text[], %s::int[], %s::float8[], %s::int[], %s::text[])
                       AS r (from_model, from_id, to_model, to_id, score, company, words)
                  JOIN library_search_document f ON f.res_model = r.from_model AND f.res_id = r.from_id
                  JOIN library_search_document t ON t.res_model = r.to_model AND t.res_id = r.to_id
                   AND t.company_id = f.company_id
                """,
                kind, found_by, models_, ids, others, other_ids, scores, companies, words,
            )
        )  # fmt: skip

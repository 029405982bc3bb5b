from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.search_terms import split_code

ALIKE_FROM = 0.6
"""Share of their words that two articles have in common before a steward is asked whether they are one."""
LEAST_WORDS = 8
"""Different words that a text must have before it can be compared."""
CANDIDATES = 5
BATCH = 100
A_NIGHT = 1000
"""Articles compared in one run; the others follow in the next one, longest waiting first."""


class LibraryArticleNear(models.Model):
    """Two articles in one language that say nearly the same, found by the search index."""

    _name = "library.article.near"
    _description = "Articles that Say Nearly the Same"
    _log_access = False
    _rec_name = "article_id"

    article_id = fields.Many2one("library.article", required=True, ondelete="cascade", index=True)
    other_id = fields.Many2one("library.article", required=True, ondelete="cascade", index=True)
    likeness = fields.Float(required=True)

    _pair_uniq = models.UniqueIndex("(article_id, other_id)", "These two are compared already.")
    _ordered = models.Constraint("CHECK (article_id < other_id)", "The older one comes first.")

    @api.model
    def _cron_compare(self, size=BATCH, most=A_NIGHT):
        """Compare the articles that changed since they were compared last; killed anywhere, the next run goes on."""
        commit = self.env["ir.cron"]._commit_progress
        self.env["library.search.document"]._index_pending()
        waiting = self._count_waiting()
        commit(remaining=min(waiting, most))
        done = 0
        while done < most and (compared := self._compare_next(min(size, most - done))):
            done += compared
            if not commit(compared):
                return

    @api.model
    def _compare_next(self, size):
        """Compare the articles that wait longest, at most `size`. :return: how many there were"""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT a.id, d.id, d.title, left(d.body, 4000), d.lang, d.company_id, d.terms %s
             ORDER BY d.date_indexed LIMIT %s
            """,
            self._from_waiting(), size,
        ))  # fmt: skip
        pairs = {}
        for article_id, document_id, title, body, lang, company_id, terms in rows:
            for other_id, likeness in self._find_alike(document_id, f"{title}\n{body}", lang, company_id, terms):
                pairs[min(article_id, other_id), max(article_id, other_id)] = likeness
        self._keep([row[0] for row in rows], pairs)
        return len(rows)

    def _count_waiting(self):
        return self.env.execute_query(SQL("SELECT count(*) %s", self._from_waiting()))[0][0]

    def _from_waiting(self):
        """Articles whose text was indexed after they were compared."""
        return SQL(
            """
            FROM library_article a
            JOIN library_search_document d ON d.res_model = 'library.article' AND d.res_id = a.id
           WHERE a.state <> 'archived' AND (a.date_compared IS NULL OR a.date_compared < d.date_indexed)
            """
        )

    def _find_alike(self, document_id, text, lang, company_id, terms):
        """[(article id, likeness)] of what says nearly the same as one indexed article."""
        own = _words(terms)
        if len(own) < LEAST_WORDS:
            return []
        found = self.env["library.search.document"]._find_nearest(
            text,
            SQL(
                "d.res_model = 'library.article' AND d.id <> %s AND d.lang = %s"
                " AND d.company_id IS NOT DISTINCT FROM %s",
                document_id, lang, company_id or None,
            ),
            CANDIDATES,
        )  # fmt: skip
        ids = [near.document_id for nearest in found.values() for near in nearest]
        rows = self.env.execute_query(SQL(
            """
            SELECT d.res_id, d.terms FROM library_search_document d
              JOIN library_article a ON a.id = d.res_id AND a.state <> 'archived'
             WHERE d.id = ANY(%s)
            """,
            ids,
        ))  # fmt: skip
        alike = ((res_id, _likeness(own, _words(other))) for res_id, other in rows)
        return [(res_id, likeness) for res_id, likeness in alike if likeness >= ALIKE_FROM]

    def _keep(self, article_ids, pairs):
        """Replace what was known about these articles by `pairs`."""
        self.env.cr.execute(SQL(
            "DELETE FROM library_article_near WHERE article_id = ANY(%(ids)s) OR other_id = ANY(%(ids)s)",
            ids=article_ids,
        ))  # fmt: skip
        if pairs:
            self.env.cr.execute_values(
                "INSERT INTO library_article_near (article_id, other_id, likeness) VALUES %s",
                [(*pair, likeness) for pair, likeness in sorted(pairs.items())],
            )
        self.env.cr.execute(SQL(
            "UPDATE library_article SET date_compared = %s WHERE id = ANY(%s)", self.env.cr.now(), article_ids))
        self.env.invalidate_all(flush=False)


def _words(terms):
    return {split_code(term)[0] for term in (terms or "").split(" ") if term}


def _likeness(own, other):
    return len(own & other) / len(own | other) if len(other) >= LEAST_WORDS else 0.0


class LibraryArticle(models.Model):
    _inherit = "library.article"

    date_compared = fields.Datetime(
        "Compared with others", readonly=True, copy=False, groups="base.group_system",
        help="When it was last looked for articles that say nearly the same.",
    )

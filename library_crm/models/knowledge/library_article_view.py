from odoo import api, fields, models
from odoo.tools import SQL


class LibraryArticleView(models.Model):
    """That an article was read, by nobody in particular.

    Readers append rows, so that they never wait for each other; one job adds them up and drops them.
    """

    _name = "library.article.view"
    _description = "Article Reading"
    _log_access = False
    _rec_name = "article_id"

    article_id = fields.Many2one("library.article", required=True, ondelete="cascade", index=True)

    @api.autovacuum
    def _gc_add_up(self):
        """Move the rows into the counters of their articles."""
        self.env.cr.execute(
            SQL(
                """
                WITH counted AS (DELETE FROM library_article_view RETURNING article_id)
                UPDATE library_article a SET view_count = coalesce(a.view_count, 0) + c.times
                  FROM (SELECT article_id, count(*)::int AS times FROM counted GROUP BY article_id) c
                 WHERE a.id = c.article_id
                """
            )
        )
        self.env["library.article"].invalidate_model(["view_count"])

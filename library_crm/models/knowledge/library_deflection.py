from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.text_tokens import tokens


class LibraryDeflection(models.Model):
    """Somebody was about to ask, and said that an article answered it. Who it was is neither kept nor asked.

    Only what the person says counts. The same question is counted once a day for an article; its words stand here as
    a key from which they cannot be read.
    """

    _name = "library.deflection"
    _description = "Question Answered by an Article"
    _order = "date desc, id desc"
    _rec_name = "article_id"
    _log_access = False  # it would keep who it was

    date = fields.Date(required=True, readonly=True)
    article_id = fields.Many2one(
        "library.article", "Answered by", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    lang = fields.Char("Language", readonly=True)
    words_key = fields.Char(required=True, readonly=True, groups="base.group_system")
    count = fields.Integer("Questions answered", readonly=True, default=1, aggregator="sum")

    _once = models.UniqueIndex("(article_id, date, words_key)")

    @api.model
    def _note(self, article, question):
        """Count that `article`, which the visitor may read, answered `question` (untrusted)."""
        words = " ".join(sorted(set(tokens((question or "")[:2000]))))
        if not words:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO library_deflection (date, article_id, company_id, lang, words_key, count)
                VALUES (%s, %s, %s, %s, %s, 1) ON CONFLICT (article_id, date, words_key) DO NOTHING
                """,
                # sudo: the institution of an article that the visitor may read
                fields.Date.context_today(self), article.id, article.sudo().company_id.id or self.env.company.id,
                article.lang, article._portal_key("deflection", words),
            )
        )  # fmt: skip
        self.invalidate_model()

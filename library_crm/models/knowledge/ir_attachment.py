from odoo import models

CONTENT_FIELDS = {"datas", "raw", "db_datas", "store_fname"}


class IrAttachment(models.Model):
    """A picture in the text of an article is part of the text that was verified."""

    _inherit = "ir.attachment"

    def write(self, vals):
        articles = self._find_illustrated() if CONTENT_FIELDS & set(vals) else None
        result = super().write(vals)
        if articles:
            articles._on_text_changed()
        return result

    def _find_illustrated(self):
        """The articles in whose texts these pictures stand."""
        Article = self.env["library.article"]
        of_articles = self.filtered(lambda one: one.res_model == Article._name and one.res_id)
        return Article.concat(*(
            article for one, article in ((one, Article.browse(one.res_id)) for one in of_articles)
            if f"/web/image/{one.id}" in str(article.body or "")
        ))  # fmt: skip

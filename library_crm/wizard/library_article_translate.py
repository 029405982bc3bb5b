from odoo import fields, models


class LibraryArticleTranslate(models.TransientModel):
    """Begin the translation of an article."""

    _name = "library.article.translate"
    _description = "Translation to Begin"

    article_id = fields.Many2one("library.article", required=True, ondelete="cascade")
    lang = fields.Selection(
        lambda self: self.env["library.article"]._get_languages(), "Into which language", required=True
    )

    def action_start(self):
        """Create the draft and open it."""
        self.ensure_one()
        return self.article_id._translate(self.lang)._action_open_form()

from odoo import api, fields, models

from ...lib.links import safe_url


class LibrarySourceCitation(models.Model):
    """A source that an article or a solution rests on, as somebody saw it on a day."""

    _name = "library.source.citation"
    _description = "Cited Source"
    _order = "sequence, id"

    name = fields.Char("Source", required=True)
    identifier = fields.Char(help="DOI, ISBN, call number or what else names it for good.")
    url = fields.Char("Link")
    date_seen = fields.Date("Seen on", default=fields.Date.context_today)
    note = fields.Char()
    sequence = fields.Integer(default=10)
    article_id = fields.Many2one("library.article", index="btree_not_null", ondelete="cascade")
    solution_id = fields.Many2one("library.solution", index="btree_not_null", ondelete="cascade")
    href = fields.Char(compute="_compute_href")

    _one_whole = models.Constraint(
        "CHECK (num_nonnulls(article_id, solution_id) = 1)", "A source is cited by one article or by one solution."
    )

    @api.depends("url", "identifier")
    def _compute_href(self):
        for citation in self:
            citation.href = safe_url(citation.url) or safe_url(citation.identifier)

    # What is cited belongs to the text: changing it changes the article

    def _check_may_change(self):
        """Whoever cites in a text has to be allowed to write it."""
        self.article_id.check_access("write")
        self.solution_id.check_access("write")

    @api.model_create_multi
    def create(self, vals_list):
        citations = super().create(vals_list)
        citations._check_may_change()
        citations.article_id._on_text_changed()
        return citations

    def write(self, vals):
        self._check_may_change()
        articles = self.article_id
        result = super().write(vals)
        self._check_may_change()
        (articles | self.article_id)._on_text_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_tell_article(self):
        self._check_may_change()
        self.article_id._on_text_changed()

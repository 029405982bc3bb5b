from odoo import api, models

TOLD_FIELDS = {
    "name", "summary", "body", "lang", "subject_ids", "tag_ids", "visibility", "state", "company_id",
    "translation_of_id", "source_ids",
}  # fmt: skip
"""What harvesters are told of an article; a change of it is news to them."""
FAMILY_FIELDS = {"state", "visibility", "translation_of_id"}
"""What is news about its translations as well."""


class LibraryArticle(models.Model):
    """Harvesters learn of every change, also when an article is taken back."""

    _inherit = "library.article"

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create(vals_list)
        # a draft is no news
        self.env["library.oai.record"]._sync(articles.filtered(lambda article: article.state == "published").ids)
        return articles

    def write(self, vals):
        if TOLD_FIELDS.isdisjoint(vals):
            return super().write(vals)
        # sudo: translations that the writer may not read change just as well
        family_sudo = self.sudo()
        if not FAMILY_FIELDS.isdisjoint(vals):
            family_sudo |= family_sudo.translation_of_id | family_sudo.translation_ids
        result = super().write(vals)
        self.env["library.oai.record"]._sync(family_sudo.ids)
        return result

    def unlink(self):
        numbers = self.ids
        result = super().unlink()
        self.env["library.oai.record"]._sync(numbers)
        return result

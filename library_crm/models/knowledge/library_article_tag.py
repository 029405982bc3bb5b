from odoo import fields, models


class LibraryArticleTag(models.Model):
    """A free word that groups articles across classes."""

    _name = "library.article.tag"
    _description = "Article Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "This tag exists already.")

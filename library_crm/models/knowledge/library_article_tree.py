from odoo import api, fields, models
from odoo.fields import Domain


class LibraryArticle(models.Model):
    """Articles stand in a tree: a guide and its chapters."""

    _inherit = "library.article"
    _parent_store = True

    parent_id = fields.Many2one(
        "library.article", "Part of", index="btree_not_null", ondelete="set null", check_company=True,
        groups="base.group_user",
        help="The guide of which this article is a chapter.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("library.article", "parent_id", string="Chapters")
    sequence = fields.Integer(default=10, help="The place among the chapters of a guide.")

    def _portal_page_values(self):
        # sudo: the number of the guide above; which articles of it are shown, the visitor's rights decide
        guide_id = self.sudo().parent_id.id
        siblings = self._portal_chapters(guide_id)
        place = siblings.ids.index(self.id) if self in siblings else len(siblings)
        return {
            **super()._portal_page_values(),
            "ancestors": self._portal_ancestors(),
            "chapters": self._portal_chapters(self.id),
            "chapter_before": siblings[place - 1 : place] if place else self.browse(),
            "chapter_after": siblings[place + 1 : place + 2],
        }

    def _portal_ancestors(self):
        """The guides above this article that the visitor may read, the widest first."""
        path = [int(part) for part in (self.parent_path or "").split("/") if part and int(part) != self.id]
        return self.search(self._portal_domain() & Domain("id", "in", path)).sorted(lambda one: path.index(one.id))

    @api.model
    def _portal_chapters(self, guide_id):
        """What stands below a guide and may be read by the visitor, in its order; nothing below no guide."""
        if not guide_id:
            return self.browse()
        # sudo: tells which articles hang on that number; the search after it gives what the visitor may read
        below = self.sudo()._search([("parent_id", "=", guide_id)])
        return self.search(self._portal_domain() & Domain("id", "in", below), order="sequence, id")

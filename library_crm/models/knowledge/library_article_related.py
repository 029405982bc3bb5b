from odoo import models
from odoo.fields import Domain

RELATED_LIMIT = 5


class LibraryArticle(models.Model):
    """Related articles on the page of an article: what a steward accepted, and the visitor may read."""

    _inherit = "library.article"

    def _portal_page_values(self):
        return {**super()._portal_page_values(), "related": self._portal_related()}

    def _portal_related(self):
        self.ensure_one()
        # sudo: tells which articles are related; the search gives those that the visitor may read
        Link_sudo = self.env["library.knowledge.link"].sudo()
        shown = Domain("state", "=", "accepted") & Domain("kind", "in", ("see_also", "part_of", "supersedes"))
        links_sudo = Link_sudo.search(Link_sudo._domain_about(self) & shown, limit=20)
        ids = [res_id for model, res_id in links_sudo._ends() if model == self._name and res_id != self.id]
        return self.search(self._portal_domain() & Domain("id", "in", ids), limit=RELATED_LIMIT)

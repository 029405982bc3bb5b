from odoo import fields, models


class LibraryArticle(models.Model):
    _inherit = "library.article"

    origin_case_id = fields.Many2one(
        "library.case", string="Origin case", index="btree_not_null", ondelete="set null", groups="base.group_user"
    )
    case_ids = fields.Many2many(
        "library.case", "library_case_article_rel", "article_id", "case_id", string="Cited in", groups="base.group_user"
    )

    def _set_origin(self, solution):
        result = super()._set_origin(solution)
        # sudo: names the case that the solution was made for, which its reader may not be able to open
        self.origin_case_id = solution.sudo().case_ids.sorted("id")[:1]
        return result

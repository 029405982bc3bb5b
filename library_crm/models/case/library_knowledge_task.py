from odoo import api, models
from odoo.tools import SQL


class LibraryKnowledgeTask(models.Model):
    """What cases cite is used; what came up in them and was not written down waits for a steward after a fortnight."""

    _inherit = "library.knowledge.task"

    @api.model
    def _get_uses(self):
        return [*super()._get_uses(), SQL(
            "SELECT 'library.article' AS res_model, article_id AS res_id, count(*)::bigint AS times"
            " FROM library_case_article_rel GROUP BY article_id"
        )]

    @api.model
    def _get_sources(self):
        return [*super()._get_sources(), SQL(
            "SELECT 'keep', 'library.keep.proposal', p.id, 0, p.company_id, p.name, NULL, coalesce(p.count, 0), 0"
            " FROM library_keep_proposal p WHERE p.state = 'new' AND p.create_date < %s - interval '14 days'",
            self.env.cr.now(),
        )]  # fmt: skip

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import HEALTH_DAYS


class LibraryKnowledgeHealth(models.AbstractModel):
    """Cases of the last year are what was asked for; what a case cites is not out of reach."""

    _inherit = "library.knowledge.health"

    @api.model
    def _get_kinds(self):
        kinds = super()._get_kinds()
        return {"needs": kinds.pop("needs"), "cases": (self.env._("Cases of the last year"), "library.case"), **kinds}

    @api.model
    def _query(self, key):
        if key != "cases":
            return super()._query(key)
        field = self.env["library.need"]._fields["subject_ids"]
        return SQL(
            """
            SELECT c.id, r.%(subject)s AS subject_id, 1 AS times
              FROM library_case c
              LEFT JOIN library_case_need_rel n ON n.case_id = c.id
              LEFT JOIN %(relation)s r ON r.%(need)s = n.need_id
             WHERE c.active AND c.create_date >= %(since)s AND c.company_id IN %(companies)s
            """,
            relation=SQL.identifier(field.relation), need=SQL.identifier(field.column1),
            subject=SQL.identifier(field.column2), companies=tuple(self.env.companies.ids),
            since=fields.Datetime.subtract(self.env.cr.now(), days=HEALTH_DAYS),
        )  # fmt: skip

    @api.model
    def _get_links(self):
        return [
            *super()._get_links(),
            SQL("EXISTS (SELECT 1 FROM library_case_article_rel k WHERE k.article_id = t.id)"),
        ]

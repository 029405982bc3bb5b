from odoo import api, models
from odoo.tools import SQL

from ...const import SETTLED


class LibraryKnowledgeHealth(models.AbstractModel):
    """Open needs are what knowledge has to meet."""

    _inherit = "library.knowledge.health"

    @api.model
    def _get_kinds(self):
        return {"needs": (self.env._("Open needs"), "library.need"), **super()._get_kinds()}

    @api.model
    def _query(self, key):
        if key != "needs":
            return super()._query(key)
        field = self.env["library.need"]._fields["subject_ids"]
        return SQL(
            """
            SELECT n.id, r.%(subject)s AS subject_id, 1 AS times
              FROM library_need n LEFT JOIN %(relation)s r ON r.%(need)s = n.id
             WHERE n.state NOT IN %(settled)s AND n.company_id IN %(companies)s
            """,
            relation=SQL.identifier(field.relation), need=SQL.identifier(field.column1),
            subject=SQL.identifier(field.column2), settled=tuple(SETTLED), companies=tuple(self.env.companies.ids),
        )  # fmt: skip

from odoo import api, models
from odoo.tools import SQL

from ...const import SETTLED


class LibraryKnowledgeTask(models.Model):
    """Open needs are what the steward's queue is ranked by."""

    _inherit = "library.knowledge.task"

    @api.model
    def _get_demand(self):
        field = self.env["library.need"]._fields["subject_ids"]
        return [*super()._get_demand(), SQL(
            """
            SELECT r.%(subject)s AS subject_id, count(*)::bigint AS times
              FROM library_need n JOIN %(relation)s r ON r.%(need)s = n.id
             WHERE n.state NOT IN %(settled)s GROUP BY 1
            """,
            relation=SQL.identifier(field.relation), need=SQL.identifier(field.column1),
            subject=SQL.identifier(field.column2), settled=tuple(SETTLED),
        )]  # fmt: skip

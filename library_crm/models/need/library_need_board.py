from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import SETTLED


class LibraryNeed(models.Model):
    """How needs stand on the board: by main class, and whether anything we know of covers them."""

    _inherit = "library.need"

    active = fields.Boolean(default=True)
    main_class_id = fields.Many2one(
        "library.subject", string="Main class", compute="_compute_main_class_id", store=True, precompute=True,
        index="btree_not_null", ondelete="set null", groups="base.group_user",
    )
    has_resource = fields.Boolean(
        "Covered by a resource", compute="_compute_has_resource", search="_search_has_resource",
        groups="base.group_user", help="Some resource covers one of its classes, or a broader one.",
    )
    task_ids = fields.Many2many(
        "library.collection.task", "library_collection_task_need_rel", "need_id", "task_id",
        string="Collection tasks", groups="base.group_user",
    )
    suggestion_ids = fields.Many2many(
        "library.purchase.suggestion", "library_purchase_suggestion_need_rel", "need_id", "suggestion_id",
        string="Purchase suggestions", groups="base.group_user",
    )

    @api.depends("subject_ids", "subject_ids.parent_path")
    def _compute_main_class_id(self):
        Subject = self.env["library.subject"]
        for need in self:
            path = need.subject_ids._origin.sorted("id")[:1].parent_path
            need.main_class_id = Subject.browse(int(path.split("/")[0])) if path else Subject

    def _compute_has_resource(self):
        covered = set(self._search([("id", "in", self.ids), ("has_resource", "=", True)])) if self.ids else set()
        for need in self:
            need.has_resource = need.id in covered

    def _search_has_resource(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["library.resource"].flush_model()
        self.env["library.subject"].flush_model(["parent_path"])
        return Domain("id", "in", SQL("(%s)", self._sql_covered()))

    @api.model
    def _sql_covered(self):
        """Ids of needs one of whose classes lies in the coverage of a resource in use."""
        field = self._fields["subject_ids"]
        return SQL(
            """
            SELECT r.%(need)s FROM %(relation)s r
              JOIN library_need n ON n.id = r.%(need)s
              JOIN library_subject s ON s.id = r.%(subject)s
              JOIN library_subject c ON s.parent_path LIKE c.parent_path || '%%'
              JOIN library_resource_coverage_rel v ON v.subject_id = c.id
              JOIN library_resource o ON o.id = v.resource_id AND o.active
                   AND (o.company_id IS NULL OR o.company_id = n.company_id)
            """,
            need=SQL.identifier(field.column1), subject=SQL.identifier(field.column2),
            relation=SQL.identifier(field.relation),
        )

    @api.model
    def _domain_lacking(self):
        """Needs that are open, or ended without what was needed, and that no resource covers."""
        is_lacking = Domain("state", "not in", SETTLED) | Domain("state", "in", ("partly", "unmet"))
        return is_lacking & Domain("subject_ids", "!=", False) & Domain("has_resource", "=", False)

    def action_open_task(self):
        """Open the collection tasks that these needs led to."""
        tasks = self.task_ids
        action = {"type": "ir.actions.act_window", "res_model": "library.collection.task", "name": tasks._description}
        if len(tasks) == 1:
            return {**action, "res_id": tasks.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", tasks.ids)], "views": [(False, "list"), (False, "form")]}

    def action_suggest_purchase(self):
        """Write a purchase suggestion for this need."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.purchase.suggestion",
            "views": [(False, "form")],
            "context": {
                "default_patron_id": self.patron_id.id, "default_company_id": self.company_id.id,
                "default_need_ids": [fields.Command.link(self.id)], "default_reason": self.purpose or "",
            },
        }

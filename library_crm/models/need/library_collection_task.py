from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...const import SETTLED

LEAST_NEEDS = 3
WITHIN_DAYS = 90
ACTIVITY = "mail.mail_activity_data_todo"
DECISIONS = [
    ("buy", "Buy"),
    ("licence", "License"),
    ("ill", "From partner libraries"),
    ("make", "Make it ourselves"),
    ("none", "Nothing"),
]


class LibraryCollectionTask(models.Model):
    """Several needs in one class that nothing of ours covers: somebody has to decide what is done about it."""

    _name = "library.collection.task"
    _description = "Collection Task"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"
    _rec_name = "subject_id"

    subject_id = fields.Many2one("library.subject", string="Class", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    need_ids = fields.Many2many(
        "library.need", "library_collection_task_need_rel", "task_id", "need_id", string="Needs"
    )
    need_count = fields.Integer("Number of needs", compute="_compute_need_count")
    user_id = fields.Many2one(
        "res.users", string="Decides", index="btree_not_null", ondelete="set null", domain="[('share', '=', False)]"
    )
    state = fields.Selection([("open", "Open"), ("decided", "Decided")], required=True, default="open", readonly=True)
    decision = fields.Selection(DECISIONS)
    reason = fields.Text("Why", help="What speaks for it, and what it costs.")
    resource_id = fields.Many2one(
        "library.resource", string="Resource that came of it", ondelete="set null", index="btree_not_null"
    )
    date_decided = fields.Datetime("Decided on", readonly=True)
    suggestion_ids = fields.One2many("library.purchase.suggestion", "task_id", string="Purchase suggestions")

    _one_open = models.UniqueIndex(
        "(company_id, subject_id) WHERE state = 'open'", "There is an open task for this class already."
    )
    _decided_has_reason = models.Constraint(
        "CHECK (state <> 'decided' OR (decision IS NOT NULL AND reason IS NOT NULL))",
        "Say what was decided and why.",
    )

    def _compute_need_count(self):
        # counted past the teams' rules: how many needs there are is no secret, whose they are is
        counts = dict(self.env.execute_query(SQL(
            "SELECT task_id, count(*) FROM library_collection_task_need_rel WHERE task_id = ANY(%s) GROUP BY task_id",
            self.ids,
        )))
        for task in self:
            task.need_count = counts.get(task.id, 0)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id") and vals["user_id"] != self.env.uid:
            for task in self.filtered(lambda task: task.state == "open"):
                task.activity_schedule(
                    ACTIVITY, user_id=task.user_id.id, summary=self.env._("Decide about the collection")
                )
        return result

    def action_decide(self):
        """Keep the decision; whoever wants to see the resource finds it in the register."""
        for task in self:
            if task.state != "open":
                raise UserError(self.env._("Somebody has decided about this already."))
            if not task.decision or not (task.reason or "").strip():
                raise ValidationError(self.env._("Say what was decided and why."))
        self.write({"state": "decided", "date_decided": self.env.cr.now(), "user_id": self.env.uid})
        self.activity_feedback([ACTIVITY])

    def action_reopen(self):
        """Decide anew."""
        self.write({"state": "open", "date_decided": False})

    def action_open_needs(self):
        """The needs of this task that the reader may see."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_need_action") | {
            "domain": [("id", "in", self.need_ids.ids)],
            "context": {"active_test": False},
        }

    # Made at night from needs that nothing covers

    @api.model
    def _open_from_needs(self, company):
        """Open a task for each class in which enough needs lack a resource; add needs to those that are open.

        The narrowest class that brings enough needs together gets the task. Needs from before the last decision about
        the class, or about one above it, do not count again.

        :return: the tasks that are new
        """
        rows = self._lacking_by_class(company)
        known = {task.subject_id.id: task for task in self.search([
            ("company_id", "=", company.id), ("state", "=", "open")
        ])}
        new = self.browse()
        for subject_id, need_ids in rows:
            links = [fields.Command.link(need_id) for need_id in need_ids]
            if task := known.get(subject_id):
                task.write({"need_ids": links})
                continue
            task = self.create({"subject_id": subject_id, "company_id": company.id, "need_ids": links})
            new |= task
        return new

    @api.model
    def _lacking_by_class(self, company):
        """[(subject id, ids of needs)] where `LEAST_NEEDS` lack a resource and no narrower class has as many."""
        Need = self.env["library.need"]
        Need.flush_model()
        self.flush_model()
        self.env["library.resource"].flush_model()
        field = Need._fields["subject_ids"]
        counted = self.env.execute_query(SQL(
            """
            WITH decided AS (
                SELECT c.parent_path, max(t.date_decided) AS moment
                  FROM library_collection_task t JOIN library_subject c ON c.id = t.subject_id
                 WHERE t.company_id = %(company)s AND t.state = 'decided' GROUP BY c.parent_path),
            lacking AS (
                SELECT n.id, s.parent_path
                  FROM library_need n
                  JOIN %(relation)s r ON r.%(need)s = n.id
                  JOIN library_subject s ON s.id = r.%(subject)s
                 WHERE n.company_id = %(company)s AND n.active IS TRUE AND n.create_date >= %(since)s
                   AND (n.state <> ALL(%(settled)s) OR n.state IN ('partly', 'unmet'))
                   AND n.id NOT IN (%(covered)s)
                   AND NOT EXISTS (
                       SELECT FROM decided d
                        WHERE s.parent_path LIKE d.parent_path || '%%' AND d.moment >= n.create_date)),
            above AS (
                SELECT DISTINCT l.id, place.subject::int AS subject_id
                  FROM lacking l, unnest(string_to_array(trim(TRAILING '/' FROM l.parent_path), '/'))
                       AS place (subject))
            SELECT a.subject_id, c.parent_path, array_agg(a.id ORDER BY a.id)
              FROM above a JOIN library_subject c ON c.id = a.subject_id
             GROUP BY a.subject_id, c.parent_path HAVING count(*) >= %(least)s
            """,
            relation=SQL.identifier(field.relation), need=SQL.identifier(field.column1),
            subject=SQL.identifier(field.column2), company=company.id, settled=list(SETTLED),
            since=self.env.cr.now() - timedelta(days=WITHIN_DAYS), covered=Need._sql_covered(), least=LEAST_NEEDS,
        ))
        paths = [path for _subject_id, path, _need_ids in counted]
        return [
            (subject_id, need_ids) for subject_id, path, need_ids in counted
            if not any(other != path and other.startswith(path) for other in paths)
        ]

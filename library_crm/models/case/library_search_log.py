from odoo import api, fields, models
from odoo.exceptions import UserError


class LibrarySearchLog(models.Model):
    """One search: where, how, when, how much came, what was kept and why.

    Together they make a search repeatable, and an appendix that a patron can show.
    """

    _name = "library.search.log"
    _description = "Search"
    _order = "date, id"
    _rec_name = "query"

    workroom_id = fields.Many2one("library.workroom", required=True, index=True, ondelete="cascade")
    case_id = fields.Many2one(
        "library.case", related="workroom_id.case_id", store=True, index=True, related_sudo=True
    )
    company_id = fields.Many2one(related="workroom_id.company_id", store=True, index=True, related_sudo=True)
    step_id = fields.Many2one(
        "library.case.step", index="btree_not_null", ondelete="set null",
        domain="[('workroom_id', '=', workroom_id)]",
    )
    user_id = fields.Many2one(
        "res.users", string="Who", required=True, default=lambda self: self.env.user, ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    resource_id = fields.Many2one("library.resource", index="btree_not_null", ondelete="set null")
    source = fields.Char(
        required=True, compute="_compute_source", store=True, readonly=False, precompute=True,
        help="As it stands in the appendix: the database or catalogue, and the fields searched.",
    )
    query = fields.Text("Search as typed", required=True)
    limits = fields.Char(help="Years, languages, kinds of documents.")
    hits = fields.Integer()
    kept = fields.Integer()
    reason = fields.Text("Why these", help="Why these were kept, or why none was.")
    origin_id = fields.Many2one(
        "library.search.log", string="Used again from", index="btree_not_null", ondelete="set null", readonly=True,
        copy=False,
    )
    reuse_ids = fields.One2many("library.search.log", "origin_id", string="Used again as")
    reuse_count = fields.Integer("Used again", compute="_compute_reuse_count")

    _counts = models.Constraint(
        "CHECK (hits >= 0 AND kept >= 0 AND kept <= hits)", "No more can be kept than was found."
    )

    @api.depends("resource_id")
    def _compute_source(self):
        for log in self:
            log.source = log.resource_id.name or log.source

    @api.depends("reuse_ids")
    def _compute_reuse_count(self):
        counts = dict(self._read_group([("origin_id", "in", self.ids)], ["origin_id"], ["__count"]))
        for log in self:
            log.reuse_count = counts.get(log, 0)

    def _open_step(self):
        """The step of the search in this room that is under way, or the next one."""
        steps = self.workroom_id.step_ids.filtered(lambda step: step.kind == "search")
        return (
            steps.filtered(lambda step: step.state == "doing") or steps.filtered(lambda step: step.state == "todo")
        )[:1]

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        for log in logs.filtered(lambda log: not log.step_id):
            log.step_id = log._open_step()
        return logs

    def action_use_again(self):
        """Search the same way for another case: `library_workroom_id` of the context says for which."""
        room = self.env["library.workroom"].browse(self.env.context.get("library_workroom_id")).exists()
        if not room:
            raise UserError(self.env._("Open “Use an earlier search” from the workroom in which you need it."))
        room.check_access("write")
        self._use_again(room)
        return {"type": "ir.actions.act_window_close"}

    def _use_again(self, room):
        """Copies of these searches in another room, for which nothing has been found yet."""
        self.check_access("read")
        return self.create([log._prepare_again(room) for log in self])

    def _prepare_again(self, room):
        """The same search for another case, without the people of the first."""
        self.ensure_one()
        case_sudo = self.sudo().case_id  # sudo: words are taken out of a text, never shown
        return {
            "workroom_id": room.id,
            "resource_id": self.resource_id.id,
            "source": self.source,
            "query": case_sudo._remove_identity(self.query),
            "limits": self.limits and case_sudo._remove_identity(self.limits),
            "origin_id": self.id,
        }

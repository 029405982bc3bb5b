from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import STEP_KINDS


class LibraryCaseStep(models.Model):
    """A piece of the work on a case, done by one team."""

    _name = "library.case.step"
    _description = "Case Step"
    _order = "workroom_id, sequence, id"

    name = fields.Char("What to do", required=True)
    sequence = fields.Integer(default=10)
    workroom_id = fields.Many2one("library.workroom", required=True, index=True, ondelete="cascade")
    case_id = fields.Many2one(
        "library.case", related="workroom_id.case_id", store=True, index=True, related_sudo=True, precompute=True
    )
    company_id = fields.Many2one(related="workroom_id.company_id", store=True, index=True, related_sudo=True)
    kind = fields.Selection(STEP_KINDS, default="search", required=True)
    team_id = fields.Many2one("library.team", required=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Who", domain="[('share', '=', False)]", index="btree_not_null")
    instruction = fields.Text()
    result = fields.Text()
    minutes = fields.Integer()
    date_due = fields.Date("Due")
    state = fields.Selection(
        [("todo", "To do"), ("doing", "Doing"), ("done", "Done"), ("skipped", "Skipped")],
        default="todo",
        required=True,
    )
    skip_reason = fields.Char()
    date_done = fields.Datetime(readonly=True)

    _minutes_positive = models.Constraint("CHECK (minutes >= 0)", "Minutes cannot be negative.")

    @api.constrains("state", "skip_reason")
    def _check_skip_reason(self):
        for step in self:
            if step.state == "skipped" and not (step.skip_reason or "").strip():
                raise ValidationError(self.env._("Say why the step “%(name)s” is skipped.", name=step.name))

    def action_start(self):
        """Take the step."""
        self.write({"state": "doing", "user_id": self.env.user.id})

    def action_done(self):
        """The step is done; its result stands in the room."""
        self.write({"state": "done", "date_done": self.env.cr.now()})

    def action_skip(self):
        """Ask why the step is left out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.case.step.skip",
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Skip the step"),
            "context": {"default_step_id": self.id},
        }

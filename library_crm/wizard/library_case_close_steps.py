from odoo import api, fields, models
from odoo.exceptions import UserError


class LibraryCaseClose(models.TransientModel):
    """A close says why steps of the process were left out, unless they may be."""

    _inherit = "library.case.close"

    open_steps = fields.Text("Steps that nobody did", compute="_compute_open_steps")
    steps_reason = fields.Char("Why they are left out")

    @api.depends("case_id")
    def _compute_open_steps(self):
        for close in self:
            steps = close.case_id.step_ids.filtered(
                lambda step: step.state in ("todo", "doing") and step.is_from_process and not step.is_optional
            )
            close.open_steps = ", ".join(steps.mapped("name")) or False

    def action_close(self):
        self.ensure_one()
        if self.open_steps and not (self.steps_reason or "").strip():
            raise UserError(self.env._("Say why these steps are left out: %(steps)s", steps=self.open_steps))
        reasoned = self.with_context(library_open_steps_reason=self.steps_reason)
        return super(LibraryCaseClose, reasoned).action_close()

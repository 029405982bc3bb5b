from odoo import fields, models


class LibraryCaseStepSkip(models.TransientModel):
    """Asks why a planned step is left out."""

    _name = "library.case.step.skip"
    _description = "Skip a Step"

    step_id = fields.Many2one("library.case.step", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Leave the step out, with the reason."""
        self.step_id.write({"state": "skipped", "skip_reason": self.reason, "date_done": self.env.cr.now()})
        return {"type": "ir.actions.act_window_close"}

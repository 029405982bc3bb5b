from odoo import fields, models


class LibraryKnowledgeTaskDecide(models.TransientModel):
    """What becomes of tasks in the steward's queue, and why."""

    _name = "library.knowledge.task.decide"
    _description = "Decision of a Steward"

    task_ids = fields.Many2many("library.knowledge.task", required=True)
    state = fields.Selection(
        [("done", "Done"), ("dismissed", "Nothing to do"), ("later", "Later")], "Decision", required=True,
        default="done",
    )
    note = fields.Char("Reason", required=True)
    date_again = fields.Date("Again on", default=lambda self: fields.Date.add(fields.Date.context_today(self), weeks=2))

    def action_decide(self):
        """Keep the decision."""
        self.ensure_one()
        self.task_ids._decide(self.state, self.note, self.date_again)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

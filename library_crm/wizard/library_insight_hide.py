from odoo import fields, models


class LibraryInsightHide(models.TransientModel):
    """A steward takes a post or an answer out of its room."""

    _name = "library.insight.hide"
    _description = "Take a Post out of its Room"

    insight_id = fields.Many2one("library.insight", readonly=True)
    reply_id = fields.Many2one("library.insight.reply", readonly=True)
    reason = fields.Char("Why", required=True, help="Whoever wrote it reads it.")

    def action_hide(self):
        """Take it out; the text stays for stewards."""
        self.ensure_one()
        (self.reply_id or self.insight_id)._hide(self.reason)
        return {"type": "ir.actions.act_window_close"}

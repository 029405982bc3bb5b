from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class LibraryLifecycleOverride(models.TransientModel):
    """Say that the rule is wrong about a patron, why, and until when."""

    _name = "library.lifecycle.override"
    _description = "Set the Lifecycle by Hand"

    patron_id = fields.Many2one("library.patron", required=True, readonly=True, ondelete="cascade")
    lifecycle = fields.Selection(selection="_selection_lifecycle", string="Stage", required=True)
    note = fields.Char("Why", required=True)
    date_expiry = fields.Date(
        "Until", required=True, default=lambda self: fields.Date.context_today(self) + relativedelta(months=3),
        help="Afterwards the rule decides again.",
    )

    @api.model
    def _selection_lifecycle(self):
        return self.env["library.patron"]._fields["lifecycle"]._description_selection(self.env)

    def action_apply(self):
        """Set the stage and note who did it."""
        self.ensure_one()
        self.env["library.lifecycle.transition"]._set_by_hand(
            self.patron_id, self.lifecycle, self.note, self.date_expiry
        )

from odoo import api, fields, models
from odoo.exceptions import UserError


class LibraryJourneyStep(models.Model):
    """One message of a journey: when, on what condition, in which words."""

    _name = "library.journey.step"
    _description = "Step of a Journey"
    _order = "version_id, sequence, id"
    _rec_name = "subject"

    version_id = fields.Many2one("library.journey.version", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    wait_days = fields.Integer(
        "Days to wait", default=7, required=True, help="After the step before; the first one after entering."
    )
    condition = fields.Selection(
        [
            ("always", "Always"),
            ("not_asked", "Only if nothing was asked since the start"),
            ("not_visited", "Only if not seen since the start"),
        ],
        default="always", required=True,
    )
    subject = fields.Char(required=True, translate=True)
    body = fields.Text("Words", required=True, translate=True, help="{name} stands for the patron's name.")

    _wait_range = models.Constraint("CHECK (wait_days BETWEEN 0 AND 400)", "Between 0 and 400 days.")

    def _check_draft(self):
        if not self.env.context.get("install_mode") and any(step.version_id.state != "draft" for step in self):
            raise UserError(self.env._(
                "People may be under way on this version. Begin a new one and change the steps there."))

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._check_draft()
        return steps

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_walked(self):
        self._check_draft()

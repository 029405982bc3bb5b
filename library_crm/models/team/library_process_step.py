from odoo import api, fields, models

from ...const import STEP_KINDS


class LibraryProcessStep(models.Model):
    """One step of a process: what colleagues do, what the patron reads meanwhile, and when it counts as done."""

    _name = "library.process.step"
    _description = "Step of a Process"
    _order = "process_id, sequence, id"

    process_id = fields.Many2one("library.process", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="process_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(STEP_KINDS, required=True, default="search")
    name = fields.Char("What to do", required=True, translate=True)
    instruction = fields.Text(translate=True, help="For colleagues; the patron never reads it.")
    portal_words = fields.Char(
        "What the patron reads", translate=True, help="In plain words; steps in a row with the same words are one."
    )
    team_id = fields.Many2one(
        "library.team", index="btree_not_null", ondelete="restrict", help="Empty: the lead team."
    )
    hours = fields.Float(help="Opening hours of the team from the moment the step may begin. 0: no time of its own.")
    check_ids = fields.Many2many(
        "library.process.check", "library_process_step_check_rel", "step_id", "check_id", string="Done when"
    )
    is_optional = fields.Boolean("May be left out", help="A case can be closed without this step, and nobody asks why.")

    _hours_positive = models.Constraint("CHECK (hours >= 0)", "Hours cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._count_version()
        return steps

    def write(self, vals):
        result = super().write(vals)
        self._count_version()
        return result

    def unlink(self):
        processes = self.process_id
        result = super().unlink()
        if not self.env.context.get("library_process_counted"):
            processes._count_version()
        return result

    def _count_version(self):
        """The process changed, unless whoever changes it counts by itself."""
        if not self.env.context.get("library_process_counted"):
            self.process_id._count_version()

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import READ_LEVELS


class LibraryCalibrationCode(models.Model):
    """The level that one member of staff gives to one vignette, seen by that person and the lead of the team alone."""

    _name = "library.calibration.code"
    _description = "Code of a READ Calibration"
    _order = "calibration_id desc, vignette_id, id"

    vignette_id = fields.Many2one("library.calibration.vignette", required=True, readonly=True, index=True,
                                  ondelete="cascade")  # fmt: skip
    calibration_id = fields.Many2one(related="vignette_id.calibration_id", store=True, index=True)
    company_id = fields.Many2one(related="vignette_id.company_id", store=True, index=True)
    state = fields.Selection(related="calibration_id.state", store=True)
    text = fields.Text("What happened", related="vignette_id.text")
    user_id = fields.Many2one("res.users", "Coder", required=True, readonly=True, index=True, ondelete="cascade")
    team_id = fields.Many2one("library.team", readonly=True, index="btree_not_null", ondelete="set null")
    level = fields.Selection(READ_LEVELS, "Effort (READ)")
    date = fields.Datetime("Coded on", readonly=True)

    _once = models.UniqueIndex("(vignette_id, user_id)", "You have coded this vignette already.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Vignettes are handed out by the library."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if set(vals) - {"level"} or any(code.user_id != self.env.user for code in self):
                raise AccessError(self.env._("Everybody codes for themselves, and alone."))
            if any(code.state != "open" for code in self):
                raise UserError(self.env._("This calibration is not open."))
            vals = {**vals, "date": self.env.cr.now()}
        return super().write(vals)

from odoo import api, fields, models


class LibraryRecordPointer(models.AbstractModel):
    """What stands in a list for a record of some model: it says what it is, and leads there."""

    _name = "library.record.pointer"
    _description = "Leads to a record"

    res_model = fields.Char("Kind of record", required=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True)
    kind_name = fields.Char("Kind", compute="_compute_kind_name")

    @api.depends("res_model")
    def _compute_kind_name(self):
        for pointer in self:
            pointer.kind_name = self.env["ir.model"]._get(pointer.res_model).name

    def action_open_record(self):
        """Open the record, for those who may read it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

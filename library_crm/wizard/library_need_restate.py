from odoo import api, fields, models

from ..const import DEPTHS


class LibraryNeedRestate(models.TransientModel):
    """Says a patron's need in the library's words and asks the patron whether that is right."""

    _name = "library.need.restate"
    _description = "Restate a Need"

    case_id = fields.Many2one("library.case", required=True, readonly=True, ondelete="cascade")
    case_need_ids = fields.Many2many(related="case_id.need_ids")
    need_id = fields.Many2one("library.need", required=True, domain="[('id', 'in', case_need_ids)]")
    statement = fields.Text(related="need_id.statement")
    correction = fields.Text(related="need_id.correction")

    restatement = fields.Text("As we understand it", compute="_compute_from_need", store=True, readonly=False)
    purpose = fields.Char(compute="_compute_from_need", store=True, readonly=False)
    date_deadline = fields.Date("Needed by", compute="_compute_from_need", store=True, readonly=False)
    depth = fields.Selection(DEPTHS, compute="_compute_from_need", store=True, readonly=False)
    is_agreed = fields.Boolean("The patron has agreed already", help="In person or on the phone: no mail is sent.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        case = self.env["library.case"].browse(values.get("case_id"))
        values.setdefault("need_id", case.need_id.id)
        values.setdefault("is_agreed", case.channel in ("desk", "phone", "roving"))
        return values

    @api.depends("need_id")
    def _compute_from_need(self):
        for wizard in self:
            for name in ("restatement", "purpose", "date_deadline", "depth"):
                wizard[name] = wizard.need_id[name]

    def action_restate(self):
        """Keep our words; ask the patron, unless they agreed face to face."""
        self.ensure_one()
        need = self.need_id
        need.write({"purpose": self.purpose, "date_deadline": self.date_deadline, "depth": self.depth})
        need._restate(self.restatement)
        if self.is_agreed:
            need._confirm()
        else:
            self.case_id._ask_confirmation(need)
        return {"type": "ir.actions.act_window_close"}

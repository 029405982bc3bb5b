from odoo import api, fields, models
from odoo.exceptions import UserError


class LibraryCaseTransfer(models.TransientModel):
    """Gives a case to another team, or to a colleague."""

    _name = "library.case.transfer"
    _description = "Hand Over a Case"

    case_id = fields.Many2one("library.case", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    team_id = fields.Many2one(
        "library.team",
        required=True,
        domain="[('company_id', '=', company_id)]",
        help="Becomes the one voice towards the patron.",
    )
    staff_ids = fields.Many2many(related="team_id.user_ids")
    user_id = fields.Many2one("res.users", string="Colleague", domain="[('id', 'in', staff_ids)]")
    reason = fields.Char(help="Stands in the workroom, where the next colleague reads it.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        case = self.env["library.case"].browse(values.get("case_id"))
        values.setdefault("team_id", case.team_id.id)
        return values

    @api.onchange("team_id")
    def _onchange_team_id(self):
        if self.user_id not in self.team_id.user_ids:
            self.user_id = False

    def action_transfer(self):
        """Hand the case over; whoever gives it out of their own hands goes back to the queue."""
        self.ensure_one()
        case = self.case_id
        if self.team_id == case.team_id and not self.user_id:
            raise UserError(self.env._("Choose another team, or a colleague of this one."))
        if self.user_id:
            # first the person: after the move the case may be out of reach for whoever moves it
            case._assign(self.user_id)
        case._transfer(self.team_id, self.reason)
        if case.has_access("read"):
            return {"type": "ir.actions.act_window_close"}
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action") | {"target": "main"}

from odoo import fields, models


class LibraryTeamRebalanceLine(models.TransientModel):
    """A case that should go from one colleague to another."""

    _name = "library.team.rebalance.line"
    _description = "Proposed Move"
    _order = "sequence, id"

    rebalance_id = fields.Many2one("library.team.rebalance", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    is_chosen = fields.Boolean("Move", default=True)
    case_id = fields.Many2one("library.case", required=True, readonly=True, ondelete="cascade")
    from_user_id = fields.Many2one("res.users", string="From", required=True, readonly=True, ondelete="cascade")
    to_user_id = fields.Many2one("res.users", string="To", required=True, readonly=True, ondelete="cascade")
    minutes = fields.Integer(readonly=True)
    reasons = fields.Json(readonly=True)
    words = fields.Text("Why", readonly=True)

    def _is_current(self):
        """Whether the case is still where it was when the move was proposed."""
        self.ensure_one()
        case = self.case_id
        return (
            case.user_id == self.from_user_id and case.stage_code != "closed"
            and case.team_id == self.rebalance_id.team_id
        )

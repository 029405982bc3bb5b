from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class LibraryTeamRebalance(models.TransientModel):
    """Which cases should change hands, and why; the lead takes lines out and agrees to the rest."""

    _name = "library.team.rebalance"
    _description = "Rebalance a Team"

    team_id = fields.Many2one("library.team", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.One2many("library.team.rebalance.line", "rebalance_id", string="Moves")

    @api.model
    def _open(self, team):
        """The dialog with the moves that are proposed now."""
        words = self.env["library.team"]._reason_words
        return self.create({
            "team_id": team.id,
            "line_ids": [
                Command.create({
                    "sequence": place, "case_id": case.id, "from_user_id": giver.id, "to_user_id": taker.id,
                    "minutes": minutes, "reasons": case._storable(reasons), "words": " · ".join(words(reasons)),
                })
                for place, (case, giver, taker, minutes, reasons) in enumerate(team._propose_moves())
            ],
        })

    def action_apply(self):
        """Move the chosen cases; what changed hands or was closed meanwhile stays where it is."""
        self.ensure_one()
        self.team_id._check_led()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one case."))
        stale = chosen - chosen.filtered(lambda line: line._is_current())
        for line in chosen - stale:
            line.case_id._assign_because(line.to_user_id, line.reasons)
        if stale:
            names = ", ".join(stale.mapped("case_id.display_name"))
            message = self.env._("Moved meanwhile by others, and left alone: %(names)s", names=names)
        else:
            message = self.env._("The cases have changed hands.")
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {"type": "warning" if stale else "success", "message": message,
                       "next": {"type": "ir.actions.act_window_close"}},
        }

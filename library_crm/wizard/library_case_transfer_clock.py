from odoo import api, fields, models


class LibraryCaseTransfer(models.TransientModel):
    """Before a case goes to another team: in whose hours its promise is counted there."""

    _inherit = "library.case.transfer"

    hours_warning = fields.Char(compute="_compute_hours_warning")

    @api.depends("team_id")
    def _compute_hours_warning(self):
        _ = self.env._
        for dialog in self:
            team, warning = dialog.team_id, False
            if team.hours_from == "always":
                warning = _(
                    "Nobody entered opening hours for %(team)s: promises count every hour of day and night there.",
                    team=team.name,
                )
            elif team.hours_from == "company":
                warning = _(
                    "%(team)s has no opening hours of its own: promises are counted in the hours of the institution.",
                    team=team.name,
                )
            dialog.hours_warning = warning

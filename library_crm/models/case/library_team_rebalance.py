from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...lib.assignment import rebalance

MOST_LOOKED_AT = 500


class LibraryTeam(models.Model):
    """A proposal which cases should change hands inside a team."""

    _inherit = "library.team"

    def action_rebalance(self):
        """Open the proposal; nothing changes before the lead agrees."""
        self.ensure_one()
        self._check_led()
        dialog = self.env["library.team.rebalance"]._open(self)
        return {
            "type": "ir.actions.act_window", "res_model": dialog._name, "res_id": dialog.id, "view_mode": "form",
            "views": [(False, "form")], "target": "new", "name": self.env._("Rebalance %(team)s", team=self.name),
        }

    def _check_led(self):
        """Refuse whoever does not lead this team.

        :raise AccessError:
        """
        self.check_access("read")
        if not self._is_led_by(self.env.user):
            raise AccessError(self.env._("Only the lead of a team moves cases between colleagues."))

    def _propose_moves(self):
        """Cases that should change hands.

        :return: [(case, giver, taker, minutes, reasons), …]
        """
        self.ensure_one()
        team_sudo = self.sudo()  # sudo: loads and skills decide; the lead sees the cases of the team anyway
        colleagues = team_sudo._colleagues()[self.id]
        cases_sudo = team_sudo._movable_cases({one.user_id for one in colleagues if one.until})
        wishes = cases_sudo._wishes()
        held = {}
        for case in cases_sudo:
            wish = wishes[case.id]
            keeps = wish.owner_id == case.user_id.id or (wish.wants_same and wish.last_librarian_id == case.user_id.id)
            if not keeps:
                held.setdefault(case.user_id.id, []).append(wish)
        Case, User = self.env["library.case"], self.env["res.users"]
        return [
            (Case.browse(wish.case_id), User.browse(giver), User.browse(taker), wish.minutes, reasons)
            for wish, giver, taker, reasons in rebalance(colleagues, held)
        ]

    def _movable_cases(self, away_ids):
        """Cases that may change hands without the patron losing a partner in talk: not answered yet, or owner away.

        :param away_ids: ids of users who are away
        """
        Case = self.env["library.case"]
        untold = Domain("date_first_answer", "=", False) | Domain("user_id", "in", list(away_ids))
        return Case.search(
            Case._domain_waiting() & Domain("team_id", "=", self.id) & Domain("user_id", "!=", False) & untold,
            order="date_promised, id", limit=MOST_LOOKED_AT,
        )

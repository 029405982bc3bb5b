from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Command


class LibraryCase(models.Model):
    """Who of another department sees the patron: a person who leads or owns the case says so, and it is noted."""

    _inherit = "library.case"

    def write(self, vals):
        if "granted_user_ids" not in vals:
            return super().write(vals)
        self._check_may_grant()
        before = {case: case.sudo().granted_user_ids for case in self}  # sudo: names for the log line below
        result = super().write(vals)
        for case, former in before.items():
            case._note_grants(case.sudo().granted_user_ids - former, former - case.sudo().granted_user_ids)
        return result

    def _check_may_grant(self):
        """Refuse whoever may not open a case: a contributor who was let in lets nobody else in.

        :raise AccessError:
        """
        user = self.env.user
        for case in self:
            # sudo: who leads the team
            if not (self.env.su or case.user_id == user or case.sudo().team_id._is_led_by(user)):
                raise AccessError(
                    self.env._("Only the owner of a case and the lead of its team let others see the patron.")
                )

    def _note_grants(self, added, removed):
        """A line in the workroom about who was let in or no longer is."""
        if not added and not removed:
            return
        room = self._ensure_workroom()
        if added:
            room._note(self.env._("May see the patron from now on: %(names)s.", names=", ".join(added.mapped("name"))))
        if removed:
            room._note(self.env._("No longer sees the patron: %(names)s.", names=", ".join(removed.mapped("name"))))

    def _let_see(self, users):
        """Open this case to colleagues of contributing teams, by name."""
        self.write({"granted_user_ids": [Command.link(user.id) for user in users]})

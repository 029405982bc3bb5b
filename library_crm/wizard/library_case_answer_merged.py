from markupsafe import Markup

from odoo import fields, models


class LibraryCaseAnswer(models.TransientModel):
    """An answer that is being written while its case is merged into another goes on in that one."""

    _inherit = "library.case.answer"

    is_moved = fields.Boolean(readonly=True)

    def _get_warnings(self):
        found = super()._get_warnings()
        if self.is_moved:
            found.append(self.env._(
                "The case was merged into “%(name)s” while you were writing. Look who reads the answer now, then send.",
                name=self.case_id.display_name))
        return found

    def action_send(self):
        return self._follow_merge() or super().action_send()

    def action_keep_draft(self):
        return self._follow_merge() or super().action_keep_draft()

    def action_ask_approval(self):
        return self._follow_merge() or super().action_ask_approval()

    def _follow_merge(self):
        """Show the dialog once more, now for the case that stayed; nothing that was written is lost.

        :return: an action, or None where nothing was merged
        """
        self.ensure_one()
        whole = self.case_id._merged_whole()
        if whole == self.case_id:
            return None
        if not whole.has_access("write"):
            return self._leave_words(whole)
        self.write({"case_id": whole.id, "is_moved": True})
        return self._look_again()

    def _leave_words(self, whole):
        """The case is another team's now: what was written stands in its workroom."""
        # sudo: finds the room; who writes into it is this user, of a team that takes part
        room = whole.sudo()._ensure_workroom().with_env(self.env)
        room._note(Markup("<p>%s</p>%s") % (
            self.env._("Was being written when the cases were merged, and was not sent:"), self.body or ""))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("The case belongs to another team now. Your words stand in its workroom."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

from odoo import models

WISHES = (
    "depth", "help_style", "preferred_format", "accessibility", "preferred_channel", "preferred_time",
    "quiet_from", "quiet_to", "date_pause_until", "degree_stage", "date_stage_end", "date_confirmed",
)  # fmt: skip


class LibraryPatron(models.Model):
    """De-identifying ends what tied the person to others: relationships, relations, projects, wishes, proposals."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        mine = [("patron_id", "in", self.ids)]
        # sudo: all of it goes with the person whom the caller may de-identify
        self.env["library.patron.proposal"].sudo().search(mine).unlink()
        self.env["library.patron.relation"].sudo().search(["|", ("other_id", "in", self.ids), *mine]).unlink()
        self.env["library.relationship"].sudo().search(mine).unlink()
        members_sudo = self.env["library.patron.project.member"].sudo().search(mine)
        projects_sudo = members_sudo.project_id
        members_sudo.unlink()
        projects_sudo.filtered(lambda project: not project.member_ids).unlink()
        self._clear_columns("library_patron", WISHES, self.ids, {"is_stage_end_noticed": False})
        return result

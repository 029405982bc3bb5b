from odoo import api, models

MOST_SHOWN = 12


class LibraryTeamAddress(models.Model):
    """What the help page of the portal says about teams."""

    _inherit = "library.team"

    @api.model
    def _portal_addresses(self):
        """The addresses to which anybody may write, as rows of name and address."""
        # sudo: names and addresses that are there for the public
        teams_sudo = self.sudo().search(
            [("company_id", "in", [self.env.company.id, False]), ("alias_id.alias_contact", "=", "everyone")],
            limit=MOST_SHOWN,
        )
        return [{"name": team.name, "email": team.alias_email} for team in teams_sudo if team.alias_email]

from odoo import fields, models
from odoo.fields import Domain


class LibraryTeam(models.Model):
    """What a team has on its table."""

    _inherit = "library.team"

    case_ids = fields.One2many("library.case", "team_id", string="Cases")
    open_count = fields.Integer("Open", compute="_compute_counts")
    unclaimed_count = fields.Integer("Unclaimed", compute="_compute_counts")
    overdue_count = fields.Integer("Overdue", compute="_compute_counts")
    held_count = fields.Integer("Held mails", compute="_compute_counts")

    def _compute_counts(self):
        Case = self.env["library.case"]
        own = Domain("team_id", "in", self.ids)
        figures = {
            "open_count": Case._domain_open() & own,
            "unclaimed_count": Case._domain_open() & Domain("user_id", "=", False) & own,
            "overdue_count": Case._domain_overdue() & own,
        }
        for field, domain in figures.items():
            counts = dict(Case._read_group(domain, ["team_id"], ["__count"]))
            for team in self:
                team[field] = counts.get(team, 0)
        held = self.env["library.mail.held"]._read_group(
            [("team_id", "in", self.ids), ("state", "=", "waiting")], ["team_id"], ["__count"]
        )
        held = dict(held)
        for team in self:
            team.held_count = held.get(team, 0)

    def action_open_team_cases(self):
        """The team's open cases; the button names further filters."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action_all")
        filters = {name: value for name, value in self.env.context.items() if name.startswith("search_default_")}
        return action | {
            "name": self.name,
            "domain": [("team_id", "=", self.id)],
            "context": {"search_default_open": 1, "default_team_id": self.id} | filters,
        }

    def action_open_team_held(self):
        """The mails of the team that wait for a person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_mail_held_action")
        return action | {"domain": [("team_id", "=", self.id)]}

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("library.case")
        if self.id:
            values["alias_defaults"] = repr({"team_id": self.id})
        return values

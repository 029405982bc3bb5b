from odoo import api, fields, models, tools
from odoo.fields import Domain

from ...lib.opening_hours import OpeningHours


class LibraryTeam(models.Model):
    """The hours in which a team's promises are counted."""

    _name = "library.team"
    _inherit = ["library.team", "library.hours.source"]

    _hours_fields = ("calendar_id", "branch_id", "company_id")

    hours_from = fields.Selection(
        [
            ("team", "Its own opening hours"),
            ("branch", "The opening hours of the branch"),
            ("company", "The opening hours of the institution"),
            ("always", "Every hour of day and night: nobody entered opening hours"),
        ],
        string="Promises are counted in",
        compute="_compute_hours_from",
    )

    @api.depends("calendar_id", "branch_id.calendar_id", "company_id.resource_calendar_id")
    def _compute_hours_from(self):
        for team in self:
            found = [name for name, calendar in team._calendars() if team._weekly(calendar)]
            team.hours_from = (found or ["always"])[0]

    def _opening_hours(self):
        """The opening hours of this team with every closure that holds for it.

        A team without hours of its own is counted in those of its branch, else of the institution, and around the
        clock when nobody entered any: a case must be able to go there.

        :return: lib.opening_hours.OpeningHours
        """
        self.ensure_one()
        return self._opening_hours_of(self.id)

    @api.model
    @tools.ormcache("team_id")
    def _opening_hours_of(self, team_id):
        # sudo: opening times and closures are no secret; whoever asks may be a patron
        team_sudo = self.sudo().browse(team_id)
        calendars = team_sudo._calendars()
        weekly, zone = [], "UTC"
        for _name, calendar in calendars:
            if weekly := team_sudo._weekly(calendar):
                zone = calendar.tz
                break
        closures = team_sudo._closures([calendar.id for _name, calendar in calendars])
        return OpeningHours(weekly, zone, closures) if weekly else OpeningHours.always()

    def _calendars(self):
        """[(whose, calendar)] from the nearest to the farthest; a missing one is left out."""
        found = [
            ("team", self.calendar_id),
            ("branch", self.branch_id.calendar_id),
            ("company", self.company_id.resource_calendar_id),
        ]
        return [(name, calendar) for name, calendar in found if calendar]

    @api.model
    def _weekly(self, calendar):
        """The opening times of a calendar as the arithmetic wants them; breaks are no opening times."""
        has_weeks = calendar.two_weeks_calendar
        return [
            (int(time.dayofweek), time.hour_from, time.hour_to, *([int(time.week_type or 0)] if has_weeks else []))
            for time in calendar.attendance_ids
            if time.day_period != "lunch" and not time.display_type
        ]

    def _closures(self, calendar_ids):
        """[(from, to)] in which the team is closed: its own closures, the branch's and the institution's."""
        everywhere = Domain("calendar_id", "=", False) & Domain("company_id", "=", self.company_id.id)
        domain = Domain("resource_id", "=", False) & Domain("time_type", "=", "leave")
        leaves = self.env["resource.calendar.leaves"].search(
            domain & (Domain("calendar_id", "in", calendar_ids) | everywhere)
        )
        return [(leave.date_from, leave.date_to) for leave in leaves]

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...const import CHANNELS

FORMATS = [
    ("digital", "Digital files"),
    ("print", "On paper"),
    ("audio", "Audio"),
    ("large_print", "Large print"),
    ("plain", "Plain language"),
]
TIMES = [
    ("morning", "In the morning"),
    ("afternoon", "In the afternoon"),
    ("evening", "In the evening"),
    ("weekend", "At the weekend"),
]
PREFERENCES = (
    "depth", "help_style", "preferred_format", "accessibility", "preferred_channel", "preferred_time",
    "quiet_from", "quiet_to", "date_pause_until",
)  # fmt: skip


class LibraryPatron(models.Model):
    """How a patron wants to be served, as the patron or staff declared it."""

    _inherit = "library.patron"

    preferred_format = fields.Selection(FORMATS, string="Preferred format")
    accessibility = fields.Char("Accessibility needs", help="What makes the library usable for this person.")
    preferred_channel = fields.Selection(CHANNELS, string="Preferred channel")
    preferred_time = fields.Selection(TIMES, string="Preferred time of day")
    quiet_from = fields.Float("Quiet hours from", help="No message leaves between these hours; equal: no quiet hours.")
    quiet_to = fields.Float("Quiet hours until")
    date_pause_until = fields.Date("No contact before", help="The patron asked for a pause; answers still go out.")
    preference_chips = fields.Html(compute="_compute_preference_chips", sanitize=False, groups="base.group_user")

    _quiet_hours = models.Constraint(
        "CHECK (coalesce(quiet_from, 0) BETWEEN 0 AND 24 AND coalesce(quiet_to, 0) BETWEEN 0 AND 24)",
        "Quiet hours lie between 0:00 and 24:00.",
    )

    @api.depends(*PREFERENCES)
    @api.depends_context("lang", "uid")
    def _compute_preference_chips(self):
        for patron in self:
            chips = [
                Markup('<span class="badge rounded-pill %s"><i class="fa %s me-1" aria-hidden="true"></i>%s</span>')
                % (colour, icon, text)
                for icon, text, colour in patron._get_preference_chips()
            ]
            patron.preference_chips = Markup(" ").join(chips) if chips else False

    def _get_preference_chips(self):
        """What whoever serves this patron should see at a glance.

        :return: list of (icon, text, classes of the badge)
        """
        self.ensure_one()
        plain, strong = "o_library_chip", "text-bg-warning"
        words = {
            name: dict(self._fields[name]._description_selection(self.env)).get(self[name])
            for name in ("depth", "help_style", "preferred_format", "preferred_channel", "preferred_time")
        }
        quiet = self.quiet_from != self.quiet_to and self.env._(
            "Quiet from %(start)s to %(end)s", start=self._clock(self.quiet_from), end=self._clock(self.quiet_to)
        )
        paused = self._is_paused() and self.env._(
            "No contact before %(day)s", day=format_date(self.env, self.date_pause_until)
        )
        found = [
            ("fa-pause", paused, strong),
            ("fa-universal-access", self.accessibility, strong),
            ("fa-align-left", words["depth"], plain),
            ("fa-graduation-cap", words["help_style"], plain),
            ("fa-file-o", words["preferred_format"], plain),
            ("fa-comment-o", words["preferred_channel"], plain),
            ("fa-clock-o", words["preferred_time"], plain),
            ("fa-moon-o", quiet, plain),
        ]
        return [chip for chip in found if chip[1]]

    @api.model
    def _clock(self, hours):
        """15.5 as 15:30."""
        minutes = round((hours or 0) * 60)
        return f"{minutes // 60}:{minutes % 60:02}"

    def _is_paused(self):
        """Whether the patron asked not to be contacted today."""
        self.ensure_one()
        return bool(self.date_pause_until and self.date_pause_until > fields.Date.context_today(self))

    @api.model
    def _domain_reachable(self):
        """Patrons whom the library may write to of its own accord: agreed, not paused, mail arrives."""
        paused = Domain("date_pause_until", ">", "today")
        return Domain("allows_outreach", "=", True) & ~paused & Domain("has_bounced", "=", False)

    def _next_contact(self, moment):
        """The first time from `moment` on that is outside this patron's quiet hours.

        :param moment: naive UTC datetime
        :return: naive UTC datetime
        """
        self.ensure_one()
        if self.quiet_from == self.quiet_to:
            return moment
        local = fields.Datetime.context_timestamp(self.with_context(tz=self.tz or self.env.user.tz), moment)
        hour = local.hour + local.minute / 60
        over_midnight = self.quiet_from > self.quiet_to
        inside = (
            hour >= self.quiet_from or hour < self.quiet_to if over_midnight
            else self.quiet_from <= hour < self.quiet_to
        )
        return moment + timedelta(hours=(self.quiet_to - hour) % 24) if inside else moment

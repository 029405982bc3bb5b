from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ...const import NOTIFICATION_DIGEST_HOUR
from ...lib.quiet_hours import quiet_left, until_hour

OWN = ["library_quiet_from", "library_quiet_to"]


class ResUsers(models.Model):
    """How a colleague wants to hear of what happens in the library."""

    _inherit = "res.users"

    # not fetched along: users are read before an update has made these columns
    library_quiet_from = fields.Float(
        "No mail from", help="Hour of the day; equal hours: no quiet time.", prefetch=False
    )
    library_quiet_to = fields.Float("No mail until", prefetch=False)

    _library_quiet_hours = models.Constraint(
        "CHECK (coalesce(library_quiet_from, 0) BETWEEN 0 AND 24 AND coalesce(library_quiet_to, 0) BETWEEN 0 AND 24)",
        "Quiet hours lie between 0:00 and 24:00.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + OWN

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + OWN

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint((*OWN, "notification_type", "tz")):
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("user_id")
    def _library_notified_by(self, user_id):
        """What one user chose, as one tuple: own lines, lines of the teams, Odoo's setting, quiet hours, time zone."""
        self.env["library.notification.preference"].flush_model()
        self.env["library.notification.default"].flush_model()
        self.env["res.users"].flush_model()
        own = dict(self.env.execute_query(SQL(
            "SELECT event, channel FROM library_notification_preference WHERE user_id = %s AND channel <> 'team'",
            user_id,
        )))
        # of two teams the one that is louder counts
        team = dict(self.env.execute_query(SQL(
            "SELECT DISTINCT ON (event) event, channel FROM library_notification_default WHERE team_id = ANY(%s)"
            " ORDER BY event, array_position(ARRAY['mail', 'inbox', 'digest', 'off'], channel)",
            list(self._library_team_ids_of(user_id)),
        )))
        user_sudo = self.sudo().browse(user_id)  # sudo: how somebody is to be told, for code that obeys it
        standard = "inbox" if user_sudo.notification_type == "inbox" else "mail"
        return own, team, standard, user_sudo.library_quiet_from, user_sudo.library_quiet_to, user_sudo.tz or "UTC"

    def _library_channel(self, event):
        """The way by which this user hears of an event: mail, inbox, digest or off."""
        self.ensure_one()
        own, team, standard, *_quiet = self._library_notified_by(self.id)
        channel = own.get(event) or team.get(event) or standard
        # who is named by a colleague hears of it, whatever is set
        return "inbox" if event == "mention" and channel == "off" else channel

    def _library_quiet_left(self, now):
        """How long this user gets no mail; zero outside quiet hours."""
        self.ensure_one()
        *_channels, start, end, zone = self._library_notified_by(self.id)
        if start == end:
            return timedelta()
        return quiet_left(fields.Datetime.context_timestamp(self.with_context(tz=zone), now), start, end)

    def _library_next_digest(self, now):
        """When the next daily mail of this user leaves, in UTC, after quiet hours."""
        self.ensure_one()
        zone = self._library_notified_by(self.id)[-1]
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), now)
        leaves = now + until_hour(local, NOTIFICATION_DIGEST_HOUR)
        return leaves + self._library_quiet_left(leaves)

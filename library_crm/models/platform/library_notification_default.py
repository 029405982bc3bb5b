from odoo import fields, models

from ...const import NOTIFICATION_CHANNELS, NOTIFICATION_EVENTS


class LibraryNotificationDefault(models.Model):
    """By which way the members of a team hear of something, unless they chose otherwise for themselves."""

    _name = "library.notification.default"
    _description = "Notification of a Team"
    _inherit = ["library.notification.cached"]
    _order = "team_id, event"
    _rec_name = "event"

    team_id = fields.Many2one("library.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True, precompute=True)
    event = fields.Selection(NOTIFICATION_EVENTS, string="What", required=True)
    channel = fields.Selection(NOTIFICATION_CHANNELS, string="How", required=True, default="digest")

    _once = models.Constraint("UNIQUE (team_id, event)", "The team has a line for this already.")

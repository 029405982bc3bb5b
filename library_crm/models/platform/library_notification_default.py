from odoo import api, fields, models

from ...const import NOTIFICATION_CHANNELS, NOTIFICATION_EVENTS


class LibraryNotificationDefault(models.Model):
    """By which way the members of a team hear of something, unless they chose otherwise for themselves."""

    _name = "library.notification.default"
    _description = "Notification of a Team"
    _order = "team_id, event"
    _rec_name = "event"

    team_id = fields.Many2one("library.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True, precompute=True)
    event = fields.Selection(NOTIFICATION_EVENTS, string="What", required=True)
    channel = fields.Selection(NOTIFICATION_CHANNELS, string="How", required=True, default="digest")

    _once = models.Constraint("UNIQUE (team_id, event)", "The team has a line for this already.")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

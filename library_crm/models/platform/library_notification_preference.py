from odoo import api, fields, models

from ...const import NOTIFICATION_CHANNELS, NOTIFICATION_EVENTS


class LibraryNotificationPreference(models.Model):
    """By which way one colleague hears of one sort of thing; without an own choice as the team says."""

    _name = "library.notification.preference"
    _description = "My Notification"
    _inherit = ["library.notification.cached"]
    _order = "user_id, sequence, id"
    _rec_name = "event"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="cascade", default=lambda self: self.env.user
    )
    event = fields.Selection(NOTIFICATION_EVENTS, string="What", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    channel = fields.Selection(
        [("team", "As my team has it"), *NOTIFICATION_CHANNELS], string="How", required=True, default="team"
    )
    effective = fields.Selection(NOTIFICATION_CHANNELS, string="So you hear of it", compute="_compute_effective")

    _once = models.Constraint("UNIQUE (user_id, event)", "There is a line for this already.")

    @api.depends("channel", "event", "user_id")
    def _compute_effective(self):
        for one in self:
            one.effective = one.user_id._library_channel(one.event)

    @api.model
    def action_open_mine(self):
        """The matrix of the current user: a line for everything one may be told of."""
        self.check_access("create")
        known = self.search([("user_id", "=", self.env.uid)]).mapped("event")
        self.create([
            {"event": event, "sequence": place, "user_id": self.env.uid}
            for place, (event, _label) in enumerate(NOTIFICATION_EVENTS) if event not in known
        ])
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_notification_preference_action")
        return {**action, "domain": [("user_id", "=", self.env.uid)]}

from odoo import models


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "library.hours.source"]

    def _forget_hours(self):
        """A colleague's leave closes no house."""
        if any(not leave.resource_id for leave in self):
            return super()._forget_hours()
        return None

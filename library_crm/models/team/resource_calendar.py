from odoo import models


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "library.hours.source"]

    _hours_fields = ("attendance_ids", "leave_ids", "global_leave_ids", "tz", "two_weeks_calendar", "company_id")

from datetime import datetime

from odoo.fields import Command

from ..common import LibraryCase

MONDAY = datetime(2025, 6, 2, 7)  # nine o'clock in Berlin


class ClockCase(LibraryCase):
    """Two teams with opening hours of their own, and a service that promises eight and sixteen of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls._calendar("Office", [(day, 9, 17) for day in range(5)])
        cls.shift = cls._calendar("Late shift", [(day, 13, 21) for day in range(5)], tz="Asia/Shanghai")
        cls.team.calendar_id = cls.office
        cls.other_team.calendar_id = cls.shift
        cls.service = cls.env["library.service"].create(
            {"name": "Question", "kind": "reference", "answer_hours": 8, "solution_hours": 16, "team_id": cls.team.id}
        )

    @classmethod
    def _calendar(cls, name, times, tz="Europe/Berlin"):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create({"name": name, "dayofweek": str(day), "hour_from": opens, "hour_to": closes})
                    for day, opens, closes in times
                ],
            }
        )

    @classmethod
    def _asked(cls, **values):
        return cls._case(service_id=cls.service.id, **values)

    def _patron_writes(self, case, text="One more thing"):
        return case.sudo().message_post(
            body=text, message_type="email", subtype_xmlid="mail.mt_comment", author_id=self.patron.partner_id.id
        )

    def _segments(self, case):
        """[(state, reason, opening hours)] of the case's own clock."""
        segments = case.sudo().segment_ids.filtered(lambda one: not one.step_id)
        ordered = segments.sorted(lambda one: (one.date_start, one.id))
        return [(one.state, one.reason, round(one.minutes / 60, 3)) for one in ordered]

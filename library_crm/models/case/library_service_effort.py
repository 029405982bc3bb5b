from odoo import api, fields, models
from odoo.tools import SQL

from ...const import READ_MINUTES, USUAL_MINUTES

FEWEST_LOGS = 5
DAYS_BACK = 365


class LibraryService(models.Model):
    """How many minutes a case of this service takes, as the logs of the last year say."""

    _inherit = "library.service"

    expected_minutes = fields.Integer(
        "Minutes a case takes", readonly=True, copy=False,
        help="Mean of the logs of the last year; empty with fewer than five. It weighs the load of teams.",
    )

    @api.model
    def _update_expected_minutes(self):
        """Learn from the logs how long cases of each service take; one statement."""
        self.flush_model(["expected_minutes"])
        self.env["library.service.log"].flush_model(["case_id", "minutes", "date"])
        self.env["library.case"].flush_model(["service_id"])
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_BACK)
        self.env.cr.execute(SQL(
            """UPDATE library_service s SET expected_minutes = found.minutes FROM (
                   SELECT c.service_id, round(avg(l.minutes)) AS minutes
                     FROM library_service_log l JOIN library_case c ON c.id = l.case_id
                    WHERE l.date >= %s AND l.minutes > 0 AND c.service_id IS NOT NULL
                    GROUP BY c.service_id HAVING count(*) >= %s) found
                WHERE s.id = found.service_id AND s.expected_minutes IS DISTINCT FROM found.minutes""",
            since, FEWEST_LOGS,
        ))
        self.invalidate_model(["expected_minutes"])

    @api.model
    def _sql_minutes(self):
        """SQL for the minutes that the case `c` of service `s` asks for: by its READ level, else as is usual."""
        levels = SQL(" ").join(SQL("WHEN %s THEN %s", level, minutes) for level, minutes in READ_MINUTES.items())
        return SQL("CASE c.read_level %s ELSE coalesce(nullif(s.expected_minutes, 0), %s) END", levels, USUAL_MINUTES)

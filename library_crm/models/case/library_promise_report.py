from odoo import fields, models


class LibraryPromiseReport(models.Model):
    """How often a promise was kept, by service and team; never by colleague: this is no league table.

    A case counts as soon as it is known how its promise ended: when it is closed, or at the first promise missed.
    """

    _name = "library.promise.report"
    _description = "Promises Kept"
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "service_id"
    _figure_cards = {
        "kept": "promise_kept", "missed_count": "promise_missed_count", "hours_used": "promise_hours_used",
    }
    _depends = {
        "library.case": [
            "company_id", "team_id", "branch_id", "service_id", "channel", "create_date", "date_closed", "date_missed",
            "missed_count", "promise_kept", "minutes_used", "date_first_answer", "active",
        ],
    }  # fmt: skip

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    branch_id = fields.Many2one("library.branch", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    date = fields.Date("Decided on", readonly=True)
    kept = fields.Float(
        "Promises kept", readonly=True, aggregator="avg", help="Share of cases without a missed promise."
    )
    missed_count = fields.Integer("Missed promises", readonly=True, aggregator="sum")
    hours_used = fields.Float(
        "Opening hours used", readonly=True, aggregator="avg",
        help="Opening hours in which the patron waited for us, without the time in which we waited for the patron.",
    )  # fmt: skip

    @property
    def _table_query(self):
        return """
            SELECT c.id, c.company_id, c.team_id, c.branch_id, c.service_id,
                   coalesce(c.date_closed, c.date_missed)::date AS date,
                   CASE WHEN c.promise_kept = 'missed' OR c.missed_count > 0 THEN 0.0 ELSE 1.0 END AS kept,
                   coalesce(c.missed_count, 0) AS missed_count,
                   c.minutes_used / 60.0 AS hours_used
              FROM library_case c
             WHERE c.promise_kept IN ('kept', 'missed') OR c.missed_count > 0 AND c.active
        """

from odoo import api, fields, models

CLOCK_REASONS = [
    ("asked", "The patron asked"),
    ("patron_wrote", "The patron wrote"),
    ("resumed", "We go on"),
    ("reopened", "Re-opened"),
    ("transferred", "Handed over"),
    ("merged", "Merged with another case"),
    ("split", "Split from another case"),
    ("waiting_patron", "We wait for the patron"),
    ("waiting_partner", "We wait for a partner"),
    ("waiting_nobody", "Nobody has to act"),
    ("step_due", "The step is on"),
]


class LibraryClockSegment(models.Model):
    """A stretch of time in which a clock ran or stood still, and why.

    A case has a clock, and so has each of its steps. At most one stretch of a clock is open.
    """

    _name = "library.clock.segment"
    _description = "Clock Segment"
    _order = "date_start, id"
    _rec_name = "reason"

    case_id = fields.Many2one("library.case", required=True, index=True, ondelete="cascade")
    step_id = fields.Many2one(
        "library.case.step", index="btree_not_null", ondelete="cascade", help="Empty: the clock of the case itself."
    )
    team_id = fields.Many2one("library.team", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True)
    kind = fields.Selection(
        [("answer", "First answer"), ("solution", "Solution"), ("step", "Step")],
        string="Towards",
        default="answer",
        required=True,
    )
    state = fields.Selection([("running", "Running"), ("paused", "Paused")], default="running", required=True)
    reason = fields.Selection(CLOCK_REASONS, string="Why", required=True, default="asked")
    user_id = fields.Many2one("res.users", string="By", ondelete="set null", help="Empty: the patron, or the system.")
    date_start = fields.Datetime("From", required=True, default=fields.Datetime.now)
    date_end = fields.Datetime("Until")
    minutes = fields.Float("Minutes of opening", help="Minutes of the team's opening hours; known when it has ended.")
    hours = fields.Float("Opening hours", compute="_compute_hours", help="Of a stretch that goes on: up to now.")

    _case_open = models.UniqueIndex(
        "(case_id) WHERE date_end IS NULL AND step_id IS NULL", "The clock of this case is open already."
    )
    _step_open = models.UniqueIndex(
        "(step_id) WHERE date_end IS NULL AND step_id IS NOT NULL", "The clock of this step is open already."
    )
    _dates_follow = models.Constraint("CHECK (date_end >= date_start)", "A stretch of time ends after it began.")

    @api.depends("minutes", "date_start", "date_end")
    def _compute_hours(self):
        now = fields.Datetime.now()
        for segment in self:
            segment.hours = (segment.minutes if segment.date_end else segment._minutes_until(now)) / 60

    def _end(self, moment):
        """Close these segments and count their opening minutes on the calendars of their teams."""
        for segment in self:
            # a segment that was typed in by hand may begin later than now
            end = max(moment, segment.date_start)
            segment.write({"date_end": end, "minutes": segment._minutes_until(end)})
        # the index that allows one open segment must see the end before the next begins
        self.flush_recordset(["date_end", "minutes"])

    def _minutes_until(self, moment):
        """Opening minutes from the beginning of this segment to `moment`."""
        self.ensure_one()
        return self.team_id._opening_hours().between(self.date_start, moment)

    @api.model
    def _who(self):
        """The member of staff who acts, if it is one: patrons are no users of the audit."""
        user = self.env.user
        return user.id if user._is_internal() and not user._is_superuser() else False

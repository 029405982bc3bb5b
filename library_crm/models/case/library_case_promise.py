from odoo import api, fields, models

ANSWER_HOURS = 16.0
"""Opening hours to a first answer where no service says it."""

WARN_HOURS = 2.0
"""Opening hours before a promise at which the colleagues are warned."""


class LibraryCase(models.Model):
    """What the library promises in a case: a first answer, then a solution; what is shown is what comes first."""

    _inherit = "library.case"

    promise_kind = fields.Selection(
        [("answer", "An answer"), ("solution", "The solution")],
        string="Promised",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    date_solution_promised = fields.Datetime(
        "Solution promised by", readonly=True, copy=False, groups="base.group_user"
    )
    date_warning = fields.Datetime("Warn from", readonly=True, copy=False, groups="base.group_user")
    date_warned = fields.Datetime("Warned", readonly=True, copy=False, groups="base.group_user")
    date_missed = fields.Datetime(
        "Missed promise", readonly=True, copy=False, groups="base.group_user",
        help="The last promised moment that passed while the patron waited.",
    )  # fmt: skip
    missed_count = fields.Integer("Missed promises", readonly=True, copy=False, groups="base.group_user")
    date_apologised = fields.Datetime("Apologised", readonly=True, copy=False, groups="base.group_user")
    promise_kept = fields.Selection(
        [("kept", "Kept"), ("missed", "Missed"), ("none", "Nothing promised")],
        string="Promise",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    _warning_idx = models.Index("(date_warning) WHERE active IS TRUE AND date_warned IS NULL")

    @api.model
    def _promise(self, team, service, moment, hours=None):
        """When the team's opening hours, less its closures, reach what the service commits to.

        A team without a calendar promises in the hours of its branch, of the institution, or around the clock.

        :param moment: naive UTC datetime from which the hours count
        :param hours: opening hours; the service's hours to a first answer when None
        :return: naive UTC datetime, or False when the house never opens that long
        """
        hours = (service.answer_hours or ANSWER_HOURS) if hours is None else hours
        return team._opening_hours().add(moment, hours) or False

    @api.model
    def _first_promise(self, vals, state):
        """What is promised to a case that is opened with `vals`, as values."""
        if state == "stopped":
            kept = self._kept_on_paper(vals)
            missed = {"missed_count": 1, "date_missed": vals["date_promised"]} if kept == "missed" else {}
            return {"promise_kept": kept, **missed}
        team = self.env["library.team"].browse(vals["team_id"])
        service = self.env["library.service"].browse(vals.get("service_id"))
        if state == "paused":
            return {"promise_kind": "solution", "minutes_left_solution": service.solution_hours * 60}
        moment = fields.Datetime.now()
        solution = service.solution_hours and self._promise(team, service, moment, service.solution_hours)
        promised = fields.Datetime.to_datetime(vals.get("date_promised"))
        if promised and solution:
            solution = max(promised, solution)
        return {
            "promise_kind": "answer",
            "date_solution_promised": solution,
            "date_warning": self._warn_from(team, promised),
        }

    @api.model
    def _kept_on_paper(self, vals):
        """How the promise of a case ended that is entered when all is over."""
        if not vals.get("date_promised"):
            return "none"
        answered = vals.get("date_first_answer") or vals.get("date_closed") or fields.Datetime.now()
        late = fields.Datetime.to_datetime(answered) > fields.Datetime.to_datetime(vals["date_promised"])
        return "missed" if late else "kept"

    @api.model
    def _warn_from(self, team, promised):
        """The moment at which colleagues are told that a promise comes near."""
        return bool(promised) and (team._opening_hours().subtract(promised, WARN_HOURS) or promised)

    # What the clock asks

    def _values_of_pause(self, moment):
        """The clock stops: what is left of each promise, and whether one was missed already."""
        opening = self.team_id._opening_hours()
        answered = self.waits_for == "patron" or self.stage_code == "closed"
        values = {
            "minutes_left_answer": 0.0 if answered or not self.date_promised
            else opening.between(moment, self.date_promised),
            "minutes_left_solution": opening.between(moment, self.date_solution_promised)
            if self.date_solution_promised else 0.0,
        }  # fmt: skip
        if answered:
            values["promise_kind"] = "solution"
        if self.date_promised and self.date_promised < moment:
            values.update(self._values_of_miss())
        return values

    def _values_of_miss(self):
        """The promise that runs now was missed."""
        return {"date_missed": self.date_promised, "missed_count": self.missed_count + 1}

    def _values_of_start(self, former, moment, promised):
        """The clock runs again: what was left counts from now; a message of the patron asks for a new answer."""
        opening, service = self.team_id._opening_hours(), self.service_id
        if former == "paused":
            left = self.minutes_left_solution
        else:
            left = (service.solution_hours or 0.0) * 60
        solution = (opening.add(moment, left / 60) or False) if left else False
        if not promised and self.minutes_left_answer:
            promised = opening.add(moment, self.minutes_left_answer / 60)
        if not former:
            # a case from before there were clocks: what was promised holds
            promised = promised or self.date_promised
        values = {"promise_kept": False, "date_solution_promised": solution}
        promised = fields.Datetime.to_datetime(promised) or self._promise(self.team_id, service, moment)
        return {**values, **self._values_of_promise(promised, moment, solution)}

    def _values_of_promise(self, promised, moment, solution=None):
        """What follows from a promised moment: the earlier of answer and solution is the one that runs.

        :param promised: when the patron hears from us
        :param solution: when the solution is promised; what stands on the case when None
        """
        promised = fields.Datetime.to_datetime(promised) or self._promise(self.team_id, self.service_id, moment)
        solution = self.date_solution_promised if solution is None else solution
        is_solution = bool(solution) and bool(promised) and solution <= promised
        running = solution if is_solution else promised
        return {
            "date_promised": running,
            "promise_kind": "solution" if is_solution else "answer",
            "date_warning": self._warn_from(self.team_id, running),
            "date_warned": False,
        }

    def _promise_by_hand(self):
        """A colleague agreed on another time with the patron: it is the promise from now on."""
        solution = self.date_solution_promised
        values = {"date_warning": self._warn_from(self.team_id, self.date_promised), "date_warned": False}
        if solution and self.date_promised > solution:
            values["date_solution_promised"] = self.date_promised
        self.write(values)

    def _promise_result(self, values=()):
        """How the promise of a case ended: kept, missed or none."""
        if dict(values).get("missed_count", self.missed_count):
            return "missed"
        return "kept" if self.date_promised else "none"

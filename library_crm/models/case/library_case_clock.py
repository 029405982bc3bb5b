from odoo import api, fields, models

# What moves the clock, or the promise that it runs towards.
CLOCK_FIELDS = {"waits_for", "stage_id", "team_id", "active", "date_promised"}


class LibraryCase(models.Model):
    """The clock of a case: it runs while the patron waits for us, stands still while we wait, and keeps the rest."""

    _inherit = "library.case"

    clock_state = fields.Selection(
        [("running", "Running"), ("paused", "Paused"), ("stopped", "Stopped")],
        string="Clock",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    segment_ids = fields.One2many(
        "library.clock.segment", "case_id", string="Clock segments", groups="base.group_user", copy=False
    )
    minutes_used = fields.Float(
        "Opening minutes used", readonly=True, copy=False, groups="base.group_user",
        help="Opening minutes in which the patron waited for us, up to the last change of the clock.",
    )  # fmt: skip
    minutes_left_answer = fields.Float(readonly=True, copy=False, groups="base.group_user")
    minutes_left_solution = fields.Float(readonly=True, copy=False, groups="base.group_user")

    @api.model
    def _prepare_case(self, vals):
        result = super()._prepare_case(vals)
        code = self._code_of_stage(vals["stage_id"])
        state = self._clock_state_of(code, vals.get("waits_for", "library"), vals.get("active", True))
        vals["clock_state"] = state
        for name, value in self._first_promise(vals, state).items():
            if not vals.get(name):
                vals[name] = value
        return result

    @api.model
    def _code_of_stage(self, stage_id):
        """The meaning of a stage, without a query."""
        return next((code for code, found in self._stage_ids().items() if found == stage_id), False)

    @api.model
    def _clock_state_of(self, stage_code, waits_for, active=True):
        """What the clock does in this stage while this one is waited for."""
        if stage_code == "closed" or not active:
            return "stopped"
        return "running" if waits_for == "library" else "paused"

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._start_clock("asked")
        return cases

    def _start_clock(self, reason, moment=None):
        """Open a segment for each of these cases whose clock runs or is paused.

        :param reason: of `CLOCK_REASONS`, why it runs; a pause says itself why
        """
        moment = moment or fields.Datetime.now()
        Segment = self.env["library.clock.segment"]
        rows = [
            {
                "case_id": case.id,
                "team_id": case.team_id.id,
                "company_id": case.company_id.id,
                "kind": case.promise_kind or "answer",
                "state": case.clock_state,
                "reason": reason if case.clock_state == "running" else f"waiting_{case.waits_for}",
                "user_id": Segment._who(),
                "date_start": moment,
            }
            for case in self.sudo()  # sudo: the audit of the clock is written by the system, whoever moved the case
            if case.clock_state in ("running", "paused")
        ]
        return Segment.sudo().create(rows)  # sudo: the same

    def write(self, vals):
        if "clock_state" in vals or CLOCK_FIELDS.isdisjoint(vals):
            return super().write(vals)
        # sudo: the fields of the clock are not for patrons, whose message may be what moves it
        before = {case.id: (case.clock_state, case.team_id, case.waits_for) for case in self.sudo()}
        result = super().write(vals)
        self.sudo()._follow_clock(before, vals)
        return result

    def _follow_clock(self, before, vals):
        """Let the clocks of these cases follow what was written.

        :param before: {case id: (state of the clock, lead team, for whom it waited)} before the write
        :param vals: what was written
        """
        moment, moved = fields.Datetime.now(), {}
        for case in self:
            former, team, waited_for = before[case.id]
            state = self._clock_state_of(case.stage_code, case.waits_for, case.active)
            same_pause = state != "paused" or waited_for == case.waits_for
            if former != state or team != case.team_id or not same_pause:
                moved[case] = (former, state, self._clock_reason(former, state, team != case.team_id, vals))
            elif vals.get("date_promised"):
                case._promise_by_hand()
        if not moved:
            return
        cases = self.browse([case.id for case in moved])
        cases._end_segments(moment)
        cases.filtered(lambda case: moved[case][1] == "stopped")._end_step_segments(moment)
        for case, (former, state, reason) in moved.items():
            case._switch_clock(former, state, moment, vals.get("date_promised"))
            case._start_clock(reason, moment)

    @api.model
    def _clock_reason(self, former, state, is_transferred, vals):
        """Why the clock runs from now on; whoever knows better says so in the context."""
        if reason := self.env.context.get("library_clock_reason"):
            return reason
        if former == "stopped":
            return "reopened"
        if former == "running" and state == "running" and is_transferred:
            return "transferred"
        return "patron_wrote" if vals.get("has_news") else "resumed"

    def _end_segments(self, moment):
        """End the open segments of these cases, and add what ran to what was used."""
        segments = self.env["library.clock.segment"].search(
            [("case_id", "in", self.ids), ("step_id", "=", False), ("date_end", "=", False)]
        )
        segments._end(moment)
        for segment in segments:
            if segment.state == "running":
                segment.case_id.minutes_used += segment.minutes

    def _end_step_segments(self, moment):
        """A closed case asks nothing of the teams that contributed."""
        steps = self.env["library.clock.segment"].search(
            [("case_id", "in", self.ids), ("step_id", "!=", False), ("date_end", "=", False)]
        )
        steps._end(moment)

    def _switch_clock(self, former, state, moment, promised=None):
        """Take this clock from one state to another: keep what is left, or promise anew.

        :param former: state before, False for a case that never had a clock
        :param state: state now
        :param moment: naive UTC datetime of the change
        :param promised: the promise that was written together with the change, if any
        """
        self.ensure_one()
        values = {"clock_state": state}
        if former == "running" and state != "running":
            values.update(self._values_of_pause(moment))
        if state == "running" and former != "running":
            values.update(self._values_of_start(former, moment, promised))
        elif state == "running":
            values.update(self._values_of_promise(promised or self.date_promised, moment))
        elif state == "stopped":
            values["promise_kept"] = self._promise_result(values)
        self.write(values)

from odoo import api, fields, models
from odoo.fields import Domain

STEP_CLOCK_FIELDS = {"state", "team_id", "hours", "sequence"}
ENDED = ("done", "skipped")


class LibraryCaseStep(models.Model):
    """The clock of a step: it runs on the calendar of the step's own team, from when its turn has come."""

    _inherit = "library.case.step"

    hours = fields.Float("Opening hours for it", help="Opening hours of the step's team; empty: nothing is promised.")
    date_promised = fields.Datetime(
        "Promised by", readonly=True, help="Of a step whose turn has not come: as it is planned today."
    )
    date_started = fields.Datetime("Turn came", readonly=True)
    date_reminded = fields.Datetime("Reminded", readonly=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    segment_ids = fields.One2many("library.clock.segment", "step_id", string="Clock segments")

    _hours_positive = models.Constraint("CHECK (hours >= 0)", "Hours cannot be negative.")

    @api.model
    def _domain_late(self):
        """Steps whose turn has come and whose promised moment has passed."""
        late = Domain("date_promised", "<", fields.Datetime.now()) & Domain("date_started", "!=", False)
        return late & Domain("state", "in", ("todo", "doing")) & Domain("case_id.stage_code", "!=", "closed")

    @api.depends("date_promised", "date_started", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for step in self:
            is_on = step.date_started and step.state not in ENDED
            step.is_late = bool(is_on and step.date_promised and step.date_promised < now)

    def _search_is_late(self, operator, value):
        return self._domain_late() if operator == "in" else NotImplemented

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._run_step_clocks()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if not STEP_CLOCK_FIELDS.isdisjoint(vals):
            self._run_step_clocks(is_moved="team_id" in vals)
        return result

    def _run_step_clocks(self, is_moved=False):
        """Start and end the clocks of all steps in the rooms of these, and plan those that come later.

        :param is_moved: whether steps of `self` went to another team
        """
        moment = fields.Datetime.now()
        Segment = self.env["library.clock.segment"]
        rooms_sudo = self.sudo().workroom_id  # sudo: a contributor's step moves the plan of the others
        steps_sudo = rooms_sudo.step_ids.sorted(lambda step: (step.sequence, step.id))
        running = Segment.sudo().search([("step_id", "in", steps_sudo.ids), ("date_end", "=", False)])
        ended = running.filtered(lambda segment: segment.step_id.state in ENDED)
        moved = running.filtered(lambda segment: is_moved and segment.team_id != segment.step_id.team_id)
        (ended | moved)._end(moment)
        clocks = (running - ended - moved).step_id
        rows = []
        for room_sudo in rooms_sudo:
            is_on = room_sudo.case_id.clock_state != "stopped"
            room_steps = steps_sudo.filtered(lambda step, room_sudo=room_sudo: step.workroom_id == room_sudo)
            for step in room_steps._turns() if is_on else []:
                if step not in clocks:
                    rows.append(step._prepare_segment(moment, moved.step_id))
                    if not step.date_started:
                        step._promise_step(moment)
            room_steps._plan_steps(moment)
        Segment.sudo().create(rows)

    def _turns(self):
        """Those of a room's steps, in order, whose turn has come: taken ones, and the first that are not done."""
        open_steps = self.filtered(lambda step: step.state not in ENDED)
        first = open_steps[:1].sequence
        return open_steps.filtered(lambda step: step.state == "doing" or step.sequence == first)

    def _prepare_segment(self, moment, moved):
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "step_id": self.id,
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
            "kind": "step",
            "reason": "transferred" if self in moved else "resumed" if self.date_started else "step_due",
            "user_id": self.env["library.clock.segment"]._who(),
            "date_start": moment,
        }

    def _promise_step(self, moment):
        """The turn of this step has come: its hours count from now."""
        promised = self.hours and self.team_id._opening_hours().add(moment, self.hours)
        self.write({"date_started": moment, "date_promised": promised or False, "date_reminded": False})

    def _plan_steps(self, moment):
        """Say of the later steps of a room when they will be through if each takes the hours that it has."""
        reached = moment
        for step in self.filtered(lambda step: step.state not in ENDED):
            if not step.date_started:
                planned = step.hours and step.team_id._opening_hours().add(reached, step.hours) or False
                if step.date_promised != planned:
                    step.write({"date_promised": planned})
            reached = max(reached, step.date_promised or reached)

    @api.model
    def _run_step_warnings(self):
        """Remind who has a step, else the lead of its team, once of each promise that passed."""
        late = self.search(self._domain_late() & Domain("date_reminded", "=", False), limit=2000)
        late = late.try_lock_for_update(allow_referencing=True)
        late.write({"date_reminded": fields.Datetime.now()})
        for room, steps in late.grouped("workroom_id").items():
            for user, owned in steps.grouped(lambda step: step._person_of_step()).items():
                if user:
                    room.with_context(mail_activity_quick_update=True).activity_schedule(
                        "mail.mail_activity_data_todo",
                        summary=self.env._("Late: %(steps)s", steps=", ".join(owned.mapped("name"))),
                        user_id=user.id,
                    )

    def _person_of_step(self):
        """Who can still do this step: whoever has it or acts for them, else the lead of its team."""
        self.ensure_one()
        return self.user_id._library_acting(self.team_id) if self.user_id else self.team_id.lead_id

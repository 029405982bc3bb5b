from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from ...const import STAGE_CODES

# where a case stands while this kind of step is the next one, and once it has begun
STAGE_BEFORE = {
    "understand": "understand", "plan": "understand", "search": "search", "digest": "search", "deliver": "search",
    "verify": "deliver",
}  # fmt: skip
STAGE_DURING = {**STAGE_BEFORE, "verify": "verify"}
PLACES = [code for code, _name in STAGE_CODES]


class LibraryCase(models.Model):
    """The path of a service: the steps of its process, the stage that follows from them, and what the patron sees."""

    _inherit = "library.case"

    date_outcome_asked = fields.Datetime(
        "Asked whether it helped", readonly=True, copy=False, groups="base.group_user"
    )

    # From the process to the steps

    def _prepare_workroom(self):
        values = super()._prepare_workroom()
        values["name"] = self._remove_identity(values["name"]) or values["name"]
        process = self.service_id.process_id
        if process:
            values.update(
                process_id=process.id,
                process_version=process.version,
                step_ids=[Command.create(step._prepare_case_step(self)) for step in process.step_ids],
            )
        return values

    def _ensure_workroom(self):
        is_new = not self.sudo().workroom_ids  # sudo: whether there is a room
        room = super()._ensure_workroom()
        if is_new and room.process_id:
            # sudo: teams named by the process take part, whoever opened the room
            room.sudo()._invite_teams()
        return room

    def write(self, vals):
        result = super().write(vals)
        if vals.get("service_id"):
            # sudo: work that nobody began follows the service, whoever corrected it
            self.sudo().workroom_ids._follow_service()
        return result

    def _transfer(self, team, reason=False):
        former = self.team_id
        # sudo: after the move the steps are out of reach for whoever moves them
        steps_sudo = self.sudo().step_ids.filtered(lambda step: step.state in ("todo", "doing"))
        result = super()._transfer(team, reason)
        for step_sudo in steps_sudo.filtered(lambda step: step.team_id == former != team):
            step_sudo.team_id = team
            step_sudo.user_id = step_sudo.user_id if step_sudo.user_id in team.user_ids else False
        return result

    # From the steps to the stage

    def _follow_steps(self):
        """Move cases on to the stage that their steps have reached; never back, and never to the end."""
        for case in self:
            code = case._stage_of_steps()
            if code and case.stage_code in PLACES[:-1] and PLACES.index(code) > PLACES.index(case.stage_code):
                case.stage_id = self._find_stage(code)

    def _stage_of_steps(self):
        """The code of the stage in which the next step puts this case, if any."""
        steps = self.step_ids.sorted(lambda step: (step.sequence, step.id))
        current = steps.filtered(lambda step: step.state in ("todo", "doing"))[:1]
        if current:
            return (STAGE_DURING if current.state == "doing" else STAGE_BEFORE)[current.kind]
        done = steps.filtered(lambda step: step.state == "done").mapped("kind")
        return "verify" if "verify" in done else "deliver" if "deliver" in done else None

    def _close(self, resolution, unmet_reason=False, lacks=False):
        reason = self.env.context.get("library_open_steps_reason") or self.env._("The case was closed.")
        # sudo: steps of every team end with the case, whoever closes it
        steps_sudo = self.sudo().step_ids.filtered(lambda step: step.state in ("todo", "doing"))
        steps_sudo.write({"state": "skipped", "skip_reason": reason, "date_done": self.env.cr.now()})
        return super()._close(resolution, unmet_reason, lacks)

    # Asking whether it helped

    def _was_asked_outcome(self):
        """Whether the patron was asked, or said it unasked."""
        return bool(self.date_outcome_asked or self.date_rating_asked or self.confirmation != "none")

    def action_ask_outcome(self):
        """Ask the patron whether it helped; the answer is one click on the case's page, or a reply."""
        self.ensure_one()
        self.check_access("write")
        localized = self.with_context(lang=self._patron_lang())
        body = self.env["ir.qweb"].with_context(lang=self._patron_lang())._render(
            "library_crm.mail_case_outcome", {"case": localized, "url": f"{self._portal_link()}#result"}
        )
        self._answer(body)
        self.write({"date_outcome_asked": fields.Datetime.now(), "stage_id": self._find_stage("verify").id})

    # What staff see on the case

    def get_process(self):
        """The steps of this case for the bar on its screen, loaded after the screen itself.

        :return: dict of name, is_begun, is_newer, is_closed, was_asked and steps: [{id, name, state, who, missing}]
        :raise AccessError: for whoever is not staff or may not read the case
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only staff see how the work is organised."))
        room = self.workroom_ids[:1]
        process = room.process_id or self.service_id.process_id
        steps = [step._process_row() for step in room.step_ids] if room else []
        if not room:
            steps = [
                {"id": False, "name": step.name, "state": "todo", "who": step.team_id.name or "", "missing": []}
                for step in process.step_ids
            ]
        return {
            "name": process.name or "",
            "is_begun": bool(room),
            "is_newer": room.is_process_newer,
            "is_closed": self.stage_code == "closed",
            "was_asked": self._was_asked_outcome(),
            "steps": steps,
        }

    # What the patron sees

    def _portal_path(self):
        """The stages as the process words them; those of every case where it has none."""
        steps = self._portal_steps()
        if not steps:
            return super()._portal_path()
        if self.stage_code == "closed":
            return [{"name": words, "state": "done", "date": False} for words, _state, _date in steps]
        place = next((index for index, (_w, state, _d) in enumerate(steps) if state != "done"), len(steps))
        states = ["done" if index < place else "current" if index == place else "todo" for index in range(len(steps))]
        return [
            {"name": words, "state": state, "date": self._portal_moment(date) if date and state == "current" else False}
            for (words, _state, date), state in zip(steps, states, strict=True)
        ]

    def _portal_steps(self):
        """[(words, state, promised moment)] of what the patron reads; steps in a row with the same words are one."""
        room = self.workroom_ids[:1]
        found = []
        for step in room.step_ids if room else self.service_id.process_id.step_ids:
            words = (step.portal_words or "").strip()
            if not words:
                continue
            state = "done" if room and step.state in ("done", "skipped") else "open"
            date = step.date_promised if room and "date_promised" in step._fields else False
            if found and found[-1][0] == words:
                _words, former, former_date = found.pop()
                state, date = ("open" if "open" in (former, state) else "done"), date or former_date
            found.append((words, state, date))
        return found

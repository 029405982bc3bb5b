from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

COPIED = ("name", "kind", "instruction", "portal_words", "is_optional", "sequence")


class LibraryWorkroom(models.Model):
    """The process by which the work in a room is done."""

    _inherit = "library.workroom"

    process_id = fields.Many2one("library.process", index="btree_not_null", ondelete="set null", readonly=True)
    process_version = fields.Integer("Version of the process", readonly=True)
    is_process_newer = fields.Boolean("The process has changed", compute="_compute_is_process_newer")

    @api.depends("process_id.version", "process_version", "case_id.service_id")
    def _compute_is_process_newer(self):
        for room in self:
            # sudo: which process is in force; the case may be closed to a contributor
            room.is_process_newer = bool(room.sudo()._newer_process())

    def _newer_process(self):
        """The process that a case would get today, when it is not the one that this room has."""
        self.ensure_one()
        process = self.case_id.service_id.process_id
        is_open = self.case_id.stage_code != "closed"
        same = process == self.process_id and process.version == self.process_version
        return process.browse() if same or not is_open else process

    # What is true of the case

    def _process_facts(self):
        """{id of the room: set of codes of the checks that hold}; the same few queries for one room and for many."""
        facts = {room.id: set() for room in self}
        for code, rooms in self._rooms_by_fact().items():
            for room in rooms & self:
                facts[room.id].add(code)
        return facts

    def _rooms_by_fact(self):
        """{code: rooms in which that check holds}; extend it together with `library.process.check`."""
        logs = self.env["library.search.log"].search_fetch(
            [("workroom_id", "in", self.ids)], ["workroom_id", "kept", "reason"]
        )
        waiting = self.env["library.referral"].search([("workroom_id", "in", self.ids), ("state", "=", "sent")])
        asked = self.env["library.insight.question"].search([("workroom_id", "in", self.ids)])
        return {
            "need_confirmed": self.filtered(
                lambda room: "confirmed" in room.case_id.need_ids.mapped("confirmation")
            ),
            "search_logged": logs.workroom_id,
            "hits_judged": logs.filtered(lambda log: (log.reason or "").strip()).workroom_id,
            "colleagues_asked": asked.workroom_id,
            "partner_answered": self - waiting.workroom_id,
            "solution_final": self.filtered(lambda room: room._has_final_solution()),
            "answered": self.filtered("case_id.date_first_answer"),
            "outcome_asked": self.filtered(lambda room: room.case_id._was_asked_outcome()),
        }

    def _has_final_solution(self):
        """Whether something lasting was delivered: a final solution or an article."""
        case = self.case_id
        return bool(case.article_ids) or "final" in case.solution_ids.mapped("state")

    # The newer process

    def action_compare_process(self):
        """Show what taking over the process as it is today would change here."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.workroom.process",
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Take over the process"),
            "context": {"default_workroom_id": self.id},
        }

    def _compare_process(self):
        """What the process in force would change: {added: steps of the process, removed: steps of this room,
        changed: [(step of this room, step of the process)]}; steps that somebody began stay as they are.
        """
        self.ensure_one()
        process = self._newer_process()
        mine = self.step_ids.filtered("template_step_id")
        by_template = {step.template_step_id: step for step in mine}
        untouched = mine.filtered(lambda step: step.state == "todo" and not step.result)
        lost = self.step_ids.filtered(
            lambda step: step.state == "todo" and not step.result and step.is_from_process
        ) - untouched
        return {
            "added": process.step_ids.filtered(lambda step: step not in by_template),
            "removed": untouched.filtered(lambda step: step.template_step_id not in process.step_ids) | lost,
            "changed": [
                (step, step.template_step_id)
                for step in untouched
                if step.template_step_id in process.step_ids and self._differs(step)
            ],
        }

    def _differs(self, step):
        """Whether the process says something else of `step` today."""
        today = step.template_step_id._prepare_case_step(self.case_id)
        return any((step[name] or False) != (today[name] or False) for name in COPIED) or (
            step.check_ids != step.template_step_id.check_ids or step.team_id.id != today["team_id"]
        )

    def _take_over_process(self):
        """Do what `_compare_process` says."""
        self.ensure_one()
        process = self._newer_process()
        if not process:
            raise UserError(self.env._("This room follows the process in force already."))
        difference = self._compare_process()
        difference["removed"].unlink()
        for step, template in difference["changed"]:
            step.write(template._prepare_case_step(self.case_id))
        self.write(
            {
                "process_id": process.id,
                "process_version": process.version,
                "step_ids": [
                    Command.create(template._prepare_case_step(self.case_id)) for template in difference["added"]
                ],
            }
        )
        self._invite_teams()
        self._note(self.env._("The steps follow “%(process)s” as it is today.", process=process.name))

    def _follow_service(self):
        """The service was corrected: where nobody began to work, the steps are those of the right one."""
        for room in self:
            if room._newer_process() and all(step.state == "todo" and not step.result for step in room.step_ids):
                room._take_over_process()

    def _invite_teams(self):
        """The teams that have a step here take part."""
        for room in self:
            room.case_id._contribute(room.step_ids.team_id - room.team_ids)


class LibraryProcessStep(models.Model):
    _inherit = "library.process.step"

    def _prepare_case_step(self, case):
        """The copy of this step in the workroom of `case`, the patron's words in the patron's language."""
        self.ensure_one()
        values = {
            "template_step_id": self.id,
            "is_from_process": True,
            "name": self.name,
            "kind": self.kind,
            "sequence": self.sequence,
            "instruction": self.instruction,
            "portal_words": self.with_context(lang=case._patron_lang()).portal_words,
            "team_id": (self.team_id or case.team_id).id,
            "is_optional": self.is_optional,
            "check_ids": [Command.set(self.check_ids.ids)],
        }
        if "hours" in self.env["library.case.step"]._fields:
            values["hours"] = self.hours
        return values

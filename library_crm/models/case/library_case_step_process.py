from odoo import api, fields, models
from odoo.exceptions import ValidationError

OPEN = ("todo", "doing")


class LibraryCaseStep(models.Model):
    """A step that came from a process: what must be true before it is done, and what the patron reads meanwhile.

    It is a copy. Whoever changes the process afterwards changes the work of later cases only.
    """

    _inherit = "library.case.step"

    template_step_id = fields.Many2one(
        "library.process.step", string="Step of the process", index="btree_not_null", ondelete="set null", copy=False,
        readonly=True,
    )
    is_from_process = fields.Boolean(readonly=True, copy=False)
    portal_words = fields.Char("What the patron reads", help="The stage in plain words. Empty: nothing is shown.")
    check_ids = fields.Many2many(
        "library.process.check", "library_case_step_check_rel", "step_id", "check_id", string="Done when"
    )
    is_optional = fields.Boolean("May be left out")
    missing_check_ids = fields.Many2many("library.process.check", string="Still missing", compute="_compute_missing")
    check_state = fields.Selection(
        [("none", "Nothing to check"), ("missing", "Something is missing"), ("ok", "Ready to be done")],
        string="Checks",
        compute="_compute_missing",
    )

    @api.depends("check_ids", "result", "state")
    def _compute_missing(self):
        facts = self._process_facts()
        for step in self:
            met = facts.get(step.workroom_id.id, set())
            step.missing_check_ids = step.check_ids.filtered(
                lambda check, step=step, met=met: not step._is_met(check.code, met)
            )
            step.check_state = "none" if not step.check_ids else "missing" if step.missing_check_ids else "ok"

    def _process_facts(self):
        """What is true of the cases of those steps that have checks: {id of the workroom: set of codes}."""
        # sudo: yes or no about a case whose patron a contributor does not see
        return self.filtered("check_ids").workroom_id.sudo()._process_facts()

    def _is_met(self, code, met):
        """Whether a check holds for this step, given what is true of its case."""
        return bool((self.result or "").strip()) if code == "result_noted" else code in met

    @api.constrains("state")
    def _check_exit(self):
        """A step is done when its checks hold; whoever cannot wait skips it and says why."""
        for step in self.filtered(lambda step: step.state == "done" and step.check_ids):
            if missing := step.missing_check_ids:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is not done yet: %(missing)s. Or skip it, and say why.",
                        name=step.name,
                        missing=", ".join(missing.mapped("name")),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        # computing the case before the insert leaves drafts of these steps among its steps
        steps.case_id.invalidate_recordset(["step_ids"], flush=False)
        return steps

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # sudo: a contributor's step moves the case, of which they see nothing
            self.case_id.sudo()._follow_steps()
        return result

    def action_reopen_step(self):
        """Go on with a step that was done or skipped."""
        self.write({"state": "doing", "skip_reason": False, "date_done": False})

    def _process_row(self):
        """A step as the bar on a case shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "who": self.user_id.name or self.team_id.name,
            "missing": self.missing_check_ids.mapped("name") if self.state in OPEN else [],
        }

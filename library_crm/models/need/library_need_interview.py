from odoo import fields, models
from odoo.exceptions import ValidationError

LONGEST = 10000


class LibraryNeed(models.Model):
    """What was asked in the interview about a need, and what came of it."""

    _inherit = "library.need"

    asked_prompt_ids = fields.Many2many(
        "library.interview.prompt", "library_need_asked_prompt_rel", "need_id", "prompt_id", string="Asked",
        groups="base.group_user", copy=False,
    )

    def _interview_values(self):
        """{field: value} of what the answers go into, as the browser takes it."""
        self.ensure_one()
        targets = self.env["library.interview.prompt"]._fields["target"].selection
        values = {name: self[name] or "" for name, _label in targets}
        return {**values, "date_deadline": fields.Date.to_string(self.date_deadline) if self.date_deadline else ""}

    def note_interview(self, prompt_id, is_asked, answer=None):
        """Tick a question, and put its answer where it belongs.

        :param answer: text for the field of the question; None leaves the field alone
        """
        self.ensure_one()
        self.check_access("write")
        prompt = self.env["library.interview.prompt"].browse(prompt_id).exists()
        if not prompt:
            raise ValidationError(self.env._("This question is no longer in the list."))
        command = fields.Command.link if is_asked else fields.Command.unlink
        values = {"asked_prompt_ids": [command(prompt.id)]}
        if answer is not None and prompt.target:
            values[prompt.target] = self._clean_interview_answer(prompt.target, answer)
        self.write(values)
        return self._interview_values()

    def _clean_interview_answer(self, name, answer):
        answer = str(answer).replace("\x00", "").strip()[:LONGEST]
        if name == "date_deadline" and answer:
            try:
                return fields.Date.to_date(answer)
            except ValueError:
                raise ValidationError(self.env._("This is no date: %(text)s", text=answer)) from None
        if name == "depth" and answer and answer not in dict(self._fields["depth"].selection):
            raise ValidationError(self.env._("Choose one of the depths."))
        if name == "restatement" and answer != (self.restatement or "") and self.confirmation in ("asked", "confirmed"):
            raise ValidationError(self.env._("The patron has this restatement: restate the need to change it."))
        return answer or False

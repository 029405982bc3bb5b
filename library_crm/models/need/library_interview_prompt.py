from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

SECTIONS = [("open", "Open questions"), ("closed", "To make it narrower"), ("follow_up", "Afterwards")]
TARGETS = [
    ("statement", "In the patron's words"),
    ("restatement", "As we understand it"),
    ("purpose", "Purpose"),
    ("date_deadline", "Needed by"),
    ("depth", "Depth"),
    ("wanted_languages", "Languages"),
    ("wanted_formats", "Formats"),
]
LONGEST = 10000


class LibraryInterviewPrompt(models.Model):
    """A question of the reference interview, with the field of the need into which its answer goes."""

    _name = "library.interview.prompt"
    _description = "Interview Prompt"
    _order = "section desc, sequence, id"

    name = fields.Char("Question", required=True, translate=True)
    section = fields.Selection(SECTIONS, required=True, default="open")
    service_kind = fields.Selection(
        lambda self: self.env["library.service"]._fields["kind"].selection, string="Kind of service",
        help="Empty: asked for every kind.",
    )
    target = fields.Selection(TARGETS, string="Answer goes to", help="Empty: only ticked when it was asked.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    @api.model
    def _for_kind(self, kind):
        """The questions for a kind of service, those of the kind before the general ones."""
        found = self.search(Domain("service_kind", "in", (False, kind)) if kind else Domain("service_kind", "=", False))
        order = {section: place for place, (section, _label) in enumerate(SECTIONS)}
        return found.sorted(lambda prompt: (order[prompt.section], not prompt.service_kind, prompt.sequence, prompt.id))

    @api.model
    def get_panel(self, need_id=False, service_id=False):
        """What the panel beside a case or need shows; only for librarians.

        :param need_id: need that is talked about, or False while there is none
        :param service_id: service whose kind decides, when the need has none
        :return: dict of sections [{name, prompts [{id, name, target, is_asked}]}], values of the need by field,
                 choices of depth, is_writable, need (name)
        """
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("The interview is for librarians."))
        need = self.env["library.need"].browse(need_id or None)
        need.check_access("read")
        service = need.service_id or self.env["library.service"].browse(service_id or None).exists()
        prompts = self._for_kind(service.kind)
        labels = dict(self._fields["section"]._description_selection(self.env))
        return {
            "need": need.name or "",
            "is_writable": bool(need) and need.has_access("write"),
            "sections": [
                {"name": labels[section], "prompts": [prompt._panel_row(need) for prompt in rows]}
                for section, rows in prompts.grouped("section").items()
            ],
            "values": need._interview_values() if need else {},
            "depths": self.env["library.need"]._fields["depth"]._description_selection(self.env),
        }

    def _panel_row(self, need):
        return {
            "id": self.id, "name": self.name, "target": self.target or "", "is_asked": self in need.asked_prompt_ids,
        }


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
        values = {name: self[name] or "" for name, _label in TARGETS}
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

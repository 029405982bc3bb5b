from odoo import api, fields, models
from odoo.exceptions import AccessError
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

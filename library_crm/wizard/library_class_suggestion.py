from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.mail import html_to_inner_content

TEXTS = {
    "library.article": ("name", "summary", "body"),
    "library.insight": ("name", "body"),
    "library.solution": ("name", "body"),
    "library.need": ("name", "restatement", "statement"),
    "library.feed.item": ("title", "summary", "subject_words"),
}
"""Whose classes may be suggested, and by which of its texts."""


class LibraryClassSuggestion(models.TransientModel):
    """Classes suggested for a text, each with the words that led to it; the person chooses."""

    _name = "library.class.suggestion"
    _description = "Suggested Classes"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    line_ids = fields.One2many("library.class.suggestion.line", "suggestion_id")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "res_model" not in fields:
            return values
        record = self._find_record(self.env.context.get("active_model"), self.env.context.get("active_id"))
        record.check_access("read")
        values |= {"res_model": record._name, "res_id": record.id}
        values["line_ids"] = [
            # one word alone may mean anything: then the person ticks
            Command.create({
                "subject_id": subject.id, "words": ", ".join(words), "is_taken": not number and len(words) > 1,
            })
            for number, (subject, _score, words) in enumerate(self._suggest_for(record))
        ]
        return values

    @api.model
    def _find_record(self, model, number):
        """The record whose classes are wanted, under the user's own rights."""
        if model not in TEXTS or not isinstance(number, int):
            raise UserError(self.env._("Save first; then classes can be suggested."))
        return self.env[model].browse(number).exists()

    @api.model
    def _suggest_for(self, record):
        texts = [str(record[name] or "") for name in TEXTS[record._name]]
        plain = "\n".join(html_to_inner_content(text) if "<" in text else text for text in texts)
        found = self.env["library.subject"]._suggest(plain, limit=5)
        return [each for each in found if each[0] not in record.subject_ids]

    def action_apply(self):
        """Add the chosen classes."""
        self.ensure_one()
        record = self._find_record(self.res_model, self.res_id)
        record.check_access("write")
        record.subject_ids |= self.line_ids.filtered("is_taken").subject_id
        return {"type": "ir.actions.act_window_close"}

from odoo import api, fields, models

QUESTION_KINDS = [
    ("char", "One line"),
    ("text", "Several lines"),
    ("integer", "Whole number"),
    ("date", "Date"),
    ("boolean", "Yes or no"),
    ("selection", "One of a list"),
]


class LibraryServiceQuestion(models.Model):
    """What a patron is asked who wants a service, in the patron's words and language.

    The questions of a service are the properties of the cases that are opened under it.
    """

    _name = "library.service.question"
    _description = "Question of a Request Form"
    _order = "service_id, sequence, id"

    service_id = fields.Many2one("library.service", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Question", required=True, translate=True)
    help = fields.Char("Hint", translate=True, help="Shown below the field: what to write, with an example.")
    kind = fields.Selection(QUESTION_KINDS, required=True, default="char")
    is_required = fields.Boolean("Must be answered")
    choice_ids = fields.One2many("library.service.question.choice", "question_id", string="Choices", copy=True)

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        self._forget()
        return questions

    def write(self, vals):
        result = super().write(vals)
        self._forget()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget()
        return result

    @api.model
    def _forget(self):
        """Each new case asks for the questions of its service, so they are kept at hand: drop them after a change."""
        self.env.registry.clear_cache()
        self.env["library.service"].invalidate_model(["request_properties_definition"])

    def _key(self):
        """The name of this question among the properties of a case."""
        self.ensure_one()
        return f"q{self.id}"

    def _definition(self):
        """This question as the definition of a property."""
        self.ensure_one()
        definition = {"name": self._key(), "string": self.name, "type": self.kind}
        if self.kind == "selection":
            definition["selection"] = [[choice._key(), choice.name] for choice in self.choice_ids]
        return definition

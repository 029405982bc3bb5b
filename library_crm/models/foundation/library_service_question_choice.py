from odoo import api, fields, models


class LibraryServiceQuestionChoice(models.Model):
    """One of the answers between which a patron chooses."""

    _name = "library.service.question.choice"
    _description = "Choice of a Question"
    _order = "question_id, sequence, id"

    question_id = fields.Many2one("library.service.question", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Choice", required=True, translate=True)

    @api.model_create_multi
    def create(self, vals_list):
        choices = super().create(vals_list)
        self.env["library.service.question"]._forget()
        return choices

    def write(self, vals):
        result = super().write(vals)
        self.env["library.service.question"]._forget()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["library.service.question"]._forget()
        return result

    def _key(self):
        """What is stored for this choice; it stays when the words or the order change."""
        self.ensure_one()
        return f"c{self.id}"

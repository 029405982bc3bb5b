from odoo import fields, models


class LibraryClassSuggestionLine(models.TransientModel):
    """One suggested class."""

    _name = "library.class.suggestion.line"
    _description = "Suggested Class"

    suggestion_id = fields.Many2one("library.class.suggestion", required=True, ondelete="cascade", index=True)
    is_taken = fields.Boolean("Take it")
    subject_id = fields.Many2one("library.subject", string="Class", required=True, ondelete="cascade")
    words = fields.Char("Because of", readonly=True)

from odoo import fields, models


class LibraryCaseSplitLine(models.TransientModel):
    """A message that may become a case of its own."""

    _name = "library.case.split.line"
    _description = "Message to Split Off"
    _order = "date desc, id"

    split_id = fields.Many2one("library.case.split", required=True, index=True, ondelete="cascade")
    message_id = fields.Many2one("mail.message", required=True, ondelete="cascade")
    is_chosen = fields.Boolean("Split off")
    date = fields.Datetime("Written", readonly=True)
    author = fields.Char("By", readonly=True)
    excerpt = fields.Char("Begins with", readonly=True)

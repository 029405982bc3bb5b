from odoo import fields, models


class LibraryFeedUploadLine(models.TransientModel):
    """A record of the preview."""

    _name = "library.feed.upload.line"
    _description = "Record of an Upload"

    upload_id = fields.Many2one("library.feed.upload", required=True, ondelete="cascade", index=True)
    title = fields.Char(readonly=True)
    creators = fields.Char("By", readonly=True)
    year = fields.Char(readonly=True)
    number = fields.Char(readonly=True)
    marks = fields.Char("Class marks", readonly=True)

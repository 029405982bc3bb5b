from odoo import fields, models

from ..const import NOTIFICATION_WAYS


class LibraryNotificationPreviewLine(models.TransientModel):
    """One person who would hear of it."""

    _name = "library.notification.preview.line"
    _description = "Person Who Will Get This"

    preview_id = fields.Many2one("library.notification.preview", required=True, ondelete="cascade", index=True)
    name = fields.Char("Who", readonly=True)
    is_staff = fields.Boolean("Colleague", readonly=True)
    way = fields.Selection(NOTIFICATION_WAYS, string="How", readonly=True)

from odoo import api, models


class LibrarySetupPack(models.Model):
    """Segments by rule."""

    _inherit = "library.setup.pack"

    @api.model
    def _parts(self):
        return [*super()._parts(), ("segments", "library.segment", True)]

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Say to the web client whether this user notes contacts at a desk, so that it need not ask."""
        info = super().session_info()
        info["library_is_librarian"] = self.env.user.has_group("library_crm.group_library_librarian")
        return info

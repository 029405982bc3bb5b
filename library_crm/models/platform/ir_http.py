from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """A form field called "self" collides with every route's own first argument and ends in an error page."""
        request.params.pop("self", None)
        return super()._dispatch(endpoint)

    def session_info(self):
        """Say to the web client whether this user notes contacts at a desk, so that it need not ask."""
        info = super().session_info()
        info["library_is_librarian"] = self.env.user.has_group("library_crm.group_library_librarian")
        return info

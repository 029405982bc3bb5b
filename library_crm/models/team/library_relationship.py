from odoo import models


class LibraryRelationship(models.Model):
    """Whoever looks after a patron for good may be away as well."""

    _inherit = "library.relationship"

    def _standing_in(self):
        """The deputy of the agreed days or the owner; when that one is away, who stands in then."""
        return super()._standing_in()._library_acting()

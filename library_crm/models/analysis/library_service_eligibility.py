from odoo import fields, models

STAFF = "base.group_user"


class LibraryService(models.Model):
    """For whom a service is: for everybody, or for some types of patrons and some segments."""

    _inherit = "library.service"

    type_ids = fields.Many2many(
        "library.patron.type", "library_service_patron_type_rel", "service_id", "type_id",
        string="For types of patrons", groups=STAFF, help="Empty here and in segments: for everybody.",
    )
    segment_ids = fields.Many2many(
        "library.segment", "library_service_segment_rel", "service_id", "segment_id", string="For segments",
        groups="library_crm.group_library_relations", help="Who is in one of them may ask, whatever the type.",
    )

    def _is_eligible(self, patron):
        """Whether this patron may ask for the service; nobody we do not know may ask for one that is not for all."""
        self.ensure_one()
        service_sudo = self.sudo()  # sudo: for whom a service is; only yes or no leaves this method
        if not service_sudo.type_ids and not service_sudo.segment_ids:
            return True
        if not patron:
            return False
        patron_sudo = patron.sudo()  # sudo: as above
        return bool(
            patron_sudo.type_id & service_sudo.type_ids or patron_sudo._segments_now() & service_sudo.segment_ids
        )

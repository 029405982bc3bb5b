from odoo import fields, models

ABOUT_SEGMENTS = ("segment_comparison", "seven_p")


class LibraryDocumentMake(models.TransientModel):
    """Workbooks about segments may be about some of them."""

    _inherit = "library.document.make"

    segment_ids = fields.Many2many(
        "library.segment", string="Segments", groups="library_crm.group_library_relations",
        domain="[('company_id', '=', company_id)]", help="Empty: the largest ones.",
    )

    def _options(self):
        options = super()._options()
        if self.code in ABOUT_SEGMENTS and self.env.user.has_group("library_crm.group_library_relations"):
            options["segment_ids"] = self.segment_ids.ids
        return options

import io

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class LibraryImpactClaim(models.Model):
    """Stories of impact for reports (in the sense of ISO 16439): verified, allowed, and without names."""

    _inherit = "library.impact.claim"

    @api.model
    def _domain_to_tell(self):
        """What may be told: the patron allows it and somebody verified it."""
        return Domain("state", "=", "verified") & Domain("consents", "=", True)

    @api.model
    def _get_story_rows(self):
        """Rows of the table of stories; nothing in them is a name.

        A claim without words prepared for telling gives its kind alone: the patron's own words may tell who it is.
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        claims = self.search(self._domain_to_tell(), order="date desc, id desc")
        return [
            (kinds[claim.kind], claim.service_id.name or "", claim.date.year, claim.months or "", claim.hours or "",
             claim.published_words or "", claim.date_verified.isoformat() if claim.date_verified else "")
            for claim in claims
        ]

    @api.model
    def get_story_file(self):
        """The stories as a workbook.

        :raise AccessError: unless the reader may read claims
        :return: bytes
        """
        if not self.has_access("read"):
            raise AccessError(self.env._("Stories of impact are for the staff of the library."))
        import xlsxwriter

        heads = (self.env._("What it led to"), self.env._("Service"), self.env._("Year"), self.env._("Months after"),
                 self.env._("Hours saved"), self.env._("Words to be told"), self.env._("Verified on"))
        content = io.BytesIO()
        # whatever people wrote stays text
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}
        with xlsxwriter.Workbook(content, options) as book:
            sheet = book.add_worksheet(self.env._("Stories of impact"))
            bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
            sheet.write_row(0, 0, heads, bold)
            for number, row in enumerate(self._get_story_rows(), start=1):
                sheet.write_row(number, 0, row, wrap)
            sheet.set_column(0, 1, 24)
            sheet.set_column(2, 4, 12)
            sheet.set_column(5, 5, 80)
            sheet.set_column(6, 6, 14)
            sheet.freeze_panes(1, 0)
        return content.getvalue()

    def action_stories(self):
        """Load the workbook of stories."""
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": "/library/impact_stories.xlsx", "target": "download"}

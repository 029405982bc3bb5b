from odoo import api, fields, models

from ...const import DC_TYPES


class LibrarySourceCitation(models.Model):
    """A source described by the elements of Dublin Core that a citation needs."""

    _inherit = "library.source.citation"

    resource_id = fields.Many2one(
        "library.resource", "From the register", index="btree_not_null", ondelete="set null",
        help="The registered collection, database or site in which it was found.",
    )
    creator = fields.Char(help="Who made it, as the source writes the name.")
    publisher = fields.Char()
    date_issued = fields.Char("Published", help="Year or date as the source gives it.")
    dc_type = fields.Selection(DC_TYPES, string="Type of source")
    lang = fields.Char("Language of the source")
    rights = fields.Char(help="What may be done with the source, and what not.")

    @api.onchange("resource_id")
    def _onchange_resource_id(self):
        """What the register says of a source need not be typed."""
        resource = self.resource_id
        if resource:
            self.name = self.name or resource.name
            self.url = self.url or resource.url
            self.rights = self.rights or (resource.licence_note or "").split("\n")[0] or False

    def _get_citation(self):
        """The source in one line, in the usual order: creator, title, publisher, date."""
        self.ensure_one()
        title = f"{self.creator}. {self.name}" if self.creator else self.name
        made = ", ".join(filter(None, [self.publisher, self.date_issued]))
        return f"{title}. {made}" if made else title

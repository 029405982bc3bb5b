from odoo import fields, models

DC_TYPES = [
    ("text", "Text"),
    ("dataset", "Data"),
    ("image", "Picture"),
    ("map", "Map"),
    ("sound", "Sound"),
    ("video", "Film"),
    ("software", "Software"),
    ("physical", "Object"),
    ("interactive", "Website"),
]


class LibrarySourceCitation(models.Model):
    """A source described by the elements of Dublin Core that a citation needs."""

    _inherit = "library.source.citation"

    creator = fields.Char(help="Who made it, as the source writes the name.")
    publisher = fields.Char()
    date_issued = fields.Char("Published", help="Year or date as the source gives it.")
    dc_type = fields.Selection(DC_TYPES, string="Type of source")
    lang = fields.Char("Language of the source")
    rights = fields.Char(help="What may be done with the source, and what not.")

    def _get_citation(self):
        """The source in one line, in the usual order: creator, title, publisher, date."""
        self.ensure_one()
        title = f"{self.creator}. {self.name}" if self.creator else self.name
        made = ", ".join(filter(None, [self.publisher, self.date_issued]))
        return f"{title}. {made}" if made else title

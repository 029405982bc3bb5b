from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.mail import html_to_inner_content, is_html_empty


class LibrarySolutionSection(models.Model):
    """A part of a solution with a heading of its own, which a patron can speak about by itself."""

    _name = "library.solution.section"
    _description = "Section of a Solution"
    _order = "solution_id, sequence, id"

    solution_id = fields.Many2one("library.solution", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Heading", required=True)
    body = fields.Html("Text", sanitize_style=True)

    def _check_may_change(self):
        """Whoever changes a section has to be allowed to write the whole."""
        self.solution_id.check_access("write")

    @api.model_create_multi
    def create(self, vals_list):
        wholes = {vals["solution_id"] for vals in vals_list if vals.get("solution_id")}
        solutions = self.env["library.solution"].browse(list(wholes))
        with solutions._noting_version():
            sections = super().create(vals_list)
        sections._check_may_change()
        sections._on_text_changed()
        return sections

    def write(self, vals):
        self._check_may_change()
        with self.solution_id._noting_version():
            result = super().write(vals)
        self._check_may_change()
        self._on_text_changed()
        return result

    def unlink(self):
        self._check_may_change()
        solutions = self.solution_id
        with solutions._noting_version():
            result = super().unlink()
        self.env["library.search.document"]._mark_changed(solutions)
        return result

    def _on_text_changed(self):
        """The index holds the words of the whole."""
        self.env["library.search.document"]._mark_changed(self.solution_id)


class LibrarySolution(models.Model):
    """A solution in sections."""

    _inherit = "library.solution"

    section_ids = fields.One2many("library.solution.section", "solution_id", string="Sections", copy=True)

    def _document_body(self):
        """The whole text with its sections, as its reader gets it."""
        self.ensure_one()
        parts = [
            Markup("<h2>%s</h2>%s") % (section.name, section.body or "")
            for section in self.section_ids
        ]
        return Markup("").join([Markup(self.body or ""), *parts])

    @api.model
    def _search_document_fields(self):
        return super()._search_document_fields() | {"section_ids"}

    def _search_document_values(self):
        values = super()._search_document_values()
        parts = [
            f"{section.name}\n{'' if is_html_empty(section.body) else html_to_inner_content(section.body)}"
            for section in self.section_ids
        ]
        return {**values, "text": "\n".join(filter(None, [values["text"], *parts]))}

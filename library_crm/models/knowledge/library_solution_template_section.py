from odoo import api, fields, models


class LibrarySolutionTemplateSection(models.Model):
    """A section that a solution made from the template begins with."""

    _name = "library.solution.template.section"
    _description = "Section of a Template"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one("library.solution.template", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Heading", required=True)
    body = fields.Html("Text", sanitize_style=True)

    @api.model_create_multi
    def create(self, vals_list):
        sections = super().create(vals_list)
        sections.template_id.check_access("write")
        return sections

    def write(self, vals):
        self.template_id.check_access("write")
        result = super().write(vals)
        self.template_id.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_check_template(self):
        self.template_id.check_access("write")

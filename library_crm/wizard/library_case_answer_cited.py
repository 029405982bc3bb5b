from markupsafe import Markup

from odoo import api, fields, models


class LibraryCaseAnswer(models.TransientModel):
    """The answer opens with what the librarian took from the panel."""

    _inherit = "library.case.answer"

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        key = self.env.context.get("library_cited")
        Case = self.env["library.case"]
        record = Case._answered_record(key) if key else None
        if record:
            found = Case._citation(record)
            values["article_ids"] = self._linked(found["articles"])
            values["solution_ids"] = self._linked(found["solutions"])
            if found["html"]:
                values["body"] = found["html"] + (values.get("body") or Markup())
        return values

    @api.model
    def _linked(self, records):
        return [fields.Command.link(record_id) for record_id in records.ids]

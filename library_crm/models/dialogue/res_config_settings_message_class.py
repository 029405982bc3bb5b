import json

from odoo import fields, models
from odoo.tools import file_open

FIGURES = "library_crm/data/message_class_figures.json"


class ResConfigSettings(models.TransientModel):
    """How well messages are told apart: on the labelled set, and by what this library's staff say."""

    _inherit = "res.config.settings"

    library_message_figures = fields.Html(compute="_compute_library_message_figures", sanitize=False)

    def _compute_library_message_figures(self):
        with file_open(FIGURES, "r") as source:
            figures = json.load(source)
        for settings in self:
            settings.library_message_figures = self.env["ir.qweb"]._render("library_crm.message_class_figures", {
                "day": figures["day"], "parts": figures["parts"], "messages": figures["messages"],
                "own": settings.company_id._message_class_rates(),
                "percent": _percent,
                "kinds": dict(self.env["library.message.class"]._fields["kind"]._description_selection(self.env)),
            })


def _percent(rate):
    """A rate as people read it, 100 % only when it is; a dash for what could not be computed."""
    if rate is None:
        return "–"
    return ">99%" if 0.995 <= rate < 1 else f"{rate:.0%}"

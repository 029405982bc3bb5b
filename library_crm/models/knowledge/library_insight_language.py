from odoo import api, models
from odoo.tools.mail import html_to_inner_content

from ...lib.language import guess_language


class LibraryInsight(models.Model):
    """An insight is in the language of its words, whatever language its writer sees the screen in."""

    _inherit = "library.insight"

    @api.model_create_multi
    def create(self, vals_list):
        languages = dict(self.env["library.article"]._get_languages())
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if not vals.get("lang"):
                found = guess_language(f"{vals.get('name') or ''}\n{html_to_inner_content(vals.get('body') or '')}")
                vals.update({"lang": found} if found in languages else {})
        return super().create(vals_list)

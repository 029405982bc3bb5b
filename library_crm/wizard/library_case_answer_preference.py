from odoo import fields, models


class LibraryCaseAnswer(models.TransientModel):
    _inherit = "library.case.answer"

    patron_preference_chips = fields.Html(
        related="case_id.patron_preference_chips", string="How the patron wants to be served", sanitize=False
    )

from odoo import fields, models


class LibraryCase(models.Model):
    _inherit = "library.case"

    patron_preference_chips = fields.Html(
        related="patron_id.preference_chips", string="How the patron wants to be served", sanitize=False,
        groups="base.group_user",
    )

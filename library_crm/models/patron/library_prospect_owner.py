from odoo import fields, models


class LibraryProspect(models.Model):
    _inherit = "library.prospect"

    user_id = fields.Many2one(
        "res.users", string="Who wins them", index="btree_not_null", ondelete="set null",
        domain="[('share', '=', False)]", help="The colleague who asks and welcomes this person.",
    )

from odoo import fields, models


class LibraryNeed(models.Model):
    """A need may grow out of another: what was found led to a new question."""

    _inherit = "library.need"

    parent_id = fields.Many2one(
        "library.need", string="Grew out of", index="btree_not_null", ondelete="set null", copy=False,
        groups="base.group_user",
    )
    child_ids = fields.One2many("library.need", "parent_id", string="Led to", groups="base.group_user")

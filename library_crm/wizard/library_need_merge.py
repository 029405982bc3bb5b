from odoo import api, fields, models


class LibraryNeedMerge(models.TransientModel):
    """Chooses which of several needs stays; the others become part of it."""

    _name = "library.need.merge"
    _description = "Merge Needs"

    need_ids = fields.Many2many("library.need", string="Needs", readonly=True)
    need_id = fields.Many2one("library.need", string="Keep", required=True, domain="[('id', 'in', need_ids)]")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        ids = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") == "library.need" and ids:
            needs = self.env["library.need"].browse(ids).exists().sorted("id")
            # what a patron said stays before what somebody guessed
            first = needs.filtered(lambda need: need.origin == "stated")[:1] or needs[:1]
            values.update(need_ids=[(6, 0, needs.ids)], need_id=first.id)
        return values

    def action_merge(self):
        """Merge the others into the one to keep, and show it."""
        self.ensure_one()
        self.need_id._merge(self.need_ids - self.need_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.need",
            "res_id": self.need_id.id,
            "views": [(False, "form")],
        }

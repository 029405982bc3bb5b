from odoo import fields, models


class LibraryCase(models.Model):
    """A wish to buy becomes a suggestion with a decision of its own."""

    _inherit = "library.case"

    def action_suggest_purchase(self):
        """Write a purchase suggestion from this case."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.purchase.suggestion",
            "views": [(False, "form")],
            "context": {
                "default_name": self.name, "default_patron_id": self.patron_id.id, "default_case_id": self.id,
                "default_company_id": self.company_id.id,
                "default_need_ids": [fields.Command.set(self.need_ids.ids)],
            },
        }

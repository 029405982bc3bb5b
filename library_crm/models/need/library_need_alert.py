from odoo import fields, models
from odoo.exceptions import UserError


class LibraryNeed(models.Model):
    """A need that does not end with one answer leads to an alert."""

    _inherit = "library.need"

    alert_ids = fields.One2many(
        "library.alert.profile", "need_id", string="Alerts", groups="library_crm.group_library_librarian"
    )

    def _prepare_alert(self):
        """The alert that this need suggests, as values; a librarian looks at it before it runs."""
        self.ensure_one()
        patron = self.patron_id
        return {
            "name": self.name,
            "patron_id": patron.id,
            "company_id": self.company_id.id,
            "need_id": self.id,
            "words_any": self.env["library.alert.profile"]._words_of(self.restatement or self.statement or self.name),
            "subject_ids": [fields.Command.set(self.subject_ids.ids)],
            "joined": "either" if not self.subject_ids else "both",
        }

    def action_make_alert(self):
        """Open the alert of this need; the first time one is drafted from its words and classes."""
        self.ensure_one()
        Profile = self.env["library.alert.profile"]
        Profile.check_access("create")
        if not self.patron_id:
            raise UserError(self.env._("This need has no patron any more."))
        alert = Profile.search([("need_id", "=", self.id)], limit=1) or Profile.create(self._prepare_alert())
        return {
            "type": "ir.actions.act_window", "res_model": Profile._name, "res_id": alert.id, "view_mode": "form",
            "views": [(False, "form")],
        }

from odoo import models


class LibraryCollectionTask(models.Model):
    """A task opens the dossier of its class."""

    _inherit = "library.collection.task"

    def action_dossier(self):
        """The newest dossier of this task; a new one when there is none."""
        self.ensure_one()
        self.check_access("write")
        Dossier = self.env["library.subject.dossier"]
        dossier = Dossier.search([("task_id", "=", self.id)], limit=1)
        if not dossier:
            dossier = Dossier.create({
                "subject_id": self.subject_id.id, "company_id": self.company_id.id, "task_id": self.id,
            })
        return {
            "type": "ir.actions.act_window", "res_model": dossier._name, "res_id": dossier.id,
            "views": [(False, "form")],
        }

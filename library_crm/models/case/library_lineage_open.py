from odoo import models


class LibraryInsight(models.Model):
    _inherit = "library.insight"

    def action_open_lineage(self):
        """Draw where it came from and what became of it."""
        return _open_lineage(self)


class LibraryArticle(models.Model):
    _inherit = "library.article"

    def action_open_lineage(self):
        """Draw where it came from and what became of it."""
        return _open_lineage(self)


class LibrarySolution(models.Model):
    _inherit = "library.solution"

    def action_open_lineage(self):
        """Draw where it came from and what became of it."""
        return _open_lineage(self)


def _open_lineage(record):
    record.ensure_one()
    record.check_access("read")
    return {
        "type": "ir.actions.client",
        "tag": "library_lineage",
        "name": record.env._("Lineage"),
        "params": {"res_model": record._name, "res_id": record.id},
    }

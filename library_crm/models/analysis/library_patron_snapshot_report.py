from odoo import fields, models


class LibraryPatronSnapshotReport(models.Model):
    """How many patrons there were of what kind in each month, as they were then; never fewer than five in a cell."""

    _name = "library.patron.snapshot.report"
    _description = "Patrons over Time"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _figure_cards = {"persons": "snapshot_persons"}

    _guard_dimensions = ("company_id", "month", "lifecycle", "type_id", "branch_id", "affiliation_id")

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date(readonly=True)
    lifecycle = fields.Selection(
        lambda self: self.env["library.patron"]._fields["lifecycle"].selection, readonly=True
    )
    type_id = fields.Many2one("library.patron.type", string="Patron type", readonly=True)
    branch_id = fields.Many2one("library.branch", string="Home branch", readonly=True)
    affiliation_id = fields.Many2one("library.affiliation", readonly=True)
    persons = fields.Integer("Patrons", readonly=True, aggregator="count_distinct")

    @property
    def _table_query(self):
        self.env["library.patron.snapshot"].flush_model()
        return """
            SELECT id, company_id, month, lifecycle, type_id, branch_id, affiliation_id, patron_id AS persons
              FROM library_patron_snapshot
        """

from odoo import api, fields, models


class LibrarySavedReportCompare(models.TransientModel):
    """Two snapshots of a saved report, one beside the other."""

    _name = "library.saved.report.compare"
    _description = "Compare Snapshots"

    report_id = fields.Many2one("library.saved.report", required=True, readonly=True)
    old_id = fields.Many2one("library.saved.report.run", "Then", domain="[('report_id', '=', report_id)]")
    new_id = fields.Many2one("library.saved.report.run", "Now", domain="[('report_id', '=', report_id)]")
    changes = fields.Html("What changed", compute="_compute_changes", sanitize=False)

    def _compute_display_name(self):
        for compare in self:
            compare.display_name = self.env._("Compare snapshots")

    @api.depends("old_id", "new_id")
    @api.depends_context("lang")
    def _compute_changes(self):
        for compare in self:
            old, new = compare.old_id, compare.new_id
            if old and new and old != new and old.report_id == new.report_id:
                compare.changes = new._render_table(new._read_changes(old))
            else:
                compare.changes = False

from odoo import api, fields, models

from ...connectors import koha_patrons
from ...const import MANUAL_WINS
from ...lib.import_targets import TARGETS


class LibraryImportMapping(models.Model):
    """One column of a table and the fact of ours that it fills."""

    _name = "library.import.mapping"
    _description = "Import Column"
    _order = "profile_id, sequence, id"
    _rec_name = "column"

    profile_id = fields.Many2one("library.import.profile", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    column = fields.Char("Column in the file", required=True)
    sample = fields.Char("Example", readonly=True, help="From the last file that was looked at.")
    target = fields.Selection(TARGETS, string="Fills", help="Empty: the column is not read.")
    manual_wins = fields.Boolean(
        compute="_compute_manual_wins",
        store=True,
        readonly=False,
        help="What people entered is kept; the difference is shown before the import.",
    )

    _column_uniq = models.UniqueIndex('(profile_id, "column")', "This column stands in the list already.")

    @api.depends("target")
    def _compute_manual_wins(self):
        singular = {"emails": "email", "phones": "phone", "affiliation_code": "affiliation_id"}
        for line in self:
            name = koha_patrons.header_map([line.target])[line.target].name if line.target else None
            line.manual_wins = singular.get(name, name) in MANUAL_WINS

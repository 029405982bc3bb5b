from odoo import fields, models

from ...const import USAGE_CHANNELS, USAGE_KINDS


class LibraryUsageReport(models.Model):
    """The use of the library in sums: by month, kind, class, branch, channel and type of patron, never by person."""

    _name = "library.usage.report"
    _description = "Use of the Library"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = ("company_id", "month", "kind", "subject_id", "branch_id", "channel", "type_id")
    _guard_measures = ("uses", "visit_days")
    _figure_cards = {"uses": "usage_uses", "visit_days": "usage_visit_days", "persons": "usage_persons"}

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date(readonly=True)
    kind = fields.Selection(USAGE_KINDS, string="Kind of use", readonly=True)
    subject_id = fields.Many2one("library.subject", string="Class", readonly=True)
    branch_id = fields.Many2one("library.branch", readonly=True)
    channel = fields.Selection(USAGE_CHANNELS, readonly=True)
    type_id = fields.Many2one("library.patron.type", string="Patron type", readonly=True)
    uses = fields.Integer(readonly=True, aggregator="sum")
    visit_days = fields.Integer("Days of use", readonly=True, aggregator="sum")
    persons = fields.Integer("Patrons", readonly=True, aggregator="count_distinct")

    @property
    def _table_query(self):
        self.env["library.usage"].flush_model()
        self.env["library.patron"].flush_model(["type_id"])
        # all de-identified patrons count as one person, so that a cell about one of them stays empty
        return """
            SELECT u.id, u.company_id, u.month, u.kind, u.subject_id, u.branch_id, u.channel, p.type_id,
                   CASE WHEN u.kind = 'visit_day' THEN 0 ELSE u.uses END AS uses,
                   CASE WHEN u.kind = 'visit_day' THEN u.uses ELSE 0 END AS visit_days,
                   CASE WHEN u.patron_id IS NULL AND u.run_id = -2 THEN -1 ELSE u.patron_id END AS persons
              FROM library_usage u LEFT JOIN library_patron p ON p.id = u.patron_id
        """

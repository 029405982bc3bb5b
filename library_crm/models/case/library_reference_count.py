from odoo import fields, models

from ...const import CHANNELS, READ_LEVELS, WARNER_LEVELS

SERIES = [
    ("reference", "Reference transactions"),
    ("directional", "Directions and hours"),
    ("technical", "Machines and accounts"),
    ("instruction", "Showed how"),
    ("other", "Other contacts"),
]


class LibraryReferenceCount(models.Model):
    """Every contact and every case that came to a result, counted once. Without patrons and without staff.

    A contact that went on as a case is counted by its case.
    """

    _name = "library.reference.count"
    _description = "Reference Statistics"
    _auto = False
    _log_access = False
    _order = "date desc"
    _rec_name = "series"
    _figure_cards = {"contact_count": "reference_contact_count", "minutes": "reference_minutes"}
    _depends = {
        "library.interaction": [
            "date", "company_id", "team_id", "branch_id", "channel", "kind", "read_level", "minutes", "is_reference",
            "case_id",
        ],
        "library.service.log": [
            "date_counted", "company_id", "team_id", "branch_id", "channel", "read_level", "warner", "minutes",
            "is_reference",
        ],
    }  # fmt: skip

    date = fields.Datetime("Counted on", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    branch_id = fields.Many2one("library.branch", readonly=True)
    origin = fields.Selection([("contact", "Desk contact"), ("case", "Case")], string="Noted as", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    series = fields.Selection(SERIES, string="Counted as", readonly=True)
    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)", readonly=True)
    warner = fields.Selection(WARNER_LEVELS, string="Kind (Warner)", readonly=True)
    contact_count = fields.Integer("Contacts", readonly=True, aggregator="sum")
    minutes = fields.Integer(readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return """
            SELECT i.id * 2 AS id, i.date, i.company_id, i.team_id, i.branch_id, 'contact' AS origin, i.channel,
                   CASE WHEN i.is_reference THEN 'reference'
                        WHEN i.kind = 'reference' THEN 'other' ELSE i.kind END AS series,
                   i.read_level, NULL::varchar AS warner, 1 AS contact_count, i.minutes
              FROM library_interaction i
             WHERE i.case_id IS NULL
             UNION ALL
            SELECT l.id * 2 + 1, l.date_counted, l.company_id, l.team_id, l.branch_id, 'case', l.channel,
                   CASE WHEN l.is_reference THEN 'reference' ELSE 'other' END,
                   l.read_level, l.warner, 1, l.minutes
              FROM library_service_log l
             WHERE l.date_counted IS NOT NULL
        """

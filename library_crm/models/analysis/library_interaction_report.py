from odoo import fields, models

from ...const import CHANNELS, READ_LEVELS


class LibraryInteractionReport(models.Model):
    """Contacts at the desk and away from it, by month, weekday and hour.

    Most contacts are noted without a person; each of those stands for somebody else, so that a cell with five of them
    is about five people.
    """

    _name = "library.interaction.report"
    _description = "Contacts in Figures"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = (
        "company_id", "month", "weekday", "hour", "team_id", "branch_id", "channel", "kind", "read_level",
        "is_reference",
    )
    _guard_measures = ("interactions", "minutes")
    _figure_cards = {
        "__count": "interaction_interactions", "interactions": "interaction_interactions",
        "minutes": "interaction_minutes", "persons": "interaction_persons",
    }

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date(readonly=True)
    weekday = fields.Selection(
        [("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday"), ("4", "Thursday"), ("5", "Friday"), ("6", "Saturday"),
         ("7", "Sunday")], readonly=True,
    )  # fmt: skip
    hour = fields.Integer("Hour of the day", readonly=True, aggregator=None)
    team_id = fields.Many2one("library.team", readonly=True)
    branch_id = fields.Many2one("library.branch", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    kind = fields.Selection(
        lambda self: self.env["library.interaction"]._fields["kind"]._description_selection(self.env),
        string="Kind of contact", readonly=True,
    )
    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)", readonly=True)
    is_reference = fields.Boolean("Reference transaction", readonly=True)
    persons = fields.Integer("People", readonly=True, aggregator="count_distinct")
    interactions = fields.Integer("Contacts", readonly=True, aggregator="sum")
    minutes = fields.Integer("Minutes at the desk", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        self.env["library.interaction"].flush_model()
        self.env["res.company"].flush_model()
        # hours of the day are those of the institution; odd numbers are patrons, even ones contacts without a name
        return """
            SELECT i.id, i.company_id, date_trunc('month', i.date)::date AS month,
                   extract(isodow FROM i.date AT TIME ZONE 'UTC' AT TIME ZONE t.zone)::int::varchar AS weekday,
                   extract(hour FROM i.date AT TIME ZONE 'UTC' AT TIME ZONE t.zone)::int AS hour,
                   i.team_id, i.branch_id, i.channel, i.kind, i.read_level, i.is_reference,
                   CASE WHEN i.patron_id IS NULL THEN i.id * 2 ELSE i.patron_id * 2 + 1 END AS persons,
                   1 AS interactions, coalesce(i.minutes, 0) AS minutes
              FROM library_interaction i
              JOIN (SELECT c.id, coalesce(r.tz, 'UTC') AS zone
                      FROM res_company c
                      LEFT JOIN resource_calendar r ON r.id = c.resource_calendar_id) t ON t.id = i.company_id
        """

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...const import CONTACT_PURPOSES, JOURNEY_EVENTS


class LibraryJourney(models.Model):
    """A few messages in steps after an event of a patron's life with the library.

    Its steps stand in versions: whoever is under way finishes the version with which they began.
    """

    _name = "library.journey"
    _description = "Journey"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        "Running", default=False, help="New people enter only while it runs; who is under way goes on."
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", index=True, ondelete="cascade", help="Empty: for all institutions."
    )
    event = fields.Selection(JOURNEY_EVENTS, required=True, default="welcome")
    days = fields.Integer(default=14, required=True, help="How long after the event people may still enter.")
    purpose = fields.Selection(CONTACT_PURPOSES, required=True, default="suggestions")
    version_ids = fields.One2many("library.journey.version", "journey_id", string="Versions")
    version_id = fields.Many2one("library.journey.version", string="Live version", compute="_compute_version_id")
    person_ids = fields.One2many("library.journey.person", "journey_id", string="People")
    running_count = fields.Integer("Under way", compute="_compute_counts")
    done_count = fields.Integer("To the end", compute="_compute_counts")
    stopped_count = fields.Integer("Stopped", compute="_compute_counts")

    _days_range = models.Constraint("CHECK (days BETWEEN 1 AND 1000)", "Between 1 and 1000 days.")

    @api.depends("version_ids.state")
    def _compute_version_id(self):
        for journey in self:
            journey.version_id = journey.version_ids.filtered(lambda one: one.state == "live")[:1]

    def _compute_counts(self):
        counts = {}
        for journey, state, count in self.env["library.journey.person"]._read_group(
                [("journey_id", "in", self.ids)], ["journey_id", "state"], ["__count"]):
            counts[journey.id, state] = count
        for journey in self:
            for state in ("running", "done", "stopped"):
                journey[f"{state}_count"] = counts.get((journey.id, state), 0)

    @api.model_create_multi
    def create(self, vals_list):
        journeys = super().create(vals_list)
        self.env["library.journey.version"].create([
            {"journey_id": journey.id} for journey in journeys if not journey.version_ids
        ])
        return journeys

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") and not all(journey.version_id for journey in self):
            raise UserError(self.env._("Make a version live before the journey runs."))
        return result

    def action_new_version(self):
        """Open a draft of the steps, copied from those that are live; nobody under way notices."""
        self.ensure_one()
        self.check_access("write")
        draft = self.version_ids.filtered(lambda one: one.state == "draft")[:1]
        if not draft:
            draft = self.env["library.journey.version"].create({"journey_id": self.id})
            self.version_id.step_ids.copy({"version_id": draft.id})
        return draft._open()

    def action_open_people(self):
        """Who is or was on the way."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_window", "name": self.name, "res_model": "library.journey.person",
                "view_mode": "list", "domain": [("journey_id", "=", self.id)]}

    # Who enters

    def _sql_event(self, company, now):
        """patron_id and key (what makes it one occasion) of those to whom the event has happened."""
        self.ensure_one()
        since = fields.Date.subtract(now.date(), days=self.days)
        return {
            "welcome": lambda: SQL(
                "SELECT x.id AS patron_id, 'enrolled' AS key FROM library_patron x"
                " WHERE x.company_id = %s AND x.date_enrolled BETWEEN %s AND %s", company.id, since, now.date()),
            "first_success": lambda: SQL(
                "SELECT n.patron_id, 'first' AS key FROM library_need n"
                " WHERE n.company_id = %s AND n.state IN ('met', 'partly') AND n.patron_id IS NOT NULL"
                " GROUP BY n.patron_id HAVING min(n.date_settled) >= %s", company.id, since),
            "habit": lambda: SQL(
                "SELECT x.id AS patron_id, 'once' AS key FROM library_patron x"
                " WHERE x.company_id = %s AND x.allows_counts AND x.date_last_visit = x.date_first_visit"
                " AND x.date_first_visit BETWEEN %s AND %s",
                company.id, fields.Date.subtract(since, days=14), fields.Date.subtract(now.date(), days=14)),
            "win_back": lambda: SQL(
                "SELECT x.id AS patron_id, %s AS key FROM library_patron x"
                " WHERE x.company_id = %s AND x.lifecycle = 'at_risk' AND x.allows_counts", str(now.year), company.id),
        }[self.event]()

    def _enter(self, company, now=None):
        """Let in those to whom the event has happened, who want to hear of it; one statement.

        :return: how many are new
        """
        self.ensure_one()
        now = now or self.env.cr.now()
        first = self.version_id.step_ids[:1]
        if not self.active or not first:
            return 0
        Person = self.env["library.journey.person"]
        for model in ("library.need", "library.journey.person", "library.journey"):
            self.env[model].flush_model()
        self.env["library.outreach"]._flush_allowed()
        self.env.cr.execute(SQL(
            """INSERT INTO library_journey_person
                      (patron_id, company_id, journey_id, version_id, key, step_number, date_start, date_next, state,
                       create_uid, write_uid, create_date, write_date)
               SELECT p.id, p.company_id, %(journey)s, %(version)s, e.key, 0, %(now)s, %(next)s, 'running',
                      %(uid)s, %(uid)s, %(now)s, %(now)s
                 FROM (%(event)s) e JOIN library_patron p ON p.id = e.patron_id
                WHERE %(refused)s IS NULL
                ORDER BY p.id
                ON CONFLICT DO NOTHING""",
            journey=self.id, version=self.version_id.id, now=now, uid=self.env.uid, event=self._sql_event(company, now),
            next=fields.Datetime.add(now, days=first.wait_days),
            refused=self.env["library.outreach"]._sql_allowed(self.purpose, "mail", now),
        ))
        count = self.env.cr.rowcount
        Person.invalidate_model()
        return count

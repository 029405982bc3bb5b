from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

OWN_COLUMNS = (
    "company_id", "as_of", "first_use_month", "last_use_date", "days_since_use", "tenure_days", "visit_days_year",
    "visit_days_total", "uses_year", "uses_last_year", "remote_uses_year", "onsite_uses_year", "kinds_year",
    "subjects_year", "cases_year", "cases_open", "needs_year", "needs_met_year", "contacts_year", "events_year",
    "read_max", "contributions_year", "answers_year",
)  # fmt: skip
USE_COLUMNS = OWN_COLUMNS[2:14]
KEPT_WHEN_FORGOTTEN = ("company_id", "as_of")

READS = {
    "library.patron": ["company_id", "partner_id", "is_anonymised", "allows_counts", "date_last_visit"],
    "library.case": ["patron_id", "stage_code", "read_level", "confirmation", "date_closed"],
    "library.interaction": ["patron_id", "date", "read_level"],
    "library.need": ["patron_id", "state", "date_settled", "confirmation", "date_confirmed", "correction"],
    "event.registration": ["partner_id", "event_id", "state", "active"],
    "event.event": ["date_begin"],
    "rating.rating": ["res_model", "partner_id", "consumed", "rated_on", "feedback"],
    "survey.user_input": ["partner_id", "state", "end_datetime"],
}

# Each row below is one contact of a patron with the library: what, on which day, how deep.
CONTACTS = """
    SELECT p.id AS patron_id, 'case' AS what, c.create_date::date AS day,
           nullif(c.read_level, '')::int AS depth, c.stage_code <> 'closed' AS is_open, FALSE AS has_words
      FROM who p JOIN library_case c ON c.patron_id = p.id
     UNION ALL
    SELECT p.id, 'contact', i.date::date, nullif(i.read_level, '')::int, FALSE, FALSE
      FROM who p JOIN library_interaction i ON i.patron_id = p.id
     UNION ALL
    SELECT p.id, 'need', n.create_date::date, NULL, FALSE, FALSE
      FROM who p JOIN library_need n ON n.patron_id = p.id WHERE n.origin <> 'predicted'
     UNION ALL
    SELECT p.id, 'met', n.date_settled::date, NULL, FALSE, FALSE
      FROM who p JOIN library_need n ON n.patron_id = p.id WHERE n.state = 'met'
     UNION ALL
    SELECT p.id, 'event', e.date_begin::date, NULL, FALSE, FALSE
      FROM who p JOIN event_registration r ON r.partner_id = p.partner_id AND r.state = 'done' AND r.active
      JOIN event_event e ON e.id = r.event_id
     UNION ALL
    SELECT p.id, 'answer', r.rated_on::date, NULL, FALSE, coalesce(r.feedback, '') <> ''
      FROM who p JOIN rating_rating r ON r.partner_id = p.partner_id AND r.res_model = 'library.case' AND r.consumed
     UNION ALL
    SELECT p.id, 'answer', n.date_confirmed::date, NULL, FALSE, n.confirmation = 'corrected'
      FROM who p JOIN library_need n ON n.patron_id = p.id WHERE n.confirmation IN ('confirmed', 'corrected')
     UNION ALL
    SELECT p.id, 'answer', c.date_closed::date, NULL, FALSE, FALSE
      FROM who p JOIN library_case c ON c.patron_id = p.id AND c.confirmation = 'confirmed'
     UNION ALL
    SELECT p.id, 'answer', s.end_datetime::date, NULL, FALSE, FALSE
      FROM who p JOIN survey_user_input s ON s.partner_id = p.partner_id AND s.state = 'done'
"""

# A need that we wrote down is no visit; nor is the day on which we settled it.
SERVED = """
    SELECT patron_id,
           min(day) AS first_day,
           max(day) AS last_day,
           count(DISTINCT day) FILTER (WHERE what NOT IN ('need', 'met')) AS days_total,
           count(DISTINCT day) FILTER (WHERE what NOT IN ('need', 'met') AND day > %(year_ago)s) AS days_year,
           count(*) FILTER (WHERE what = 'case' AND day > %(year_ago)s) AS cases_year,
           count(*) FILTER (WHERE is_open) AS cases_open,
           count(*) FILTER (WHERE what = 'need' AND day > %(year_ago)s) AS needs_year,
           count(*) FILTER (WHERE what = 'met' AND day > %(year_ago)s) AS needs_met_year,
           count(*) FILTER (WHERE what = 'contact' AND day > %(year_ago)s) AS contacts_year,
           count(*) FILTER (WHERE what = 'event' AND day > %(year_ago)s) AS events_year,
           max(depth) FILTER (WHERE day > %(year_ago)s) AS read_max,
           count(*) FILTER (WHERE has_words AND day > %(year_ago)s) AS contributions_year,
           count(*) FILTER (WHERE what = 'answer' AND day > %(year_ago)s) AS answers_year
      FROM contact WHERE day <= %(as_of)s GROUP BY patron_id
"""

USED = """
    SELECT u.patron_id,
           min(u.month) AS first_month,
           max(u.month) AS last_month,
           sum(u.uses) FILTER (WHERE u.kind = 'visit_day') AS days_total,
           sum(u.uses) FILTER (WHERE u.kind = 'visit_day' AND u.month > %(year)s) AS days_year,
           sum(u.uses) FILTER (WHERE u.kind <> 'visit_day' AND u.month > %(year)s) AS uses_year,
           sum(u.uses) FILTER (WHERE u.kind <> 'visit_day' AND u.month > %(last_year)s AND u.month <= %(year)s)
               AS uses_last_year,
           sum(u.uses) FILTER (WHERE u.kind <> 'visit_day' AND u.channel = 'remote' AND u.month > %(year)s)
               AS remote_uses_year,
           sum(u.uses) FILTER (WHERE u.kind <> 'visit_day' AND u.channel = 'onsite' AND u.month > %(year)s)
               AS onsite_uses_year,
           count(DISTINCT u.kind) FILTER (WHERE u.kind <> 'visit_day' AND u.month > %(year)s) AS kinds_year,
           count(DISTINCT u.subject_id) FILTER (WHERE u.month > %(year)s) AS subjects_year
      FROM library_usage u
     WHERE u.patron_id > %(after)s AND u.patron_id <= %(upto)s AND u.month <= %(as_of)s
     GROUP BY u.patron_id
"""

# The day of a use is known only for the last visit; for anything older the month stands for it.
FACTS = """
    SELECT p.id AS patron_id, p.company_id, %(as_of)s::date AS as_of,
           date_trunc('month', least(u.first_month, s.first_day))::date AS first_use_month,
           x.last_use AS last_use_date,
           %(as_of)s::date - x.last_use AS days_since_use,
           %(as_of)s::date - least(u.first_month, s.first_day) AS tenure_days,
           coalesce(u.days_year, 0) + coalesce(s.days_year, 0) AS visit_days_year,
           coalesce(u.days_total, 0) + coalesce(s.days_total, 0) AS visit_days_total,
           coalesce(u.uses_year, 0) AS uses_year,
           coalesce(u.uses_last_year, 0) AS uses_last_year,
           coalesce(u.remote_uses_year, 0) AS remote_uses_year,
           coalesce(u.onsite_uses_year, 0) AS onsite_uses_year,
           coalesce(u.kinds_year, 0) AS kinds_year,
           coalesce(u.subjects_year, 0) AS subjects_year,
           coalesce(s.cases_year, 0) AS cases_year,
           coalesce(s.cases_open, 0) AS cases_open,
           coalesce(s.needs_year, 0) AS needs_year,
           coalesce(s.needs_met_year, 0) AS needs_met_year,
           coalesce(s.contacts_year, 0) AS contacts_year,
           coalesce(s.events_year, 0) AS events_year,
           coalesce(s.read_max, 0) AS read_max,
           coalesce(s.contributions_year, 0) AS contributions_year,
           coalesce(s.answers_year, 0) AS answers_year
      FROM who p
      LEFT JOIN used u ON u.patron_id = p.id AND p.allows_counts
      LEFT JOIN served s ON s.patron_id = p.id
     CROSS JOIN LATERAL (
           SELECT greatest(
               CASE WHEN u.patron_id IS NULL THEN NULL
                    WHEN p.date_last_visit BETWEEN u.last_month AND %(as_of)s THEN p.date_last_visit
                    ELSE least(u.last_month + 14, %(as_of)s) END,
               s.last_day) AS last_use) x
"""


class LibraryPatronFact(models.Model):
    """How the facts are computed: one statement for a slice of patrons."""

    _inherit = "library.patron.fact"

    @api.model
    def _analyse_facts(self, as_of, cursor):
        """Compute the facts of one slice of patrons as of a day.

        :param as_of: date; nothing later is looked at
        :param cursor: what the call before returned, None at the start
        :return: (next cursor or None, patrons done, patrons in all)
        """
        if not cursor:
            # nobody else analyses the partitioned table as a whole, and every job of the night reads it
            self.env.cr.execute("ANALYZE library_usage; ANALYZE library_patron")
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        for name, fnames in READS.items():
            self.env[name].flush_model(fnames)
        self.flush_model()
        month = as_of.replace(day=1)
        parameters = {
            "after": piece.after,
            "upto": piece.upto,
            "as_of": as_of,
            "year_ago": as_of - relativedelta(years=1),
            "year": month - relativedelta(months=12),
            "last_year": month - relativedelta(months=24),
        }
        self.env.cr.execute(
            SQL(
                "DELETE FROM library_patron_fact f USING library_patron p WHERE p.id = f.patron_id AND p.is_anonymised"
                " AND p.id > %s AND p.id <= %s",
                piece.after, piece.upto,
            )
        )
        self.env.cr.execute(self._sql_upsert(parameters))
        self.invalidate_model()
        return piece.cursor, piece.done, piece.total

    @api.model
    def _sql_upsert(self, parameters):
        columns = SQL(", ").join(SQL.identifier(name) for name in OWN_COLUMNS)
        updates = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), SQL.identifier("excluded", name)) for name in OWN_COLUMNS
        )
        return SQL(
            """WITH who AS MATERIALIZED (
                   SELECT id, company_id, partner_id, coalesce(allows_counts, FALSE) AS allows_counts, date_last_visit
                     FROM library_patron WHERE id > %(after)s AND id <= %(upto)s AND is_anonymised IS NOT TRUE
               ), used AS MATERIALIZED (%(used)s), contact AS (%(contacts)s), served AS MATERIALIZED (%(served)s)
               INSERT INTO library_patron_fact (patron_id, %(columns)s) %(facts)s
               ON CONFLICT (patron_id) DO UPDATE SET %(updates)s""",
            after=parameters["after"],
            upto=parameters["upto"],
            used=SQL(USED, **parameters),
            contacts=SQL(CONTACTS),
            served=SQL(SERVED, **parameters),
            columns=columns,
            facts=SQL(FACTS, **parameters),
            updates=updates,
        )

    @api.model
    def _forget_facts(self):
        """Empty what this job writes; the rows stay for what other jobs wrote into them."""
        emptied = [name for name in OWN_COLUMNS if name not in KEPT_WHEN_FORGOTTEN]
        self.env.cr.execute(
            SQL(
                "UPDATE library_patron_fact SET %s",
                SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in emptied),
            )
        )
        self.invalidate_model()

    @api.model
    def _forget_use_of(self, patrons):
        """Empty what came from the uses of these patrons; the next run fills in what their service records say."""
        self.env.cr.execute(
            SQL(
                "UPDATE library_patron_fact SET %s, stage = NULL, return_chance = NULL WHERE patron_id = ANY(%s)",
                SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in USE_COLUMNS),
                patrons.ids,
            )
        )
        self.invalidate_model()

    @api.model
    def _summary_facts(self, as_of):
        [(patrons, users)] = self.env.execute_query(
            SQL("SELECT count(*), count(*) FILTER (WHERE visit_days_year > 0) FROM library_patron_fact")
        )
        return {"patrons": patrons, "users": users}

    @api.model
    def _sentence_facts(self, numbers):
        return self.env._("%(patrons)s patrons, %(users)s of them used the library within a year.", **numbers)

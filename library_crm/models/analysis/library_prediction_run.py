from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import next_subject

SUBJECT_KINDS = ("loan", "onsite_use", "hold", "download", "database", "ill")
YEARS = 3
HOLDS_DAYS = 182
PER_PATRON = 2
LEAST_STEP = 0.03
"""A class that follows another less often than this says nothing about a person."""
LEAST_CONFIDENCE = 0.08
LOOKS_AHEAD_DAYS = 60

# Whoever allows neither counting nor the use of subjects is not in here, and no prediction is made of them.
WILLING = """
    SELECT p.id FROM library_patron p
     WHERE p.company_id = %(company)s AND p.id > %(after)s AND p.id <= %(upto)s AND p.allows_interests AND %(visible)s
"""

SUBJECTS = """
    WITH willing AS MATERIALIZED (%(willing)s),
    history AS MATERIALIZED (
        SELECT patron_id, subject_id,
               sum(power(0.5, greatest(0, %(as_of)s - (month + 14)) / %(half_life)s::float)) AS weight
          FROM (SELECT DISTINCT u.patron_id, u.month, u.subject_id FROM library_usage u
                  JOIN willing w ON w.id = u.patron_id
                 WHERE u.patron_id > %(after)s AND u.patron_id <= %(upto)s
                   AND u.subject_id IS NOT NULL AND u.kind IN %(kinds)s AND u.month >= %(since)s
                   AND u.month <= %(as_of)s) session
         GROUP BY patron_id, subject_id),
    whole AS MATERIALIZED (SELECT patron_id, sum(weight) AS weight FROM history GROUP BY patron_id),
    step AS MATERIALIZED (
        SELECT h.patron_id, t.other_id, t.basis, t.subject_id, t.times, t.total, t.patrons,
               h.weight * t.times / t.total * CASE t.basis WHEN 'next' THEN %(w_next)s ELSE %(w_together)s END AS part
          FROM history h
          JOIN library_subject_transition t ON t.subject_id = h.subject_id AND t.company_id = %(company)s
         WHERE (t.basis = 'next' AND %(w_next)s > 0 OR t.basis = 'together' AND %(w_together)s > 0)
           AND t.times >= %(least_step)s * t.total),
    scored AS (
        SELECT patron_id, other_id, sum(part) AS part FROM step GROUP BY patron_id, other_id),
    ranked AS (
        SELECT s.patron_id, s.other_id, s.part / w.weight + %(w_recent)s * coalesce(r.patrons / r.total::float, 0)
               AS score
          FROM scored s JOIN whole w ON w.patron_id = s.patron_id
          LEFT JOIN library_subject_transition r
                 ON r.company_id = %(company)s AND r.basis = 'recent' AND r.other_id = s.other_id
          LEFT JOIN history own ON own.patron_id = s.patron_id AND own.subject_id = s.other_id
         WHERE w.weight > 0 AND own.patron_id IS NULL),
    best AS (
        SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY patron_id ORDER BY score DESC, other_id) AS place
                         FROM ranked WHERE score >= %(least)s) placed WHERE place <= %(most)s),
    reason AS (
        SELECT DISTINCT ON (patron_id, other_id) * FROM step ORDER BY patron_id, other_id, part DESC, subject_id, basis)
    SELECT b.patron_id, 'subject' AS kind, b.other_id AS key, b.other_id AS subject_id, NULL::int AS service_id,
           CASE r.basis WHEN 'next' THEN 'next_after' ELSE 'together_with' END AS basis_code,
           jsonb_build_object('subject', r.subject_id, 'times', r.times, 'total', r.total, 'patrons', r.patrons)
               AS basis_params,
           round(least(b.score, 1)::numeric, 3) AS confidence,
           NULL::date AS date_expected, %(as_of)s + %(holds)s AS date_expiry
      FROM best b JOIN reason r ON r.patron_id = b.patron_id AND r.other_id = b.other_id
"""

STAGE_ENDS = """
    SELECT p.id AS patron_id, 'stage_end' AS kind, p.date_stage_end - DATE '2000-01-01' AS key,
           NULL::int AS subject_id, NULL::int AS service_id, 'ends' AS basis_code,
           jsonb_build_object('date', p.date_stage_end) AS basis_params, 0.5 AS confidence,
           p.date_stage_end AS date_expected, p.date_stage_end + 30 AS date_expiry
      FROM library_patron p JOIN (%(willing)s) w ON w.id = p.id
     WHERE p.date_stage_end BETWEEN %(as_of)s AND %(as_of)s + %(ahead)s
"""

PROJECT_ENDS = """
    SELECT DISTINCT ON (m.patron_id, j.id) m.patron_id, 'project_end' AS kind, j.id AS key, j.subject_id,
           NULL::int AS service_id, 'ends' AS basis_code,
           jsonb_build_object('date', j.date_end, 'project', j.name) AS basis_params, 0.5 AS confidence,
           j.date_end AS date_expected, j.date_end + 30 AS date_expiry
      FROM library_patron_project j JOIN library_patron_project_member m ON m.project_id = j.id
      JOIN (%(willing)s) w ON w.id = m.patron_id
     WHERE j.active AND j.state IN ('planned', 'running')
       AND j.date_end BETWEEN %(as_of)s AND %(as_of)s + %(ahead)s
     ORDER BY m.patron_id, j.id
"""

# The same service in the same weeks of at least two earlier years, and not yet asked for this time.
RETURNS = """
    SELECT n.patron_id, 'recurrence' AS kind, n.service_id AS key, NULL::int AS subject_id, n.service_id,
           'last_year' AS basis_code, jsonb_build_object('date', max(n.day)) AS basis_params,
           round(least(count(DISTINCT n.years) / 3.0, 1), 3) AS confidence,
           (max(n.day) + make_interval(years => min(n.years)))::date AS date_expected,
           (max(n.day) + make_interval(years => min(n.years)))::date + 60 AS date_expiry
      FROM (SELECT d.patron_id, d.service_id, d.create_date::date AS day, y.years
              FROM library_need d JOIN (%(willing)s) w ON w.id = d.patron_id
             CROSS JOIN generate_series(1, 3) AS y (years)
             WHERE d.service_id IS NOT NULL AND d.origin <> 'predicted'
               AND d.create_date::date + make_interval(years => y.years)
                   BETWEEN %(as_of)s AND %(as_of)s + %(ahead)s) n
     WHERE NOT EXISTS (SELECT 1 FROM library_need e WHERE e.patron_id = n.patron_id AND e.service_id = n.service_id
                          AND e.create_date::date BETWEEN %(as_of)s - 120 AND %(as_of)s)
     GROUP BY n.patron_id, n.service_id HAVING count(DISTINCT n.years) >= 2
"""

STORE = """
    INSERT INTO library_prediction (
           patron_id, company_id, kind, key, subject_id, service_id, basis_code, basis_params, confidence,
           date_predicted, date_expected, date_expiry, state, create_uid, create_date, write_uid, write_date)
    SELECT f.patron_id, %(company)s, f.kind, f.key, f.subject_id, f.service_id, f.basis_code, f.basis_params,
           f.confidence, %(as_of)s, f.date_expected, f.date_expiry, 'open',
           %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM (%(found)s) f
     WHERE NOT EXISTS (
           SELECT 1 FROM library_prediction e WHERE e.patron_id = f.patron_id AND e.kind = f.kind AND e.key = f.key
              AND e.state <> 'open' AND coalesce(e.date_decided, e.date_expiry) > %(year_ago)s)
     ORDER BY f.patron_id, f.kind, f.key
        ON CONFLICT (patron_id, kind, key) WHERE state = 'open' DO UPDATE
       SET confidence = excluded.confidence, basis_code = excluded.basis_code, basis_params = excluded.basis_params,
           date_expected = excluded.date_expected
"""

# A use after the prediction proves it, also when nobody had decided; what was not proved in time is over.
CLOSE = """
    UPDATE library_prediction e
       SET came_true = e.came_true IS TRUE OR seen.is_used,
           state = CASE WHEN e.state = 'open' AND (seen.is_used OR e.date_expiry < %(as_of)s) THEN 'expired'
                        ELSE e.state END
      FROM (SELECT o.id, o.kind = 'subject' AND EXISTS (
                       SELECT 1 FROM library_usage u WHERE u.patron_id = o.patron_id AND u.subject_id = o.subject_id
                          AND u.month > o.date_predicted AND u.month <= least(%(as_of)s, o.date_expiry)) AS is_used
              FROM library_prediction o
             WHERE o.patron_id > %(after)s AND o.patron_id <= %(upto)s AND o.company_id = %(company)s
               AND (o.state = 'open' OR o.date_expiry > %(as_of)s - 60)) seen
     WHERE seen.id = e.id
       AND (e.state = 'open' AND (seen.is_used OR e.date_expiry < %(as_of)s)
            OR e.came_true IS NOT TRUE AND seen.is_used)
"""


class LibraryPrediction(models.Model):
    """How needs to come are found: four statements for a slice of patrons of an institution."""

    _inherit = "library.prediction"

    @api.model
    def _analyse_predictions(self, as_of, cursor):
        """Close what came true or ran out, and predict anew, for one slice of patrons.

        :param as_of: date on which the predictions are made
        :param cursor: what the call before returned, None at the start
        :return: (next cursor or None, patrons done, patrons in all)
        """
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        for name in (
            "library.patron", "library.need", "library.patron.project", "library.patron.project.member",
            "library.subject.transition", self._name,
        ):
            self.env[name].flush_model()
        self.env["library.analysis.job"]._expect_many()
        for company in self.env["res.company"].search(Domain.TRUE, order="id"):
            parameters = self._prediction_parameters(as_of, company, piece)
            self.env.cr.execute(SQL(CLOSE, **parameters))
            for source in (SUBJECTS, STAGE_ENDS, PROJECT_ENDS, RETURNS):
                self.env.cr.execute(SQL(STORE, found=SQL(source, **parameters), **parameters))
        self.invalidate_model()
        return piece.cursor, piece.done, piece.total

    @api.model
    def _prediction_parameters(self, as_of, company, piece):
        weights = self.env["library.subject.transition"]._weights(company)
        span = {"company": company.id, "after": piece.after, "upto": piece.upto}
        return {
            **span,
            "as_of": as_of,
            "willing": SQL(WILLING, visible=self.env["library.patron"]._sql_visible_use(), **span),
            "kinds": SUBJECT_KINDS,
            "since": as_of.replace(day=1) - relativedelta(years=YEARS),
            "year_ago": as_of - relativedelta(years=1),
            "half_life": next_subject.HALF_LIFE_DAYS,
            "holds": HOLDS_DAYS,
            "ahead": LOOKS_AHEAD_DAYS,
            "most": PER_PATRON,
            "least": LEAST_CONFIDENCE,
            "least_step": LEAST_STEP,
            "uid": self.env.uid,
            **{f"w_{table}": float(weights[table]) for table in ("next", "together", "recent")},
        }

    @api.model
    def _forget_predictions(self):
        """Drop what nobody has decided about; decisions and what came true are a record and stay."""
        self.search([("state", "=", "open")]).unlink()

    @api.model
    def _summary_predictions(self, as_of):
        counts = dict(self._read_group([], ["state"], ["__count"]))
        return {name: counts.get(name, 0) for name in ("open", "accepted", "dismissed")}

    @api.model
    def _sentence_predictions(self, numbers):
        return self.env._(
            "%(open)s needs to come; so far %(accepted)s accepted and %(dismissed)s dismissed.", **numbers
        )

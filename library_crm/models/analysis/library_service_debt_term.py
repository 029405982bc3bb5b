from odoo import api, fields, models
from odoo.tools import SQL

from ...const import UNMET_REASONS

HALF_LIFE_DAYS = 180
"""What we owe weighs half as much after this many days."""

BAD_RATING = 2
"""A rating up to this value (of five) is a bad one."""

KINDS = [
    ("unmet", "Need not met"),
    ("partly", "Need partly met"),
    ("late", "Promise missed"),
    ("rating", "Bad rating"),
    ("reopened", "Came back unsolved"),
]
POINTS = {"unmet": 1.0, "partly": 0.5, "late": 1.0, "rating": 1.0, "reopened": 1.0}

# Each row: number, patron, kind, the record it stands on, the day, and what the sentence needs.
TERMS = """
    SELECT n.id::bigint * 4 AS id, n.patron_id, n.company_id, n.state AS kind, 'library.need' AS res_model,
           n.id AS res_id, n.date_settled::date AS date, 1 AS times, n.unmet_reason AS detail,
           (SELECT max(c.team_id) FROM library_case c JOIN library_case_need_rel l ON l.case_id = c.id
             WHERE l.need_id = n.id) AS team_id
      FROM library_need n
     WHERE n.patron_id IS NOT NULL AND n.state IN ('unmet', 'partly') AND n.date_settled IS NOT NULL
     UNION ALL
    SELECT c.id::bigint * 4 + 1, c.patron_id, c.company_id, 'late', 'library.case', c.id,
           coalesce(c.date_missed, c.date_promised)::date, 1,
           greatest(0, coalesce(c.date_first_answer, %(moment)s)::date
                       - coalesce(c.date_missed, c.date_promised)::date)::text, c.team_id
      FROM library_case c
     WHERE c.patron_id IS NOT NULL AND c.date_promised IS NOT NULL
       AND (c.date_missed IS NOT NULL OR c.date_first_answer > c.date_promised
            OR c.date_first_answer IS NULL AND c.stage_code <> 'closed' AND c.waits_for = 'library'
               AND c.date_promised < %(moment)s)
     UNION ALL
    SELECT r.id::bigint * 4 + 2, c.patron_id, c.company_id, 'rating', 'library.case', c.id,
           coalesce(r.rated_on, r.write_date)::date, 1, r.rating::int::text, c.team_id
      FROM rating_rating r JOIN library_case c ON c.id = r.res_id
     WHERE r.res_model = 'library.case' AND r.consumed AND r.rating BETWEEN 1 AND %(bad)s AND c.patron_id IS NOT NULL
     UNION ALL
    SELECT c.id::bigint * 4 + 3, c.patron_id, c.company_id, 'reopened', 'library.case', c.id,
           coalesce(c.date_reopened, c.date_last_message, c.create_date)::date, c.reopened_count, NULL, c.team_id
      FROM library_case c WHERE c.reopened_count > 0 AND c.patron_id IS NOT NULL
"""

# What a recovery made good is owed no more.
WEIGHED = """
    SELECT t.id, t.patron_id, t.company_id, t.kind, t.res_model, t.res_id, t.date, t.times, t.detail, t.team_id,
           coalesce(t.date <= made_good.date, FALSE) AS is_settled,
           %(points)s * t.times AS points,
           CASE WHEN t.date <= made_good.date THEN 0
                ELSE %(points)s * t.times * power(0.5, greatest(0, %(as_of)s - t.date) / %(half_life)s::float)
           END AS points_now
      FROM (%(terms)s) t
      LEFT JOIN (SELECT patron_id, max(date_opened) AS date FROM library_recovery WHERE state = 'helped'
                  GROUP BY patron_id) made_good ON made_good.patron_id = t.patron_id
     WHERE t.date <= %(as_of)s
"""


class LibraryServiceDebtTerm(models.Model):
    """One thing that we owe a patron; half of it is forgiven by time every 180 days.

    The rows are read from needs, cases and ratings; nothing is stored. The record itself opens with the rights of
    whoever clicks: a term names no question.
    """

    _name = "library.service.debt.term"
    _description = "What We Owe"
    _auto = False
    _order = "points_now desc, date desc, id"
    _rec_name = "kind"
    _depends = {
        "library.need": ["patron_id", "company_id", "state", "date_settled", "unmet_reason"],
        "library.case": [
            "patron_id", "company_id", "date_promised", "date_missed", "date_first_answer", "stage_code", "waits_for",
            "team_id", "reopened_count", "date_reopened", "date_last_message", "need_ids",
        ],
        "rating.rating": ["res_model", "res_id", "consumed", "rating", "rated_on"],
        "library.recovery": ["patron_id", "state", "date_opened"],
    }

    patron_id = fields.Many2one("library.patron", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    date = fields.Date("Since", readonly=True)
    times = fields.Integer(readonly=True)
    detail = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    points = fields.Float(readonly=True, digits=(8, 1))
    points_now = fields.Float("Weighs now", readonly=True, digits=(8, 2))
    is_settled = fields.Boolean("Made good", readonly=True)
    sentence = fields.Text("What happened", compute="_compute_sentence")

    @property
    def _table_query(self):
        return self._sql_weighed(self.env.cr.now().date())

    @api.model
    def _sql_weighed(self, as_of):
        """All terms of all patrons with their weight on a day."""
        points = SQL("(CASE t.kind %s END)", SQL(" ").join(
            SQL("WHEN %s THEN %s::float", kind, value) for kind, value in POINTS.items()))
        terms = SQL(TERMS, moment=f"{as_of} 23:59:59", bad=BAD_RATING)
        return SQL(WEIGHED, points=points, as_of=as_of, half_life=HALF_LIFE_DAYS, terms=terms)

    @api.depends("kind", "detail", "times")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for term in self:
            term.sentence = term._sentence()

    def _sentence(self):
        self.ensure_one()
        _ = self.env._
        reasons = dict(self.env["library.need"]._fields["unmet_reason"]._description_selection(self.env))
        why = reasons.get(self.detail) if self.detail in dict(UNMET_REASONS) else False
        match self.kind:
            case "unmet":
                return _("A need was not met: %(why)s.", why=why) if why else _("A need was not met.")
            case "partly":
                return _("A need was only partly met: %(why)s.", why=why) if why else _("A need was only partly met.")
            case "late":
                days = int(self.detail or 0)
                return _("An answer is or came %(days)s days after we promised it.", days=days) if days else _(
                    "An answer is or came hours after we promised it.")
            case "rating":
                return _("The patron gave us %(value)s of 5.", value=self.detail)
        return _("The patron had to come back with the same question, %(times)s times.", times=self.times)

    def action_open_record(self):
        """Go to the case or need; whether it opens is for its own rules to say."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

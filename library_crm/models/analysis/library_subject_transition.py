import json

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import next_subject

CELL = 5
"""Fewer patrons than this make no cell: it could tell who they are."""

YEARS = 3
SUBJECT_KINDS = ("loan", "onsite_use", "hold", "download", "database", "ill")
"""Kinds of use whose class says what somebody works on; a renewal says it a second time."""

BASES = [
    ("next", "Used next"),
    ("together", "Used by the same patrons"),
    ("recent", "Used lately"),
]

# A session is one patron's month; classes are distinct within it.
SESSIONS = """
    SELECT DISTINCT u.patron_id, u.month, u.subject_id FROM library_usage u
     WHERE u.company_id = %(company)s AND u.patron_id IS NOT NULL AND u.subject_id IS NOT NULL
       AND u.kind IN %(kinds)s AND u.month >= %(since)s AND u.month <= %(as_of)s
"""

NEXT = """
    WITH session AS MATERIALIZED (%(sessions)s),
         following AS MATERIALIZED (
             SELECT patron_id, month, lead(month) OVER (PARTITION BY patron_id ORDER BY month) AS next_month
               FROM (SELECT DISTINCT patron_id, month FROM session) visits),
         origin AS MATERIALIZED (
             SELECT s.patron_id, s.subject_id, f.next_month FROM session s
               JOIN following f ON f.patron_id = s.patron_id AND f.month = s.month WHERE f.next_month IS NOT NULL),
         total AS (SELECT subject_id, count(*) AS total FROM origin GROUP BY subject_id),
         pair AS (
             SELECT o.subject_id, s.subject_id AS other_id, o.patron_id, count(*) AS times FROM origin o
               JOIN session s ON s.patron_id = o.patron_id AND s.month = o.next_month GROUP BY 1, 2, 3)
    SELECT 'next', p.subject_id, p.other_id, sum(p.times), count(*), max(t.total)
      FROM pair p JOIN total t ON t.subject_id = p.subject_id
     GROUP BY p.subject_id, p.other_id HAVING count(*) >= %(cell)s
"""

TOGETHER = """
    WITH owned AS MATERIALIZED (SELECT DISTINCT patron_id, subject_id FROM (%(sessions)s) session),
         total AS (SELECT subject_id, count(*) AS total FROM owned GROUP BY subject_id)
    SELECT 'together', a.subject_id, b.subject_id, count(*), count(*), max(t.total)
      FROM owned a JOIN owned b ON b.patron_id = a.patron_id AND b.subject_id <> a.subject_id
      JOIN total t ON t.subject_id = a.subject_id
     GROUP BY a.subject_id, b.subject_id HAVING count(*) >= %(cell)s
"""

RECENT = """
    WITH owned AS MATERIALIZED (SELECT DISTINCT patron_id, subject_id FROM (%(sessions)s) session)
    SELECT 'recent', subject_id, subject_id, count(*), count(*), (SELECT count(DISTINCT patron_id) FROM owned)
      FROM owned GROUP BY subject_id HAVING count(*) >= %(cell)s
"""
STEPS = [("next", NEXT), ("together", TOGETHER), ("recent", RECENT), ("weights", None)]

WEIGHTS = "library_crm.subject_weights_%s"
SAMPLE = 800
"""Patrons on whose last term the weights of the tables are picked."""


class LibrarySubjectTransition(models.Model):
    """How many patrons went from one class to another: counts without a person, nothing under five patrons."""

    _name = "library.subject.transition"
    _description = "Class after Class"
    _order = "times desc, id"
    _log_access = False

    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    basis = fields.Selection(BASES, required=True, readonly=True)
    subject_id = fields.Many2one("library.subject", string="Class", required=True, readonly=True, ondelete="cascade")
    other_id = fields.Many2one(
        "library.subject", string="Then", required=True, readonly=True, ondelete="cascade", index=True
    )
    times = fields.Integer(readonly=True)
    patrons = fields.Integer(readonly=True)
    total = fields.Integer("Of", readonly=True, help="How often the class was followed by anything at all.")

    _pair_uniq = models.Constraint("UNIQUE (company_id, basis, subject_id, other_id)", "This pair is counted already.")

    @api.model
    def _analyse_transitions(self, as_of, cursor):
        """Count one table of one institution anew.

        :param as_of: date; the three years before it are looked at, for what was used lately one
        :param cursor: {"place": number of the table}, None at the start
        :return: (next cursor or None, tables done, tables in all)
        """
        companies = self.env["res.company"].search(Domain.TRUE, order="id")
        place, total = (cursor or {}).get("place", 0), len(companies) * len(STEPS)
        company, (basis, query) = companies[place // len(STEPS)], STEPS[place % len(STEPS)]
        self.flush_model()
        self.env["library.analysis.job"]._expect_many()
        if query:
            self._count(company, as_of, basis, query)
        else:
            self._pick_weights(company, as_of)
        place += 1
        return ({"place": place} if place < total else None), place, total

    @api.model
    def _count(self, company, as_of, basis, query):
        """Count one table of an institution anew."""
        years = 1 if basis == "recent" else YEARS
        sessions = SQL(
            SESSIONS, company=company.id, kinds=SUBJECT_KINDS, as_of=as_of,
            since=as_of.replace(day=1) - relativedelta(years=years),
        )
        self.env.cr.execute(
            SQL("DELETE FROM library_subject_transition WHERE company_id = %s AND basis = %s", company.id, basis)
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO library_subject_transition (company_id, basis, subject_id, other_id, times, patrons,"
                " total)"
                " SELECT %s, found.* FROM (%s) AS found ORDER BY 3, 4",
                company.id, SQL(query, sessions=sessions, cell=CELL),
            )
        )
        self.invalidate_model()

    @api.model
    def _pick_weights(self, company, as_of):
        """Once a month: what each table weighs here, by what a sample of patrons used in the last half year."""
        import pandas as pd

        month = as_of.replace(day=1)
        # sudo: numbers of the analysis about itself
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        stored = json.loads(parameters_sudo.get_param(WEIGHTS % company.id) or "{}")
        if stored.get("month") == str(month):
            return
        self.env.cr.execute(
            SQL(
                """WITH session AS MATERIALIZED (%(sessions)s), chosen AS (
                       SELECT patron_id FROM session GROUP BY patron_id ORDER BY hashint4(patron_id) LIMIT %(sample)s)
                   SELECT patron_id, month, subject_id FROM session JOIN chosen USING (patron_id) ORDER BY 1, 2, 3""",
                sessions=SQL(
                    SESSIONS, company=company.id, kinds=SUBJECT_KINDS, as_of=as_of,
                    since=month - relativedelta(years=YEARS),
                ),
                sample=SAMPLE,
            )
        )
        sample = pd.DataFrame(self.env.cr.fetchall(), columns=["patron", "date", "subject"])
        if sample.empty:
            return
        # a neighbour in the classification is no table here: it says nothing that patrons did
        candidates = [weights for weights in next_subject.CANDIDATES if not weights["content"]]
        weights = next_subject.pick_weights(sample, month, candidates=candidates)
        parameters_sudo.set_param(WEIGHTS % company.id, json.dumps({"month": str(month), "weights": weights}))

    @api.model
    def _weights(self, company):
        """{table: weight} of an institution; those that won on public data where nothing has been picked yet."""
        # sudo: numbers of the analysis about itself
        stored = self.env["ir.config_parameter"].sudo().get_param(WEIGHTS % company.id)
        return json.loads(stored)["weights"] if stored else next_subject.DEFAULT

    @api.model
    def _forget_transitions(self):
        self.env.cr.execute("DELETE FROM library_subject_transition")
        # sudo: what was picked goes with what it was picked from
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        parameters_sudo.search([("key", "=like", WEIGHTS.replace("%s", "") + "%")]).unlink()
        self.invalidate_model()

    @api.model
    def _summary_transitions(self, as_of):
        return {"pairs": self.search_count([])}

    @api.model
    def _sentence_transitions(self, numbers):
        return self.env._("%(pairs)s pairs of classes with at least five patrons each.", **numbers)

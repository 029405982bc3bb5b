from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.survey_figures import share


class LibraryPairedResult(models.Model):
    """Correct answers and successes of a year, with their intervals, for a team and for all; never for a person."""

    _name = "library.paired.result"
    _description = "Figures of Paired Reviews"
    _order = "company_id, kind, team_id, id"

    company_id = fields.Many2one("res.company", "Institution", required=True, readonly=True, index=True,
                                 ondelete="cascade")  # fmt: skip
    kind = fields.Selection(
        [
            ("correct", "Correct answers"),
            ("success", "Successes by the patron's form"),
            ("content", "Patrons content (4 or 5)"),
            ("ours", "Thought solved by us, not by the patron"),
        ],
        "Figure", required=True, readonly=True,
    )
    team_id = fields.Many2one("library.team", readonly=True, index="btree_not_null", ondelete="cascade")
    n = fields.Integer("Out of", readonly=True, aggregator=None)
    hits = fields.Integer("Cases", readonly=True, aggregator=None)
    rate = fields.Float("Share", readonly=True, digits=(5, 3), aggregator=None)
    rate_low = fields.Float("From", readonly=True, digits=(5, 3), aggregator=None)
    rate_high = fields.Float("To", readonly=True, digits=(5, 3), aggregator=None)
    definition = fields.Text(compute="_compute_definition")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_definition(self):
        cards = self.env["library.figure.card"]._cards([f"paired_{kind}" for kind in set(self.mapped("kind"))])
        for result in self:
            card = cards.get(f"paired_{result.kind}", {})
            result.definition = "\n".join(filter(None, (card.get("numerator"), card.get("denominator"))))

    @api.model
    def _rebuild(self, company):
        """Replace the figures of an institution by those of the reviews of a year."""
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", f"library.paired.result {company.id}"))
        # sudo: figures that nobody writes by hand, about five cases or more
        Result_sudo = self.sudo()
        Result_sudo.search([("company_id", "=", company.id)]).unlink()
        rows = []
        for team_id, counts in self._counts(company):
            for kind, (hits, n) in counts.items():
                found = share(hits, n)
                if found["told"]:
                    rows.append({
                        "company_id": company.id, "kind": kind, "team_id": team_id, "n": n, "hits": hits,
                        "rate": found["value"], "rate_low": found["low"], "rate_high": found["high"],
                    })
        Result_sudo.create(rows)

    @api.model
    def _counts(self, company):
        """[(team or None for all, {figure: (hits, number)})]"""
        self.env["library.paired.review"].flush_model()
        since = self.env.cr.now().date() - relativedelta(years=1)
        return [
            (row[0], {
                "correct": row[1:3], "success": row[3:5], "content": row[5:7], "ours": row[7:9],
            })
            for row in self.env.execute_query(SQL(
                """SELECT team_id,
                          count(*) FILTER (WHERE verdict = 'correct'),
                          count(*) FILTER (WHERE verdict IN ('correct', 'partly', 'wrong')),
                          count(*) FILTER (WHERE is_success), count(*) FILTER (WHERE patron_found IS NOT NULL),
                          count(*) FILTER (WHERE patron_satisfied >= 4), count(*) FILTER (WHERE patron_satisfied > 0),
                          count(*) FILTER (WHERE discrepancy = 'ours'), count(*) FILTER (WHERE discrepancy IS NOT NULL)
                     FROM library_paired_review WHERE company_id = %(company)s AND month >= %(since)s
                    GROUP BY GROUPING SETS ((), (team_id))
                   HAVING GROUPING(team_id) = 1 OR team_id IS NOT NULL
                    ORDER BY team_id NULLS FIRST""",
                company=company.id, since=since,
            ))
        ]

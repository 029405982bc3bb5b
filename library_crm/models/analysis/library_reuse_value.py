from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import READ_LEVELS
from ...lib.reuse_value import avoided


class LibraryReuseValue(models.Model):
    """Minutes that were not spent because the answer was there already, by year and READ level.

    Worked out every night from the timed logs of cases; a level with fewer than five cases on either side says nothing.
    """

    _name = "library.reuse.value"
    _description = "Minutes Avoided"
    _order = "year desc, read_level nulls first"
    _rec_name = "year"

    company_id = fields.Many2one("res.company", "Institution", required=True, readonly=True, ondelete="cascade")
    year = fields.Char(required=True, readonly=True)
    read_level = fields.Selection(READ_LEVELS, "Effort (READ)", readonly=True, help="Empty: all levels together.")
    level_name = fields.Char("Effort", compute="_compute_level_name")
    is_total = fields.Boolean("All levels", readonly=True)
    first_count = fields.Integer("Found for the first time", readonly=True, aggregator=None)
    reused_count = fields.Integer("Reused", readonly=True, aggregator=None)
    is_told = fields.Boolean("Enough cases", readonly=True)
    median_first = fields.Float("Minutes, first time", readonly=True, aggregator=None, digits=(8, 1))
    median_reused = fields.Float("Minutes, reused", readonly=True, aggregator=None, digits=(8, 1))
    minutes_avoided = fields.Float("Minutes avoided", readonly=True, aggregator=None, digits=(12, 0))
    minutes_low = fields.Float("At least", readonly=True, aggregator=None, digits=(12, 0))
    minutes_high = fields.Float("At most", readonly=True, aggregator=None, digits=(12, 0))
    interval = fields.Char("95 % interval", compute="_compute_interval")
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_avoided = fields.Monetary(compute="_compute_cost_avoided", aggregator=None)

    _row_uniq = models.UniqueIndex("(company_id, year, coalesce(read_level, ''))")

    @api.depends("read_level", "is_total")
    @api.depends_context("lang")
    def _compute_level_name(self):
        names = dict(self._fields["read_level"]._description_selection(self.env))
        for value in self:
            value.level_name = self.env._("All levels together") if value.is_total else names.get(value.read_level)

    @api.depends("minutes_low", "minutes_high", "is_told")
    def _compute_interval(self):
        for value in self:
            value.interval = (
                f"{value.minutes_low:.0f} … {value.minutes_high:.0f}" if value.is_told else self.env._("Too few cases")
            )

    @api.depends("minutes_avoided")
    def _compute_cost_avoided(self):
        # sudo: one figure of the settings
        hour = float(self.env["ir.config_parameter"].sudo().get_param("library_crm.staff_hour_cost") or 0)
        for value in self:
            value.cost_avoided = value.minutes_avoided / 60 * hour if value.is_told else 0

    # Working it out

    @api.model
    def _sql_is_reuse(self):
        """SQL: whether something that was there already served case `c`."""
        Case = self.env["library.case"]
        solutions, articles = Case._fields["solution_ids"], Case._fields["article_ids"]
        return SQL(
            """
            (EXISTS (SELECT 1 FROM library_suggestion g WHERE g.case_id = c.id AND g.state = 'accepted')
             OR EXISTS (SELECT 1 FROM %(solutions)s mine
                          JOIN %(solutions)s theirs ON theirs.%(solution)s = mine.%(solution)s
                           AND theirs.%(solution_case)s < mine.%(solution_case)s
                         WHERE mine.%(solution_case)s = c.id)
             OR EXISTS (SELECT 1 FROM %(articles)s cited JOIN library_article a ON a.id = cited.%(article)s
                         WHERE cited.%(article_case)s = c.id AND a.date_published < c.create_date))
            """,
            solutions=SQL.identifier(solutions.relation), solution=SQL.identifier(solutions.column2),
            solution_case=SQL.identifier(solutions.column1), articles=SQL.identifier(articles.relation),
            article=SQL.identifier(articles.column2), article_case=SQL.identifier(articles.column1),
        )  # fmt: skip

    @api.model
    def _get_samples(self):
        """{(company id, year): ({level: minutes of first cases}, {level: minutes of cases that reused})}"""
        for name in ("library.service.log", "library.case", "library.suggestion", "library.article"):
            self.env[name].flush_model()
        samples = defaultdict(lambda: (defaultdict(list), defaultdict(list)))
        for company, year, level, is_reuse, minutes in self.env.execute_query(SQL(
            """
            SELECT l.company_id, to_char(l.date, 'YYYY'), l.read_level, %s, array_agg(l.minutes)
              FROM library_service_log l JOIN library_case c ON c.id = l.case_id
             WHERE l.minutes > 0 AND l.read_level IS NOT NULL
             GROUP BY 1, 2, 3, 4
            """,
            self._sql_is_reuse(),
        )):  # fmt: skip
            samples[company, year][bool(is_reuse)][level] = minutes
        return samples

    @api.model
    def _update(self):
        """Work all figures out anew; the same cases always give the same figures."""
        rows = [
            self._prepare_row(company, year, level, value)
            for (company, year), (first, reused) in self._get_samples().items()
            for level, value in avoided(first, reused).items()
        ]
        # sudo: nobody writes these figures by hand
        known = {(row.company_id.id, row.year, row.read_level or None): row for row in self.sudo().search([])}
        for row in rows:
            if old := known.pop((row["company_id"], row["year"], row["read_level"]), None):
                old.write(row)
            else:
                self.sudo().create(row)
        for gone in known.values():
            gone.unlink()

    @api.model
    def _prepare_row(self, company, year, level, value):
        told = value.minutes is not None
        return {
            "company_id": company, "year": year, "read_level": level, "is_total": level is None, "is_told": told,
            "first_count": value.first, "reused_count": value.reused,
            "median_first": value.median_first or 0, "median_reused": value.median_reused or 0,
            "minutes_avoided": value.minutes if told else 0, "minutes_low": value.low if told else 0,
            "minutes_high": value.high if told else 0,
        }  # fmt: skip

    @api.model
    def _cron_update(self):
        self._update()

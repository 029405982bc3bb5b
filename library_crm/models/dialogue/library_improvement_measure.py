from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...lib import before_after
from ...lib.before_after import FEWEST, Sample

VERDICTS = [("better", "Better"), ("same", "As before"), ("worse", "Worse"), ("unsure", "Not clear")]

MEASURES = [
    ("kept", "Promises kept (share of cases)"),
    ("answer_hours", "Hours until the first answer (median)"),
    ("solution_hours", "Hours until the solution (median)"),
    ("rating", "Ratings by patrons (mean, 1 to 5)"),
    ("unmet", "Needs not met (share of closed cases)"),
    ("free", "Something else, counted by hand"),
]
KINDS = {"kept": "share", "unmet": "share", "answer_hours": "median", "solution_hours": "median", "rating": "mean"}
"""How each computed measure is compared: a function of lib/before_after.py."""
UP = {"kept", "rating"}
"""Measures of which more is better."""
MARGINS = {"share": 0.05, "mean": 0.25, "median": 2.0, "rate": 0.1}
"""Differences within it do not matter to anybody: 5 points, a quarter of a star, 2 hours, a tenth of the number."""
COMPUTED = {
    "value_before", "value_after", "n_before", "n_after", "date_before_from", "date_before_to", "date_after_from",
    "date_after_to", "difference", "difference_low", "difference_high", "is_told", "verdict", "date_measured",
}
MEASURE_DAYS = 90


class LibraryImprovement(models.Model):
    """What a change did, from the data: the same figure before and after, its difference with interval, a verdict."""

    _inherit = "library.improvement"

    measure = fields.Selection(MEASURES, "Measured by", default="kept", required=True)
    measure_name = fields.Char("What is counted", help="In words, where it is counted by hand.")
    is_computed = fields.Boolean(compute="_compute_is_computed")
    measure_days = fields.Integer(
        "Days compared", default=MEASURE_DAYS, required=True, help="As many before the work began as after its end."
    )
    value_before = fields.Float("Before", digits=(12, 3), copy=False, aggregator=None)
    n_before = fields.Integer("Cases before", copy=False)
    date_before_from = fields.Date("Before: from", readonly=True, copy=False)
    date_before_to = fields.Date("Before: until", readonly=True, copy=False)
    value_after = fields.Float("After", digits=(12, 3), copy=False, aggregator=None)
    n_after = fields.Integer("Cases after", copy=False)
    date_after_from = fields.Date("After: from", readonly=True, copy=False)
    date_after_to = fields.Date("After: until", readonly=True, copy=False)
    difference = fields.Float(digits=(12, 3), readonly=True, copy=False, aggregator=None)
    difference_low = fields.Float("At least", digits=(12, 3), readonly=True, copy=False, aggregator=None)
    difference_high = fields.Float("At most", digits=(12, 3), readonly=True, copy=False, aggregator=None)
    is_told = fields.Boolean(
        "Enough to compare", readonly=True, copy=False, help="At least five cases before and five after."
    )
    verdict = fields.Selection(VERDICTS, copy=False, tracking=True)
    verdict_words = fields.Char("In words", compute="_compute_verdict_words")
    date_measured = fields.Datetime("Measured", readonly=True, copy=False)

    _days_positive = models.Constraint("CHECK (measure_days BETWEEN 7 AND 730)", "Compare from a week to two years.")

    @api.depends("measure")
    def _compute_is_computed(self):
        for improvement in self:
            improvement.is_computed = improvement.measure != "free"

    @api.model
    def _check_by_hand(self, vals):
        result = super()._check_by_hand(vals)
        measures = {vals["measure"]} if "measure" in vals else set(self.mapped("measure")) or {"kept"}
        if not self.env.su and measures != {"free"} and any(vals[name] for name in COMPUTED & set(vals)):
            raise UserError(self.env._("Figures that the data give are not typed: press “Measure”."))
        return result

    def write(self, vals):
        changed = self.filtered(lambda one: "measure" in vals and one.measure != vals["measure"])
        result = super().write(vals)
        if changed:
            # another figure: what was measured before says nothing about it
            changed._keep_figures({name: False for name in COMPUTED - set(vals)})
        return result

    def _keep_figures(self, values):
        self.sudo().write(values)  # sudo: figures that the data give, see _check_by_hand

    def action_measure(self):
        """Compute the figure before and after from the data."""
        self.check_access("write")
        for improvement in self.filtered("is_computed"):
            improvement._measure()

    def _measure(self):
        """Fill in before, after, difference and verdict."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        begun = self.date_started or today
        windows = [(begun - timedelta(days=self.measure_days), begun)]
        if self.date_done:
            windows.append((self.date_done, min(self.date_done + timedelta(days=self.measure_days), today)))
        samples = [self._sample(start, end) for start, end in windows]
        before, after = samples[0], samples[1] if len(samples) > 1 else Sample()
        kind = self._measure_kind()
        change = getattr(before_after, kind)(before, after)
        is_told = change.low is not None
        self._keep_figures({
            "value_before": change.before if change.n_before >= FEWEST else 0, "n_before": change.n_before,
            "date_before_from": windows[0][0], "date_before_to": windows[0][1],
            "value_after": change.after if change.n_after >= FEWEST else 0, "n_after": change.n_after,
            "date_after_from": windows[1][0] if self.date_done else False,
            "date_after_to": windows[1][1] if self.date_done else False,
            "is_told": is_told, "difference": change.difference if is_told else 0,
            "difference_low": change.low if is_told else 0,
            # a ratio has no upper end where nothing was there before
            "difference_high": min(change.high, 1e6) if is_told else 0,
            "verdict": self._verdict(change) if self.date_done else False, "date_measured": self.env.cr.now(),
        })

    def _verdict(self, change):
        """The key of VERDICTS that a change earns."""
        return before_after.verdict(change, self.measure in self._measures_up(), MARGINS[self._measure_kind()])

    @api.model
    def _measures_up(self):
        return UP

    def _measure_kind(self):
        return KINDS[self.measure]

    # The data

    def _sample(self, start, end):
        """What the measure counted from `start` until before `end`, as a Sample of lib/before_after.py."""
        self.ensure_one()
        self.env["library.case"].flush_model()
        return getattr(self, f"_sample_{self.measure}")(start, end)

    def _condition_cases(self):
        """The cases that this improvement is about, as a condition on the table `c`."""
        terms = [SQL("c.company_id = %s", self.company_id.id)]
        if self.service_id:
            terms.append(SQL("c.service_id = %s", self.service_id.id))
        if self.team_id:
            terms.append(SQL("c.team_id = %s", self.team_id.id))
        return SQL(" AND ").join(terms)

    def _sample_share(self, is_hit, is_counted, date, start, end):
        ((hits, count),) = self.env.execute_query(SQL(
            "SELECT count(*) FILTER (WHERE %s), count(*) FROM library_case c"
            " WHERE %s AND %s AND %s >= %s AND %s < %s",
            is_hit, self._condition_cases(), is_counted, date, start, date, end,
        ))
        return Sample(hits=hits, count=count, days=(end - start).days)

    def _sample_kept(self, start, end):
        # as library.promise.report counts it
        missed = SQL("(c.promise_kept = 'missed' OR coalesce(c.missed_count, 0) > 0)")
        return self._sample_share(
            SQL("NOT %s", missed), SQL("(c.promise_kept IN ('kept', 'missed') OR c.missed_count > 0 AND c.active)"),
            SQL("coalesce(c.date_closed, c.date_missed)"), start, end,
        )

    def _sample_unmet(self, start, end):
        return self._sample_share(
            SQL("c.resolution = 'unmet'"), SQL("c.resolution IS NOT NULL"), SQL("c.date_closed"), start, end)

    def _sample_hours(self, column, start, end):
        rows = self.env.execute_query(SQL(
            "SELECT extract(epoch FROM c.%s - c.create_date)::float / 3600 FROM library_case c"
            " WHERE %s AND c.%s >= %s AND c.%s < %s AND c.%s >= c.create_date ORDER BY c.id",
            column, self._condition_cases(), column, start, column, end, column,
        ))
        return Sample(values=tuple(hours for (hours,) in rows), days=(end - start).days)

    def _sample_answer_hours(self, start, end):
        return self._sample_hours(SQL.identifier("date_first_answer"), start, end)

    def _sample_solution_hours(self, start, end):
        return self._sample_hours(SQL.identifier("date_closed"), start, end)

    def _sample_rating(self, start, end):
        self.env["rating.rating"].flush_model()
        rows = self.env.execute_query(SQL(
            "SELECT r.rating::float FROM rating_rating r JOIN library_case c"
            "    ON c.id = r.res_id AND r.res_model = 'library.case'"
            " WHERE %s AND r.consumed AND r.rating > 0 AND r.write_date >= %s AND r.write_date < %s ORDER BY r.id",
            self._condition_cases(), start, end,
        ))
        return Sample(values=tuple(rating for (rating,) in rows), days=(end - start).days)

    # In words

    @api.depends("verdict", "difference", "difference_low", "difference_high", "n_before", "n_after", "measure",
                 "is_told", "date_measured", "date_done")  # fmt: skip
    @api.depends_context("lang")
    def _compute_verdict_words(self):
        for improvement in self:
            improvement.verdict_words = improvement._verdict_sentence()

    def _verdict_sentence(self):
        """What the figures say, with how sure one may be."""
        self.ensure_one()
        _ = self.env._
        if not self.is_computed or not self.date_measured:
            return False
        if not self.date_done:
            return _("Measured before the change; measure again when it is done.")
        facts = {"before": self.n_before, "after": self.n_after}
        if not self.is_told:
            return _("Too few cases to say anything: %(before)s before, %(after)s after; five of each are needed.",
                     **facts)  # fmt: skip
        number = self._figure_words
        facts.update(
            difference=number(self.difference, True), low=number(self.difference_low, True),
            high=number(self.difference_high, True),
        )
        if self._measure_kind() == "rate":
            return _("%(difference)s times as many a month as before (between %(low)s and %(high)s, 95 %%); "
                     "%(before)s before, %(after)s after.", **facts)  # fmt: skip
        return _("Difference %(difference)s (between %(low)s and %(high)s, 95 %%); %(before)s cases before, "
                 "%(after)s after.", **facts)  # fmt: skip

    def _figure_words(self, value, is_difference=False):
        """A value of the measure as a person reads it."""
        self.ensure_one()
        kind = self._measure_kind() if self.is_computed else "free"
        if kind == "share":
            sign = "+" if is_difference and value > 0 else ""
            return f"{sign}{100 * value:.1f} %"
        sign = "+" if is_difference and value > 0 and kind != "rate" else ""
        if kind == "median":
            return f"{sign}{value:.1f} h"
        return sign + (f"{value:.2f}".rstrip("0").rstrip(".") if kind == "free" else f"{value:.2f}")

    def _period_words(self, start, end):
        """From when until when."""
        if not start or not end:
            return ""
        return self.env._("%(start)s to %(end)s", start=format_date(self.env, start),
                          end=format_date(self.env, end))  # fmt: skip

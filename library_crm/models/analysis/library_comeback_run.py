import json

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import comeback, metrics, stages

MONTHS = 6
HORIZON_DAYS = 182
"""The chance is of coming back within half a year; only months of uses are known."""

# Only the month of a use is kept, so its middle stands for the day, when learning and when scoring alike.
FEATURES = """
    SELECT u.patron_id,
           %(cut)s - least(max(u.month) + 14, %(cut)s) AS days_since,
           sum(u.uses) FILTER (WHERE u.kind = 'visit_day') AS visit_days,
           %(cut)s - least(min(u.month) + 14, %(cut)s) AS tenure_days
      FROM library_usage u JOIN library_patron p ON p.id = u.patron_id
     WHERE u.month <= %(cut)s AND u.company_id = %(company)s AND u.patron_id > %(after)s AND u.patron_id <= %(upto)s
       AND %(visible)s
     GROUP BY u.patron_id HAVING sum(u.uses) FILTER (WHERE u.kind = 'visit_day') > 0
"""

OUTCOME = """
    SELECT f.*, f.patron_id IN (SELECT u.patron_id FROM library_usage u WHERE u.patron_id IS NOT NULL
                                   AND u.month > %(cut)s AND u.month <= %(until)s) AS came_back
      FROM (%(features)s) f
"""


class LibraryComebackModel(models.Model):
    """Learning once a month, scoring every night."""

    _inherit = "library.comeback.model"

    @api.model
    def _sql_features(self, cut, company, after=0, upto=2**31 - 1):
        """Days since the last use, days of use and days since the first, of patrons who used the library by `cut`."""
        return SQL(
            FEATURES, cut=cut, company=company.id, after=after, upto=upto,
            visible=self.env["library.patron"]._sql_visible_use(),
        )

    @api.model
    def _analyse_comeback(self, as_of, cursor):
        """Learn first, if a month has ended since the last time; then score one slice of patrons a call.

        :param as_of: date; uses up to the end of the month before it are looked at
        :param cursor: what the call before returned, None at the start
        :return: (next cursor or None, patrons done, patrons in all)
        """
        self.env["library.patron"].flush_model()
        self.env["library.patron.fact"].flush_model()
        companies = self.env["res.company"].search(Domain.TRUE, order="id")
        cut = self._month_end(as_of)
        if not cursor:
            for company in companies:
                self._ensure_learned(company, as_of)
        piece = self.env["library.analysis.job"]._patron_slice(cursor)
        for company in companies:
            model = self.search([("company_id", "=", company.id), ("cut", "=", cut)])
            self.env.cr.execute(self._sql_score(model, company, cut, piece))
        self.env["library.patron.fact"].invalidate_model(["return_chance"])
        return piece.cursor, piece.done, piece.total

    @api.model
    def _forget_comeback(self):
        """Forget the newest models and every chance; what was learned in earlier months is a record and stays."""
        for company in self.env["res.company"].search(Domain.TRUE):
            self.search([("company_id", "=", company.id)], limit=1).unlink()
        self.env.cr.execute("UPDATE library_patron_fact SET return_chance = NULL WHERE return_chance IS NOT NULL")
        self.env["library.patron.fact"].invalidate_model(["return_chance"])

    @api.model
    def _sql_score(self, model, company, cut, piece):
        """The statement that writes the chance of each patron of a slice; empty for those without uses."""
        if not model:
            chance, params = "NULL::float", {}
        elif model.method == "logistic":
            columns = {name: f"x.{name}" for name in comeback.FEATURES}
            chance, params = comeback.score_sql(model._regression(), columns)
        else:
            cases = "".join(f" WHEN '{stage}' THEN %({stage})s" for stage in model.stage_rates)
            chance, params = f"(CASE g.stage{cases} END)::float", model.stage_rates
        return SQL(
            """WITH features AS MATERIALIZED (%(features)s),
                    scored AS (SELECT g.id, CASE WHEN x.patron_id IS NOT NULL
                                                 THEN round((%(chance)s)::numeric, 4) END AS chance
                                 FROM library_patron_fact g LEFT JOIN features x ON x.patron_id = g.patron_id
                                WHERE g.patron_id > %(after)s AND g.patron_id <= %(upto)s
                                  AND g.company_id = %(company)s)
               UPDATE library_patron_fact f SET return_chance = s.chance FROM scored s
                WHERE s.id = f.id AND f.return_chance IS DISTINCT FROM s.chance""",
            features=self._sql_features(cut, company, piece.after, piece.upto),
            chance=SQL(chance, **params), after=piece.after, upto=piece.upto, company=company.id,
        )

    # Learning

    @api.model
    def _ensure_learned(self, company, as_of):
        """Fit the model of this month, once."""
        cut = self._month_end(as_of)
        if self.search_count([("company_id", "=", company.id), ("cut", "=", cut)], limit=1):
            return
        year_ago, half_year_ago = self._month_end(as_of, 12), self._month_end(as_of, MONTHS)
        limits = self.env["library.lifecycle.rule"]._current(company)._thresholds()
        training = self._frame(company, year_ago, limits)
        if training.empty:
            training, year_ago = self._frame(company, half_year_ago, limits), half_year_ago
        if training.empty:
            return
        observed = stages.rates(training["stage"], training["came_back"])
        model = comeback.fit(
            training, training["came_back"], horizon_days=HORIZON_DAYS, trained_days=HORIZON_DAYS, cut=year_ago
        )
        values = {
            "company_id": company.id,
            "cut": cut,
            "method": "logistic" if model else "stage",
            "coefficients": json.loads(model.to_json()) if model else False,
            "stage_rates": self._stage_rates(observed),
            "trained_cut": year_ago,
            "trained_on": len(training),
            "trained_rate": float(training["came_back"].mean()),
        }
        if year_ago < half_year_ago:
            values.update(self._judged(company, half_year_ago, limits, model, observed))
        self.create(values)

    @api.model
    def _stage_rates(self, observed):
        """{stage: chance} from what each stage did, drawn a little to everybody's rate."""
        names = list(observed.index)
        return {name: round(float(rate), 4) for name, rate in zip(names, stages.chances(names, observed), strict=True)}

    @api.model
    def _judged(self, company, cut, limits, model, observed):
        """What the model and the stage alone would have said half a year ago, beside what came true."""
        known = self._frame(company, cut, limits)
        if known.empty:
            return {}
        by_stage = stages.chances(known["stage"], observed)
        chance = comeback.score(model, known) if model else by_stage
        happened = known["came_back"]
        ratio = metrics.ratio(happened, chance)
        return {
            "judged_on": len(known),
            "auc": metrics.auc(happened, chance) or 0.0,
            "brier": metrics.brier(happened, chance) or 0.0,
            "auc_stage": metrics.auc(happened, by_stage) or 0.0,
            "brier_stage": metrics.brier(happened, by_stage) or 0.0,
            "ratio": ratio or 0.0,
            "is_alarm": metrics.alarm(ratio),
        }

    @api.model
    def _frame(self, company, cut, limits):
        """Patrons known at `cut` with their three figures, their stage, and whether they came in the next half year."""
        import pandas as pd

        until = self._month_end(cut.replace(day=1), -MONTHS - 1)
        self.env.cr.execute(
            SQL(OUTCOME, cut=cut, until=until, features=self._sql_features(cut, company))
        )
        frame = pd.DataFrame(self.env.cr.fetchall(), columns=["patron_id", *comeback.FEATURES, "came_back"])
        frame = frame.astype({name: float for name in comeback.FEATURES}).sort_values("patron_id")
        frame["stage"] = stages.stage(frame["days_since"], frame["visit_days"], frame["tenure_days"], limits)
        return frame

    @api.model
    def _summary_comeback(self, as_of):
        models_found = self.search([("cut", "=", self._month_end(as_of))])
        return {"trained": sum(models_found.mapped("trained_on")), "alarms": len(models_found.filtered("is_alarm"))}

    @api.model
    def _sentence_comeback(self, numbers):
        if numbers.get("alarms"):
            return self.env._(
                "Learned from %(trained)s patrons; predicted and actual part, see the settings.", **numbers
            )
        return self.env._("Learned from %(trained)s patrons.", **numbers)

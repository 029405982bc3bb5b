from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import READ_LEVELS
from ...lib.agreement import agreement, drift

WINDOW = 12
DRIFT_ROUNDS = 3
"""Rounds that are compared with as many before them."""


class LibraryCalibrationResult(models.Model):
    """How well a team agrees on the READ scale; who agrees with whom is for the lead, one's own figure for oneself."""

    _name = "library.calibration.result"
    _description = "Agreement on the READ Scale"
    _order = "calibration_id desc, kind, team_id, id"

    calibration_id = fields.Many2one("library.calibration", required=True, readonly=True, index=True,
                                     ondelete="cascade")  # fmt: skip
    company_id = fields.Many2one(related="calibration_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("team", "Team"), ("person", "Person with the team"), ("pair", "Pair")], required=True, readonly=True
    )
    team_id = fields.Many2one("library.team", readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", readonly=True, index="btree_not_null", ondelete="cascade")
    other_id = fields.Many2one("res.users", "With", readonly=True, index="btree_not_null", ondelete="cascade")
    n = fields.Integer("Vignettes", readonly=True, aggregator=None)
    people = fields.Integer("Coders", readonly=True, aggregator=None)
    kappa = fields.Float("Weighted kappa", readonly=True, digits=(4, 2), aggregator="avg")
    kappa_low = fields.Float("From", readonly=True, digits=(4, 2), aggregator=None)
    kappa_high = fields.Float("To", readonly=True, digits=(4, 2), aggregator=None)
    word = fields.Selection(
        [("poor", "Poor"), ("slight", "Slight"), ("fair", "Fair"), ("moderate", "Moderate"),
         ("substantial", "Substantial"), ("almost_perfect", "Almost perfect")],
        "Agreement", readonly=True, help="The customary words of Landis and Koch (1977).",
    )
    drift = fields.Selection(
        [("better", "Better than before"), ("perhaps_better", "Perhaps better"), ("same", "As before"),
         ("perhaps_worse", "Perhaps worse: talk it over"), ("worse", "Worse than before: talk it over")],
        "Since three months ago", readonly=True,
    )
    definition = fields.Text(compute="_compute_definition")

    @api.depends_context("lang")
    def _compute_definition(self):
        card = self.env["library.figure.card"]._cards(["read_kappa"]).get("read_kappa", {})
        self.definition = "\n".join(filter(None, (card.get("numerator"), card.get("interval"))))


class LibraryCalibration(models.Model):
    """Agreement is worked out over the rounds of a year, from all codes that were given."""

    _inherit = "library.calibration"

    def _rebuild(self):
        """Replace the figures of these rounds."""
        for calibration in self:
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", f"calibration {calibration.id}"))
            # sudo: figures of colleagues, shown to whom the rules say
            calibration.sudo().result_ids.unlink()
            self.env["library.calibration.result"].sudo().create(calibration.sudo()._result_rows())

    def _rounds(self):
        """The closed rounds of a year up to this one, newest first."""
        return self.search(
            [("company_id", "=", self.company_id.id), ("state", "=", "closed"), ("month", "<=", self.month)],
            order="month desc", limit=WINDOW,
        )

    def _codes(self, rounds):
        """{team: {user: {vignette: level}}} of some rounds."""
        codes = defaultdict(lambda: defaultdict(dict))
        for code in self.env["library.calibration.code"].search([
            ("calibration_id", "in", rounds.ids), ("level", "!=", False), ("team_id", "!=", False)
        ]):
            codes[code.team_id][code.user_id][code.vignette_id.id] = int(code.level)
        return codes

    def _result_rows(self):
        rounds = self._rounds()
        recent, before = self._codes(rounds[:DRIFT_ROUNDS]), self._codes(rounds[DRIFT_ROUNDS:2 * DRIFT_ROUNDS])
        rows = []
        for team, codes in self._codes(rounds).items():
            values = {"calibration_id": self.id, "team_id": team.id}
            found = _agree(codes)
            if not found["told"]:
                continue
            moved = drift(_agree(before.get(team, {})), _agree(recent.get(team, {})))
            rows.append({**values, "kind": "team", "drift": moved, **_columns(found)})
            for user in codes:
                rows += self._person_rows(values, user, codes)
        return rows

    def _person_rows(self, values, user, codes):
        """The figures of one member with each other one, and their mean."""
        rows = []
        for other in codes:
            if user.id < other.id and (found := _agree({user: codes[user], other: codes[other]}))["told"]:
                rows.append({**values, "kind": "pair", "user_id": user.id, "other_id": other.id, **_columns(found)})
        found = _agree(codes, user)
        if found["told"]:
            rows.append({**values, "kind": "person", "user_id": user.id, **_columns(found)})
        return rows


def _agree(codes, person=None):
    return agreement(codes, [int(level) for level, _name in READ_LEVELS], person=person)


def _columns(found):
    return {"n": found["n"], "people": found["people"], "kappa": found["value"], "kappa_low": found["low"],
            "kappa_high": found["high"], "word": found["word"]}  # fmt: skip

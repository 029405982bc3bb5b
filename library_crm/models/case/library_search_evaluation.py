from dataclasses import asdict, replace

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import ASKED_MODELS
from ...lib.answered import NEIGHBOURS, Weights, quality, tune

_OPEN, LOG = ASKED_MODELS
QUESTIONS = 300
"""Cases that are asked again, the newest in which something was taken."""
CANDIDATES = 15


class LibrarySearchEvaluation(models.Model):
    """How high the list "already answered" puts what librarians took, and whether another order would be better.

    Each case in which something was taken is asked again as if it had not been there: its own log and its own verdicts
    are left out. The order changes only when other weights do better on questions on which they were not chosen.
    """

    _name = "library.search.evaluation"
    _description = "Evaluation of the search"
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    date = fields.Datetime("Evaluated", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Institution", required=True, index=True, ondelete="cascade")
    question_count = fields.Integer("Questions", readonly=True)
    first_rate = fields.Float("Taken one stood first", readonly=True, aggregator="avg")
    shown_rate = fields.Float("Taken one was among five", readonly=True, aggregator="avg")
    mean_rank = fields.Float(
        "Mean reciprocal rank", digits=(4, 3), readonly=True, aggregator="avg",
        help="1 when what was taken always stood first, 0.5 when it stood second on average.",
    )
    shown_rate_after = fields.Float("Among five by the new order", readonly=True, aggregator="avg")
    mean_rank_after = fields.Float("Rank by the new order", digits=(4, 3), readonly=True, aggregator="avg")
    is_adopted = fields.Boolean("New order taken", readonly=True)
    vote = fields.Float("Weight of similar cases", digits=(4, 2), readonly=True, aggregator=None)
    second_hand = fields.Float("Weight of an earlier case", digits=(4, 2), readonly=True, aggregator=None)
    verdict = fields.Float("Weight of verdicts", digits=(4, 2), readonly=True, aggregator=None)

    @api.model
    @tools.ormcache("company_id")
    def _get_weights(self, company_id):
        """The Weights by which an institution's lists are ordered."""
        # sudo: three figures, the same for everybody in the institution
        last = self.sudo().search([("company_id", "=", company_id)], limit=1)
        return Weights(last.vote, last.second_hand, last.verdict) if last else Weights()

    def action_evaluate(self):
        """Evaluate the lists of the present institution now.

        :raise AccessError: for everybody but knowledge stewards
        """
        if not self.env.user.has_group("library_crm.group_library_steward"):
            raise AccessError(self.env._("Only knowledge stewards evaluate the search."))
        # sudo: figures over the user's own institution, no question and nobody's name is told
        self.sudo()._evaluate(self.env.company)

    @api.model
    def _cron_evaluate(self):
        for company in self.env["res.company"].search(Domain.TRUE):
            self._evaluate(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _evaluate(self, company):
        """Ask again what was asked in cases of `company` and keep the figures; nothing if nothing was taken yet."""
        questions = self._questions(company)
        if not questions:
            return self.browse()
        present = self._get_weights(company.id)
        best = tune(questions, present)
        first, shown, rank = quality(questions, present)
        _first, shown_after, rank_after = quality(questions, best)
        evaluation = self.create({
            "date": self.env.cr.now(), "company_id": company.id, "question_count": len(questions),
            "first_rate": first, "shown_rate": shown, "mean_rank": rank, "shown_rate_after": shown_after,
            "mean_rank_after": rank_after, "is_adopted": best != present, **asdict(best),
        })  # fmt: skip
        self.env.registry.clear_cache()
        return evaluation

    @api.model
    def _questions(self, company):
        """[(Evidence of all candidates, keys that were taken)] of the newest cases with a verdict, in their order."""
        taken = self.env["library.suggestion"].search(
            [("state", "!=", "shown"), ("case_id", "!=", False), ("company_id", "=", company.id)], limit=4 * QUESTIONS
        )
        self.env["library.search.document"]._index_pending()
        judged = {}
        for suggestion in taken:
            judged.setdefault(suggestion.case_id, {})[suggestion.res_model, suggestion.res_id] = suggestion.state
        cases = [case for case, states in judged.items() if "accepted" in states.values()][:QUESTIONS]
        found = [self._question(case.with_context(allowed_company_ids=company.ids), judged[case]) for case in cases]
        return [(candidates, keys) for candidates, keys in found if candidates]

    @api.model
    def _question(self, case, states):
        """(Evidence of all candidates, keys that were taken) of one case, without what it said itself.

        :param dict states: {(model, id): verdict} of the case
        """
        text = case._asked_text()
        asked = case._nearest(text, (LOG,), NEIGHBOURS + 1, True)
        known = case._nearest(text, None, CANDIDATES, False)
        logs = case._answered_logs(asked.get(LOG, ()), case)
        candidates = [
            replace(
                one,
                taken=one.taken - (states.get(one.key) == "accepted"),
                refused=one.refused - (states.get(one.key) == "rejected"),
            )
            for one in case._evidence(logs, known)
        ]
        return candidates, {key for key, state in states.items() if state == "accepted"}

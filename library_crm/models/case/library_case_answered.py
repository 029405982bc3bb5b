from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import ASKED_MODELS
from ...lib.answered import NEIGHBOURS, SAME, SHOWN, Evidence, vote_shares

LEAST_CHARACTERS = 3
CANDIDATES = 15
"""Articles, solutions and resources of each kind that are weighed."""
OPEN, LOG = ASKED_MODELS
VERDICTS = ("accepted", "rejected")


class LibraryCase(models.Model):
    """What the library has answered already, for whoever has a question before them.

    Nothing here tells who asked: questions come from the index, which holds them without people, and of another
    team's open case nothing is told but the question, the team and the day.
    """

    _inherit = "library.case"

    @api.model
    def find_answered(self, text, case_id=False):
        """What is known and was answered that is near to a question, for the panel beside it.

        :param str text: the question as it is typed; of `case_id` when empty
        :param int case_id: the case it belongs to, if there is one already
        :return: dict of `rows` ({key: dict}), `sections` (list of dict with code and keys), `people` (list of dict)
        :raise AccessError: for everybody but librarians, and for a case that the user may not read
        """
        case = self._check_may_look_up(case_id)
        text = (text or "").strip() if isinstance(text, str) else ""
        if case and not text:
            text = case._asked_text()
        return self._already_answered(text, case)

    def _asked_text(self):
        """What is asked in this case."""
        self.ensure_one()
        needs = self.need_ids.mapped(lambda need: need.restatement or need.statement or "")
        return "\n".join(filter(None, [self.name, *needs]))

    @api.model
    def judge_answered(self, key, verdict, case_id=False, rank=0, fit=0.0):
        """Say whether something that was shown is of use here.

        :param str key: of `find_answered`
        :param str verdict: accepted or rejected
        :param int rank: its place in the list, and `fit` its worth there, as they were shown
        """
        case = self._check_may_look_up(case_id)
        record = self._answered_record(key)
        if verdict not in VERDICTS or not record:
            raise AccessError(self.env._("This is not something that can be judged."))
        fit = min(max(float(fit or 0), 0.0), 9.0)
        title = self.env["library.search.document"]._get_titles([(record._name, record.id)])
        row = (record._name, record.id, title.get((record._name, record.id)) or "…", int(rank or 0), fit)
        company = case.company_id or self.env.company
        # sudo: librarians write verdicts only through here; record, case and institution were checked above
        self.env["library.suggestion"].sudo()._judge(case.sudo(), company, row, verdict)

    @api.model
    def _check_may_look_up(self, case_id):
        """The case `case_id`, which the user may read, or none."""
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("Only librarians look up what was answered."))
        case = self.browse(case_id if isinstance(case_id, int) and case_id else ())
        case.check_access("read")
        return case

    @api.model
    def _answered_record(self, key):
        """The record of a key like ``library.article,12`` if the user may read it; else an empty one."""
        model, _comma, number = str(key or "").partition(",")
        if model not in self.env["library.search.document"]._get_indexed_models() or not number.isdecimal():
            return self.browse()
        # two patrons' cases have the same right to it: read as the list does, with what is archived
        return self.env[model].with_context(active_test=False).search([("id", "=", int(number[:9]))])

    # What is near

    @api.model
    def _already_answered(self, text, case=None):
        """What `find_answered` tells, for a text and the case that it belongs to."""
        case = self.browse() if case is None else case
        if len(text) < LEAST_CHARACTERS:
            return {"rows": {}, "sections": [], "people": []}
        # sudo: the index is kept for everybody; what may be shown of it is decided below
        Document = self.env["library.search.document"].sudo()
        Document._index_pending()
        Document._index_new_cases()
        asked = self._nearest(text, (OPEN, LOG), NEIGHBOURS + 1, True, {OPEN: SHOWN + 1})
        known = self._nearest(text, None, CANDIDATES, False)
        logs = self._answered_logs(asked.get(LOG, ()), case)
        elsewhere = [
            near for near in asked.get(OPEN, ()) if near.res_id != case.id and near.strength >= SAME
        ][:SHOWN]
        candidates = self._weigh(logs, known)
        return self._render_answered(text, case, candidates, logs, elsewhere)

    @api.model
    def _nearest(self, text, names, limit, is_question, fewer=None):
        """{model: [Nearest]} of what the user may read; of open cases what the institution may know."""
        Document = self.env["library.search.document"]
        condition = Document._condition_readable(names, None, None, is_question)
        if condition is None:
            return {}
        # sudo: the condition keeps to the user's institutions; the records are checked next
        found = Document.sudo()._find_nearest(text, condition, limit, is_question, fewer)
        return {
            model: nearest if model == OPEN else self._keep_usable(model, nearest)
            for model, nearest in found.items()
        }

    @api.model
    def _keep_usable(self, model, nearest):
        """Those of `nearest` whose record the user may read and that is not out of date."""
        usable = self._find_usable(model, [near.res_id for near in nearest])
        return [near for near in nearest if near.res_id in usable]

    @api.model
    def _find_usable(self, model, numbers):
        """Ids of the records of `model` that the user may read and that still hold."""
        domain = Domain("id", "in", numbers)
        if model == "library.article":
            domain &= Domain("state", "not in", ("outdated", "archived"))
        return set(self.env[model]._search(domain)) if numbers else set()

    @api.model
    def _answered_logs(self, nearest, case):
        """The nearest answered questions with how they ended and what was delivered in them.

        :return: list of (Nearest, dict of case_id, resolution, confirmation, date, delivered), nearest first
        """
        facts = self._log_facts([near.res_id for near in nearest])
        logs = [(near, facts[near.res_id]) for near in nearest if near.res_id in facts]
        # the case itself, when it was closed before and goes on, is nothing to learn from
        logs = [(near, fact) for near, fact in logs if not case or fact["case_id"] != case.id][:NEIGHBOURS]
        delivered = self._delivered_in([fact["case_id"] for _near, fact in logs if fact["case_id"]])
        for _near, fact in logs:
            fact["delivered"] = delivered.get(fact["case_id"], [])
        return logs

    @api.model
    def _log_facts(self, log_ids):
        """{log id: how the service ended}; the logs were found under the user's rules."""
        if not log_ids:
            return {}
        self.env[LOG].flush_model(["case_id", "resolution", "date"])
        self.flush_model(["confirmation"])
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.case_id, l.resolution, l.date, c.confirmation
                  FROM library_service_log l LEFT JOIN library_case c ON c.id = l.case_id WHERE l.id = ANY(%s)
                """,
                list(log_ids),
            )
        )
        return {row["id"]: row for row in rows}

    @api.model
    def _delivered_in(self, case_ids):
        """{case id: [(model, id)]} of the solutions and articles that patrons got in these cases."""
        if not case_ids:
            return {}
        self.flush_model(["solution_ids", "article_ids"])
        found = {}
        for case_id, model, res_id in self.env.execute_query(
            SQL(
                """
                SELECT case_id, 'library.solution', solution_id FROM library_case_solution_rel
                 WHERE case_id = ANY(%(cases)s)
                 UNION ALL
                SELECT case_id, 'library.article', article_id FROM library_case_article_rel
                 WHERE case_id = ANY(%(cases)s)
                """,
                cases=list(case_ids),
            )
        ):
            found.setdefault(case_id, []).append((model, res_id))
        return found

    # In which order

    @api.model
    def _weigh(self, logs, known):
        """One list of everything that may be of use, best first.

        :return: list of (worth, model, id, Nearest or None)
        """
        found = {(near.model, near.res_id): near for kind in known.values() for near in kind}
        found.update({(LOG, near.res_id): near for near, _fact in logs})
        weights = self.env["library.search.evaluation"]._get_weights(self.env.company.id)
        weighed = [(one.worth(weights), *one.key, found.get(one.key)) for one in self._evidence(logs, known)]
        return sorted(weighed, key=lambda row: (-row[0], row[1], row[2]))

    @api.model
    def _evidence(self, logs, known):
        """What speaks for everything that may be of use: list of Evidence."""
        shares = vote_shares([fact["delivered"] for _near, fact in logs])
        nearest = max((near.strength for near, _fact in logs), default=0.0)
        strengths = {(near.model, near.res_id): near.strength for kind in known.values() for near in kind}
        strengths.update(
            {(LOG, near.res_id): near.strength for near, fact in logs if fact["resolution"] in ("met", "partly")}
        )
        keys = {*strengths, *self._keep_voted(set(shares) - set(strengths))}
        # sudo: counts of verdicts on records that the user may read
        verdicts = self.env["library.suggestion"].sudo()._verdicts(list(keys))
        return [
            Evidence(
                key, strengths.get(key, 0.0), shares.get(key, 0.0), nearest, *verdicts.get(key, (0, 0)), key[0] == LOG
            )
            for key in keys
        ]

    @api.model
    def _keep_voted(self, keys):
        """Those of the records that only votes brought up which the user may read."""
        by_model = {}
        for model, res_id in keys:
            by_model.setdefault(model, []).append(res_id)
        return {
            (model, res_id) for model, numbers in by_model.items() for res_id in self._find_usable(model, numbers)
        }

    # What was taken is known without asking

    def _answer(self, body, *enclosed, solutions=None, articles=None, **more):
        message = super()._answer(body, *enclosed, solutions=solutions, articles=articles, **more)
        self._accept_delivered(solutions, articles)
        return message

    def _accept_delivered(self, solutions, articles):
        """What the patron got was taken, whatever the librarian clicked."""
        keys = [record for records in (solutions, articles) if records for record in records]
        for record in keys:
            # sudo: verdicts on what was shown for this case, which the user has just answered
            self.env["library.suggestion"].sudo().search(
                [("case_id", "=", self.id), ("res_model", "=", record._name), ("res_id", "=", record.id),
                 ("state", "=", "shown")]
            ).write({"state": "accepted"})  # fmt: skip

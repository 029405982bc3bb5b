from collections import Counter

from odoo import api, models
from odoo.tools import SQL, format_date

from ...const import ASKED_MODELS
from ...lib.answered import SAME, SHOWN
from ...lib.matched_words import matched_words
from ...lib.snippet import mark, snippet
from ...lib.text_tokens import tokens

OPEN, LOG = ASKED_MODELS
SNIPPET_WIDTH = 140
READ_CHARACTERS = 600
CLASSES = 3
"""Classes of what was found by which colleagues are looked for."""


class LibraryCase(models.Model):
    """How what was answered already is shown: why it fits, and what earlier patrons said of it."""

    _inherit = "library.case"

    @api.model
    def _render_answered(self, text, case, candidates, logs, elsewhere):
        """The answer of `find_answered`; see there."""
        sections, shown = self._arrange(candidates, logs, elsewhere)
        ranks = {row[1:3]: rank for rank, row in enumerate(candidates)}
        facts = {(LOG, near.res_id): fact for near, fact in logs}
        found = {(near.model, near.res_id): near for near in elsewhere} | {key: near for key, near in shown.items()}
        texts = self._read_documents(list(found))
        outcomes = self._outcomes([key for key in found if key[0] in ("library.article", "library.solution")])
        usable = self._usable_in_answer(list(found), facts)
        asked = tokens(text)
        rows = {}
        for key, near in found.items():
            title, body, subject_ids = texts.get(key, ("…", "", []))
            worth = candidates[ranks[key]][0] if key in ranks else 0.0
            is_best = ranks.get(key, SHOWN) < SHOWN
            rows[f"{key[0]},{key[1]}"] = {
                "model": key[0],
                "id": key[1],
                "kind": self._kind_of(key[0]),
                "title": mark(title, asked),
                # only the first list shows a piece of the text: somebody is typing
                "snippet": snippet(body, asked, SNIPPET_WIDTH) if is_best and body != title else "",
                "reason": self._reason_of(text, near),
                "outcome": self._outcome_of(facts[key]) if key in facts else outcomes.get(key, ""),
                "rank": ranks.get(key, 0),
                "fit": round(worth, 3),
                "verdict": False,
                "can_open": True,
                "can_insert": key in usable,
                "subject_ids": subject_ids or [],
            }
        self._tell_elsewhere(rows, sections, elsewhere)
        self._mark_suggested(candidates, rows)
        self._remember_shown(case, candidates, rows, texts)
        people = self._helpful_people(rows)
        for row in rows.values():
            del row["subject_ids"]
        return {"rows": rows, "sections": sections, "people": people}

    @api.model
    def _arrange(self, candidates, logs, elsewhere):
        """Which rows stand where.

        :return: (list of dict with code and keys, {(model, id): Nearest or None} of all that are shown)
        """
        shown = {}

        def keys_of(pairs):
            pairs = pairs[:SHOWN]
            shown.update(pairs)
            return [f"{model},{res_id}" for (model, res_id), _near in pairs]

        ranked = [((model, res_id), near) for _worth, model, res_id, near in candidates]
        past = [((LOG, near.res_id), near, fact) for near, fact in logs]
        answered = [
            (key, near) for key, near, fact in past if near.strength >= SAME and fact["resolution"] in ("met", "partly")
        ]
        sections = [
            {"code": "elsewhere", "keys": [f"{OPEN},{near.res_id}" for near in elsewhere]},
            {"code": "best", "keys": keys_of(ranked)},
            {"code": "answered", "keys": keys_of(answered)},
            {"code": "similar", "keys": keys_of([pair[:2] for pair in past if pair[:2] not in answered])},
        ]
        for model in sorted({key[0] for key, _near in ranked if key[0] != LOG}):
            sections.append({"code": model, "keys": keys_of([pair for pair in ranked if pair[0][0] == model])})
        for section in sections:
            section["name"] = self._section_name(section["code"])
        return [section for section in sections if section["keys"]], shown

    @api.model
    def _section_name(self, code):
        names = {
            "elsewhere": self.env._("Open elsewhere"),
            "best": self.env._("The five nearest"),
            "answered": self.env._("Answered before"),
            "similar": self.env._("Similar cases"),
            "library.article": self.env._("Articles"),
            "library.solution": self.env._("Solutions"),
            "library.resource": self.env._("Resources"),
            "library.insight": self.env._("Insights"),
        }
        return names.get(code) or self.env["ir.model"]._get(code).name

    @api.model
    def _kind_of(self, model):
        names = {
            OPEN: self.env._("Open case"),
            LOG: self.env._("Earlier case"),
            "library.article": self.env._("Article"),
            "library.solution": self.env._("Solution"),
            "library.resource": self.env._("Resource"),
            "library.insight": self.env._("Insight"),
        }
        return names.get(model) or self.env["ir.model"]._get(model).name

    # Why, and with what result

    @api.model
    def _reason_of(self, text, near):
        """Why something is in the list, as a sentence."""
        if near is None:
            return self.env._("Similar cases were answered with it")
        words = matched_words(text, near.weights)
        return self.env._("Shares: %(words)s", words=" · ".join(words)) if words else ""

    @api.model
    def _outcome_of(self, fact):
        """How an earlier case ended, as a sentence."""
        confirmed, reopened = fact["confirmation"] == "confirmed", fact["confirmation"] == "reopened"
        if fact["resolution"] == "unmet":
            return self.env._("The need was not met")
        if reopened:
            return self.env._("The patron came back: it did not help at once")
        if fact["resolution"] == "partly":
            return self.env._("The need was partly met")
        return self.env._("Met, the patron confirmed that it helped") if confirmed else self.env._("The need was met")

    @api.model
    def _outcomes(self, keys):
        """{(model, id): what patrons said of an article or a solution}; counts of cases, nobody's in particular."""
        numbers = {model: [res_id for kind, res_id in keys if kind == model] for model, _res_id in keys}
        outcomes = {}
        for model, (table, column) in {
            "library.solution": ("library_case_solution_rel", "solution_id"),
            "library.article": ("library_case_article_rel", "article_id"),
        }.items():
            if not numbers.get(model):
                continue
            for res_id, total, met, confirmed in self.env.execute_query(
                SQL(
                    """
                    SELECT r.%(column)s, count(*), count(*) FILTER (WHERE c.resolution = 'met'),
                           count(*) FILTER (WHERE c.confirmation = 'confirmed')
                      FROM %(table)s r JOIN library_case c ON c.id = r.case_id
                     WHERE r.%(column)s = ANY(%(ids)s) AND c.company_id = ANY(%(companies)s) GROUP BY 1
                    """,
                    column=SQL.identifier(column),
                    table=SQL.identifier(table),
                    ids=numbers[model],
                    companies=self.env.companies.ids,
                )
            ):
                outcomes[model, res_id] = self.env._(
                    "Used in %(total)s cases: %(met)s met, %(confirmed)s confirmed by the patron",
                    total=total, met=met, confirmed=confirmed,
                )  # fmt: skip
        return outcomes

    @api.model
    def _tell_elsewhere(self, rows, sections, elsewhere):
        """Say of open cases which team has them since when; only who may read one gets to it, and learns its number."""
        numbers = [near.res_id for near in elsewhere]
        readable = set(self._search([("id", "in", numbers)])) if numbers else set()
        keys = []
        # sudo: the team and the day, nothing of the patron; the question itself comes from the index, without people
        cases_sudo = self.sudo().browse(numbers)
        cases_sudo.fetch(["team_id", "create_date"])
        cases_sudo.team_id.fetch(["name"])
        for place, case_sudo in enumerate(cases_sudo):
            row = rows.pop(f"{OPEN},{case_sudo.id}")
            row["outcome"] = self.env._(
                "Open in %(team)s since %(day)s", team=case_sudo.team_id.name,
                day=format_date(self.env, case_sudo.create_date),
            )  # fmt: skip
            row["can_open"] = case_sudo.id in readable
            if not row["can_open"]:
                row["id"] = False
            key = f"{OPEN},{row['id']}" if row["can_open"] else f"elsewhere,{place}"
            rows[key] = row
            keys.append(key)
        for section in sections:
            if section["code"] == "elsewhere":
                section["keys"] = keys

    # What was found

    @api.model
    def _read_documents(self, keys):
        """{(model, id): (title, text, class ids)} as they stand in the index."""
        if not keys:
            return {}
        names, numbers = map(list, zip(*keys, strict=True))
        return {
            (model, res_id): (title, body or "", subject_ids)
            for model, res_id, title, body, subject_ids in self.env.execute_query(
                SQL(
                    """
                    SELECT d.res_model, d.res_id, d.title, left(d.body, %s), d.subject_ids
                      FROM unnest(%s::text[], %s::int[]) AS k (model, id)
                      JOIN library_search_document d ON d.res_model = k.model AND d.res_id = k.id
                    """,
                    READ_CHARACTERS,
                    names,
                    numbers,
                )
            )
        }

    @api.model
    def _mark_suggested(self, candidates, rows):
        """Mark the first of the list if experience says that such a one is taken."""
        for row in rows.values():
            row["is_suggested"] = False
        # sudo: the threshold of the user's institutions
        threshold = self.env["library.suggestion"].sudo()._threshold() if candidates else None
        if threshold is not None and candidates[0][0] >= threshold:
            rows[f"{candidates[0][1]},{candidates[0][2]}"]["is_suggested"] = True

    @api.model
    def _remember_shown(self, case, candidates, rows, texts):
        """Keep what a case's list held, and fetch the verdicts that were given on it."""
        if not case:
            return
        # sudo: librarians write what was shown only through here, of a case they may read
        Suggestion_sudo = self.env["library.suggestion"].sudo()
        best = [(model, res_id, rank, worth) for rank, (worth, model, res_id, _near) in enumerate(candidates[:SHOWN])]
        Suggestion_sudo._keep_shown(
            case.sudo(),
            [(model, res_id, texts.get((model, res_id), ("…",))[0], rank, worth)
             for model, res_id, rank, worth in best],
        )  # fmt: skip
        judged = Suggestion_sudo.search_fetch(
            [("case_id", "=", case.id), ("state", "!=", "shown")], ["res_model", "res_id", "state"]
        )
        for suggestion in judged:
            if row := rows.get(f"{suggestion.res_model},{suggestion.res_id}"):
                row["verdict"] = suggestion.state

    # Who could be asked

    @api.model
    def _helpful_people(self, rows):
        """Colleagues who know the classes of what was found: list of dict of id, name and reason."""
        classes = Counter(subject_id for row in rows.values() for subject_id in row["subject_ids"])
        subjects = self.env["library.subject"].browse(subject_id for subject_id, _n in classes.most_common(CLASSES))
        if not subjects:
            return []
        Team = self.env["library.team"]
        return [
            {"id": user.id, "name": user.name, "reason": " · ".join(Team._reason_words(reasons))}
            for user, reasons in Team._who_could_help(subjects=subjects.exists(), limit=3)
            if user != self.env.user
        ]

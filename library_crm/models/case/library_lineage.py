from collections import deque

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

MOST_NODES = 60
FEW = 5
DAYS = 365
KINDS = {
    "library.insight": "insight",
    "library.article": "article",
    "library.solution": "solution",
    "library.case": "case",
}


class LibraryLineage(models.AbstractModel):
    """Where knowledge came from and what became of it: insight, article, solution, outcome, and the next insight."""

    _name = "library.lineage"
    _description = "Lineage of Knowledge"

    @api.model
    def walk(self, res_model, res_id):
        """The lineage of a record for the page that draws it.

        :return: dict of title, nodes, edges (as the graph wants them) and loop (dict of `_loop_figures`)
        :raise AccessError: for everybody but library staff who may read the record
        """
        self._check_staff()
        if res_model not in KINDS:
            raise AccessError(self.env._("Nothing is known of where this came from."))
        record = self.env[res_model].browse(res_id)
        record.check_access("read")
        return {"title": record.display_name, **self._walk(record), "loop": self._loop_figures()}

    @api.model
    def _check_staff(self):
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("This is for library staff."))

    @api.model
    def _walk(self, record):
        """Whatever is tied to `record`, near and far, of which the user may read the parts.

        Cases of others are drawn without their names.

        :return: dict of nodes [{id, label, kind, kind_name, model, res_id, note}] and
                 edges [{from, to, kind, kind_name, reason}]
        """
        nodes, edges, waiting = {}, {}, deque([record])
        nodes[self._key(record)] = self._node(record)
        while waiting and len(nodes) < MOST_NODES:
            for start, end, kind in self._ties(waiting.popleft()):
                for one in (start, end):
                    if self._key(one) not in nodes:
                        nodes[self._key(one)] = self._node(one)
                        waiting.append(one)
                edges[self._key(start), self._key(end), kind] = self._edge(start, end, kind)
        for key in [key for key in nodes if key.startswith("library.case,")]:
            self._add_outcome(key, nodes, edges)
        return {"nodes": list(nodes.values()), "edges": [edge for edge in edges.values() if edge["from"] in nodes]}

    @api.model
    def _key(self, record):
        return f"{record._name},{record.id}"

    def _ties(self, record):
        """(from, to, kind) of what a record is tied to directly."""
        return getattr(self, f"_ties_of_{KINDS[record._name]}")(record)

    def _ties_of_insight(self, insight):
        if insight.article_id:
            yield insight, insight.article_id, "grew"
        for other in insight.merged_ids:
            yield other, insight, "merged"
        if insight.merged_into_id:
            yield insight, insight.merged_into_id, "merged"
        if insight.res_model == "library.article" and insight.res_id:
            about = self.env["library.article"].browse(insight.res_id).exists()
            for article in about:
                yield article, insight, "about"
        # sudo: a case of others is drawn without its name
        for case in insight.sudo().workroom_id.case_id:
            yield case.with_env(self.env), insight, "learned"

    def _ties_of_article(self, article):
        for insight in article.insight_ids:
            yield insight, article, "grew"
        if article.origin_solution_id:
            yield article.origin_solution_id, article, "made"
        for other in article.translation_ids:
            yield article, other, "translated"
        if article.translation_of_id:
            yield article.translation_of_id, article, "translated"
        about = [("res_model", "=", "library.article"), ("res_id", "=", article.id)]
        for insight in self.env["library.insight"].search(about, limit=20):
            yield article, insight, "about"
        for case in article.sudo().case_ids[:20]:  # sudo: as above
            yield article, case.with_env(self.env), "cited"

    def _ties_of_solution(self, solution):
        for article in solution.article_ids:
            yield solution, article, "made"
        for case in solution.sudo().case_ids[:20]:  # sudo: as above
            yield solution, case.with_env(self.env), "delivered"

    def _ties_of_case(self, case):
        case_sudo = case.sudo()  # sudo: ties to what staff may read; the case itself is drawn without its name
        for solution in case_sudo.solution_ids.with_env(self.env)._filtered_access("read"):
            yield solution, case, "delivered"
        for article in case_sudo.article_ids.with_env(self.env)._filtered_access("read"):
            yield article, case, "cited"
            for solution in case_sudo.solution_ids.with_env(self.env)._filtered_access("read"):
                yield article, solution, "reused"
        for insight in case_sudo.workroom_ids.insight_ids.with_env(self.env)._filtered_access("read"):
            yield case, insight, "learned"

    # How it is drawn

    def _node(self, record):
        kind = KINDS[record._name]
        is_open = bool(record._filtered_access("read"))
        names = {
            "insight": self.env._("Insight"), "article": self.env._("Article"), "solution": self.env._("Solution"),
            "case": self.env._("Case"),
        }
        note = ""
        if is_open and "state" in record:
            note = dict(record._fields["state"]._description_selection(self.env)).get(record.state, "")
        if is_open and kind == "insight":
            note = self.env._("%(state)s, told by %(author)s", state=note, author=record.display_author)
        return {
            "id": self._key(record), "kind": kind, "kind_name": names[kind], "note": note,
            "label": record.display_name if is_open else self.env._("A case of colleagues"),
            "model": record._name if is_open else False, "res_id": record.id if is_open else False,
        }

    def _edge(self, start, end, kind):
        names = {
            "grew": self.env._("grew into"), "merged": self.env._("put together"), "made": self.env._("made into"),
            "translated": self.env._("translated"), "cited": self.env._("cited in"),
            "delivered": self.env._("delivered in"), "learned": self.env._("learned in it"),
            "reused": self.env._("used for"), "about": self.env._("told about it"),
        }
        return {"from": self._key(start), "to": self._key(end), "kind": kind, "kind_name": names[kind], "reason": ""}

    def _add_outcome(self, key, nodes, edges):
        """What came of a closed case; that says nothing about the person."""
        case_sudo = self.env["library.case"].sudo().browse(int(key.partition(",")[2]))  # sudo: its result only
        if case_sudo.stage_code != "closed" or not case_sudo.resolution:
            return
        fields_of = case_sudo._fields
        said = case_sudo.confirmation if case_sudo.confirmation in ("confirmed", "reopened") else None
        label = dict(fields_of["confirmation" if said else "resolution"]._description_selection(self.env)).get(
            said or case_sudo.resolution, "")
        outcome = f"outcome,{case_sudo.id}"
        nodes[outcome] = {"id": outcome, "kind": "outcome", "kind_name": self.env._("Outcome"), "label": label,
                          "model": False, "res_id": False, "note": ""}
        edges[key, outcome, "ended"] = {
            "from": key, "to": outcome, "kind": "ended", "kind_name": self.env._("ended as"), "reason": ""}

    @api.model
    def _condition_helped(self):
        """SQL condition on a closed case `c`: the patron says that it helped, or nobody says otherwise."""
        return SQL("(c.confirmation = 'confirmed' OR c.resolution = 'met' AND c.confirmation IN ('none', 'silent'))")

    @api.model
    def _loop_figures(self, days=DAYS):
        """How much of what was told within `days` came to help a patron, how long that took, and how often it led on.

        :return: dict of told, helped, led_on (numbers), rate (0 to 1) and median_days; rate and median_days are None
            where fewer than five stand behind them
        """
        self.env["library.insight"].flush_model()
        self.env["library.case"].flush_model(["confirmation", "resolution", "date_closed", "article_ids"])
        [(told, helped, led_on, median)] = self.env.execute_query(SQL(
            """
            SELECT count(*), count(first.closed), count(*) FILTER (WHERE first.leads),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY first.closed::date - i.date)
                       FILTER (WHERE first.closed IS NOT NULL)
              FROM library_insight i
              LEFT JOIN LATERAL (
                   SELECT min(c.date_closed) AS closed, bool_or(EXISTS (
                          SELECT FROM library_workroom w JOIN library_insight n ON n.workroom_id = w.id
                           WHERE w.case_id = c.id AND n.id <> i.id AND n.date >= i.date)) AS leads
                     FROM library_case_article_rel r JOIN library_case c ON c.id = r.case_id
                    WHERE r.article_id IN (
                          SELECT a.id FROM library_article a WHERE i.article_id IN (a.id, a.translation_of_id))
                      AND c.date_closed::date >= i.date AND %(helped)s) first ON true
             WHERE i.company_id = ANY(%(companies)s) AND i.moderation = 'shown' AND i.state <> 'merged'
               AND i.date > (%(now)s::date - %(days)s)
            """,
            helped=self._condition_helped(), companies=self.env.companies.ids, now=self.env.cr.now(), days=days,
        ))
        return {
            "told": told, "helped": helped, "led_on": led_on,
            "rate": helped / told if told >= FEW else None,
            "median_days": median if helped >= FEW else None,
        }

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.figure_table import Figure

MOST_PRODUCTS = 40
MOST_RULES = 10

# Solutions and articles that may be handed out, with whether they are fresh.
PRODUCTS = """
    SELECT 'library.solution' AS model, s.id, s.name, s.company_id,
           (s.date_valid_until IS NULL OR s.date_valid_until >= %(today)s) AND s.is_source_changed IS NOT TRUE
           AS is_fresh
      FROM library_solution s WHERE s.state = 'final' AND s.company_id = %(company)s
     UNION ALL
    SELECT 'library.article', a.id, a.name, a.company_id,
           a.state <> 'outdated' AND (a.date_review IS NULL OR a.date_review >= %(today)s)
           AND a.is_translation_behind IS NOT TRUE
      FROM library_article a
     WHERE a.state IN ('verified', 'published', 'outdated') AND (a.company_id = %(company)s OR a.company_id IS NULL)
"""
DELIVERED = """
    SELECT 'library.solution' AS model, solution_id AS id, case_id FROM library_case_solution_rel
     UNION ALL
    SELECT 'library.article', article_id, case_id FROM library_case_article_rel
"""
CITED = """
    SELECT CASE WHEN solution_id IS NULL THEN 'library.article' ELSE 'library.solution' END AS model,
           coalesce(solution_id, article_id) AS id,
           coalesce('r' || resource_id, nullif(lower(trim(publisher)), ''), lower(trim(name))) AS source
      FROM library_source_citation
"""
# Products by main class; a product of two classes counts in both.
CLASSED = """
    SELECT DISTINCT p.model, p.id, p.is_fresh, split_part(s.parent_path, '/', 1)::int AS key
      FROM (%(products)s) p
      JOIN (SELECT 'library.solution' AS model, library_solution_id AS id, library_subject_id AS subject_id
              FROM library_solution_library_subject_rel
             UNION ALL
            SELECT 'library.article', library_article_id, library_subject_id
              FROM library_article_library_subject_rel) about ON about.model = p.model AND about.id = p.id
      JOIN library_subject s ON s.id = about.subject_id
"""


class LibraryAhead(models.AbstractModel):
    """T12: the products of the library as a portfolio: used again, with what result, fresh, from how many sources, and
    what is missing beside what is asked for.
    """

    _inherit = "library.ahead"

    @api.model
    def _part_portfolio(self, choices):
        months, segment = self._choice_of_months(choices), self._choice_of_segment(choices)
        window, chosen = self._window(months), self._chosen_segment(segment)
        return {
            "choices": [months, segment],
            "tables": [self._class_table(window, chosen), self._product_table(window, chosen)],
            "rules": self._rule_sentences(chosen),
            "cards": ("portfolio_used", "portfolio_met", "portfolio_fresh", "portfolio_source", "portfolio_gap",
                      "association_support", "association_confidence", "association_lift"),
        }  # fmt: skip

    @api.model
    def _products(self):
        return SQL(PRODUCTS, company=self.env.company.id, today=fields.Date.context_today(self))

    @api.model
    def _deliveries(self, window, segment):
        """SQL: a row a product and case in which it was handed out."""
        return SQL(
            """
            SELECT coalesce(c.patron_id, -1) AS person, p.model || ',' || p.id AS product, p.model, p.id,
                   %(member)s AS is_member, 1 AS used,
                   CASE WHEN c.resolution IS NOT NULL THEN (c.resolution = 'met')::int END AS met
              FROM library_case c
              JOIN (%(delivered)s) d ON d.case_id = c.id
              JOIN (%(products)s) p ON p.model = d.model AND p.id = d.id
             WHERE c.company_id = %(company)s AND c.create_date >= %(since)s AND c.create_date < %(until)s
               AND c.merged_into_id IS NULL
            """,
            member=self.env["library.figure.table"]._is_member(segment), company=self.env.company.id, since=window[0],
            until=window[1], delivered=SQL(DELIVERED), products=self._products(),
        )  # fmt: skip

    @api.model
    def _delivery_figures(self):
        return [
            Figure("used", self.env._("Times handed out"), "used", "count"),
            Figure("met", self.env._("Need met"), "met", "share"),
        ]

    # One by one

    @api.model
    def _product_table(self, window, segment=None):
        """The products that were handed out most, those that the reader may read."""
        rows = self._deliveries(window, segment)
        facts = self._product_facts(rows)
        table = self.env["library.figure.table"]._lines_table(
            self.env._("Products that were handed out"),
            SQL("SELECT r.person, r.product AS key, r.is_member, r.used, r.met FROM (%s) r WHERE r.product = ANY(%s)",
                rows, list(facts)),
            self._delivery_figures(), [(product, fact["name"]) for product, fact in facts.items()],
            self.env._("At most %(count)s, the most frequent of those that you may read.", count=MOST_PRODUCTS),
            is_split=bool(segment),
        )  # fmt: skip
        table["head"] += [self.env._("Fresh"), self.env._("Sources cited"), self.env._("From the largest source")]
        for key, row in zip(table["keys"], table["rows"], strict=False):
            row["cells"] += self._product_cells(facts[key])
        table["rows"] = [
            *sorted((row for row in table["rows"] if not row.get("is_total")), key=self._used_order),
            *({**row, "cells": [*row["cells"], "", "", ""]} for row in table["rows"] if row.get("is_total")),
        ]
        return table

    @api.model
    def _used_order(self, row):
        """The most used first; those that must not be told by their names."""
        used = row["cells"][0]
        return (used is None, -(used or 0), row["label"])

    @api.model
    def _product_cells(self, fact):
        share = f"{fact['largest'] / fact['cited']:.0%}" if fact["cited"] else ""
        return [self.env._("Yes") if fact["is_fresh"] else self.env._("No"), fact["sources"], share]

    @api.model
    def _product_facts(self, deliveries):
        """{product: {name, is_fresh, sources, cited, largest}} of the products that were handed out most."""
        found = self.env.execute_query(SQL(
            """
            WITH most AS (
                SELECT model, id, product FROM (%(deliveries)s) r GROUP BY 1, 2, 3
                 ORDER BY count(*) DESC, product LIMIT %(most)s
            ), source AS (
                SELECT model, id, source, count(*) AS times FROM (%(cited)s) cited GROUP BY 1, 2, 3
            )
            SELECT most.model, most.id, p.is_fresh, count(s.source), coalesce(sum(s.times), 0)::int,
                   coalesce(max(s.times), 0)::int
              FROM most JOIN (%(products)s) p USING (model, id) LEFT JOIN source s USING (model, id)
             GROUP BY 1, 2, 3
            """,
            deliveries=deliveries, most=MOST_PRODUCTS, cited=SQL(CITED), products=self._products(),
        ))  # fmt: skip
        names = {}
        for model in {row[0] for row in found}:
            records = self.env[model].browse([row[1] for row in found if row[0] == model])
            names |= {(model, record.id): record.display_name for record in records._filtered_access("read")}
        return {
            f"{model},{number}": {
                "name": names[model, number], "is_fresh": is_fresh, "sources": sources, "cited": cited,
                "largest": largest,
            }
            for model, number, is_fresh, sources, cited, largest in found if (model, number) in names
        }  # fmt: skip

    # By class

    @api.model
    def _class_table(self, window, segment=None):
        """What is asked for in each main class beside the products that there are."""
        facts = self._class_facts()
        subjects = self.env["library.subject"].with_context(active_test=False).search([("parent_id", "=", False)])
        table = self.env["library.figure.table"]._lines_table(
            self.env._("What is asked for, and what there is"), self._need_rows(window, segment),
            [
                Figure("needs", self.env._("Needs stated"), "needs", "count"),
                Figure("unmet", self.env._("Not met"), "unmet", "share"),
            ],
            [*((subject.id, subject.display_name) for subject in subjects), (0, self.env._("Without a class"))],
            is_split=bool(segment),
        )  # fmt: skip
        table["head"] += [
            self.env._("Products"), self.env._("Fresh"), self.env._("From the largest source"),
            self.env._("What is missing"),
        ]  # fmt: skip
        for key, row in zip([*table["keys"], None], table["rows"], strict=False):
            row["cells"] += self._class_cells(facts.get(key, {}), row) if key else ["", "", "", ""]
        return table

    @api.model
    def _class_cells(self, fact, row):
        count = fact.get("products", 0)
        # a class of which the needs may not be told gets no word about them
        is_gap = not count and row["cells"][0]
        return [
            count, f"{fact['fresh'] / count:.0%}" if count else "",
            f"{fact['largest'] / fact['cited']:.0%}" if fact.get("cited") else "",
            self.env._("Nothing to hand out") if is_gap else "",
        ]  # fmt: skip

    @api.model
    def _need_rows(self, window, segment):
        """SQL: a row a stated need."""
        return SQL(
            """
            SELECT coalesce(n.patron_id, -1) AS person, coalesce(n.main_class_id, 0) AS key, %(member)s AS is_member,
                   1 AS needs,
                   CASE WHEN n.state IN ('met', 'partly', 'unmet') THEN (n.state = 'unmet')::int END AS unmet
              FROM library_need n
             WHERE n.company_id = %(company)s AND n.create_date >= %(since)s AND n.create_date < %(until)s
               AND n.origin = 'stated'
               AND n.merged_into_id IS NULL
            """,
            member=self.env["library.figure.table"]._is_member(segment, "n"), company=self.env.company.id,
            since=window[0], until=window[1],
        )  # fmt: skip

    @api.model
    def _class_facts(self):
        """{main class: {products, fresh, cited, largest}}; products are no people, so that each is counted."""
        rows = self.env.execute_query(SQL(
            """
            WITH classed AS (%(classed)s), source AS (
                SELECT key, source, count(*) AS times FROM classed JOIN (%(cited)s) cited USING (model, id)
                 GROUP BY key, source
            )
            SELECT c.key, count(*), count(*) FILTER (WHERE c.is_fresh),
                   (SELECT coalesce(sum(times), 0)::int FROM source WHERE source.key = c.key),
                   (SELECT coalesce(max(times), 0)::int FROM source WHERE source.key = c.key)
              FROM classed c GROUP BY c.key
            """,
            classed=SQL(CLASSED, products=self._products()), cited=SQL(CITED),
        ))  # fmt: skip
        return {
            key: {"products": products, "fresh": fresh, "cited": cited, "largest": largest}
            for key, products, fresh, cited, largest in rows
        }

    @api.model
    def _rule_sentences(self, segment=None):
        """The strongest rules of what goes together, in words; of the members of a segment or of everybody."""
        rules = self.env["library.association"].search(
            [("company_id", "=", self.env.company.id), ("segment_id", "=", segment.id if segment else False)],
            limit=3 * MOST_RULES,
        )
        told = {}
        for rule in rules.sorted("confidence", reverse=True):
            # the same things the other way round are the same rule, less sure
            told.setdefault(frozenset((*rule.antecedent.split(";"), rule.consequent)), rule)
        return [rule.sentence for rule in rules if rule in told.values()][:MOST_RULES]

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import k_guard, lift

SENTENCES = 5
HIGH = 3
"""From this level on somebody counts as high on an axis."""


class LibrarySegment(models.Model):
    """Two segments side by side: what differs, by how much, and how sure that is."""

    _inherit = "library.segment"

    def _page_compare(self, other):
        """Each fact's rate here beside its rate there, the clearest differences first.

        :param other: the segment to compare with; empty: only the choice is returned
        """
        options = [[segment.id, segment.name] for segment in self.search([("id", "!=", self.id)])]
        if not other or other == self:
            return {"tables": [], "options": options}
        if self._differ_by_few(other):
            note = self.env._("These two differ by fewer than five patrons: nothing is shown.")
            return {"tables": [], "options": options, "sentences": [note]}
        found = self._compare_facts(other)
        clear = [one for one in found if one["clear"]]
        table = {
            "title": self.env._("%(one)s beside %(other)s", one=self.name, other=other.name),
            "note": self.env._(
                "Patrons who let us count, and facts of the patron record. Who is in both counts on both sides. A "
                "difference is clear when its 95 % interval does not hold 0."
            ),
            "head": [
                self.name,
                other.name,
                self.env._("Difference"),
                self.env._("95 % interval"),
                self.env._("Times as frequent"),
            ],
            "rows": [self._compare_row(one) for one in found],
        }
        return {
            "tables": [table] if found else [],
            "options": options,
            "sentences": [self._compare_sentence(other, one) for one in clear[:SENTENCES]]
            or [self.env._("No clear difference.")],
        }

    def _differ_by_few(self, other):
        """Whether the figures of one less those of the other would be about fewer than five people."""
        sizes = dict(
            self.env["library.segment.member"]._read_group(
                [("segment_id", "in", (self | other).ids), ("date_to", "=", False)], ["segment_id"], ["__count"]
            )
        )
        [(both,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM (%s) one JOIN (%s) two USING (patron_id)",
                self._sql_members(),
                other._sql_members(),
            )
        )
        return any(0 < sizes.get(segment, 0) - both < k_guard.K for segment in (self, other))

    def _compare_facts(self, other):
        """[{label, hits, …, and what `lib.lift.compare` says}], clear and large differences first."""
        here, there = self._count_facts(), other._count_facts()
        labels, found = self._fact_labels(), []
        for kind, names in labels.items():
            mine, theirs = here.get(kind), there.get(kind)
            if not mine or not theirs:
                continue
            shown = [k_guard.line(side["hits"], side["hits"], total=side["count"]) for side in (mine, theirs)]
            for value, label in names:
                hits = [side.get(value, 0) for side in shown]
                if None in hits or not any(hits):
                    continue
                told = lift.compare(hits[0], mine["count"], hits[1], theirs["count"])
                if told["told"]:
                    found.append({"label": label, "hits": hits[0], "other_hits": hits[1], **told})
        return sorted(found, key=lambda one: (not one["clear"], -abs(one["difference"])))

    def _count_facts(self):
        """{kind of fact: {count: persons looked at, hits: {value: persons}}} of today's members."""
        rows = self.env.execute_query(
            SQL(
                """
            WITH member AS (%(members)s), fact AS (
                SELECT member.patron_id, kind, value
                  FROM member
                  JOIN library_patron patron ON patron.id = member.patron_id
            CROSS JOIN LATERAL (VALUES ('type', coalesce(patron.type_id, 0)::varchar),
                                       ('degree', coalesce(patron.degree_stage, '')),
                                       ('lifecycle', patron.lifecycle)) AS plain(kind, value)
                 UNION ALL
                SELECT axis.patron_id, 'high_' || name, (level >= %(high)s)::varchar
                  FROM library_patron_axis axis JOIN member USING (patron_id)
            CROSS JOIN LATERAL (VALUES ('activity', axis.activity), ('breadth', axis.breadth), ('depth', axis.depth),
                                       ('contribution', axis.contribution), ('voice', axis.voice)) AS five(name, level)
                 UNION ALL
                SELECT axis.patron_id, trait.name, (EXISTS (
                           SELECT FROM library_patron_trait held
                            WHERE held.patron_id = axis.patron_id AND held.kind || ':' || held.code = trait.name
                              AND held.state IN ('proposed', 'confirmed')))::varchar
                  FROM library_patron_axis axis JOIN member USING (patron_id)
            CROSS JOIN (SELECT DISTINCT kind || ':' || code AS name FROM library_patron_trait
                         WHERE kind IN ('habit', 'channel', 'hours')) trait
            )
            SELECT kind, value, count(*), sum(count(*)) OVER (PARTITION BY kind) FROM fact GROUP BY kind, value
            """,
                members=self._sql_members(),
                high=HIGH,
            )
        )
        found = {}
        for kind, value, count, total in rows:
            found.setdefault(kind, {"count": int(total), "hits": {}})["hits"][value] = count
        return found

    def _fact_labels(self):
        """{kind of fact: [(value, words)]} of everything that is compared."""
        Patron, Trait = self.env["library.patron"], self.env["library.patron.trait"]
        types = self.env["library.patron.type"].with_context(active_test=False).search(Domain.TRUE)
        axes = self.env["library.patron.axis.level"]._fields["axis"]._description_selection(self.env)
        channels = self.env["library.interaction"]._fields["channel"]._description_selection(self.env)
        labels = {
            "type": [(str(kind.id), kind.name) for kind in types],
            "degree": Patron._fields["degree_stage"]._description_selection(self.env),
            "lifecycle": Patron._fields["lifecycle"]._description_selection(self.env),
        }
        for axis, name in axes:
            labels[f"high_{axis}"] = [("true", self.env._("%(axis)s: level 3 or 4", axis=name))]
        for code, words in Trait._get_habits().items():
            labels[f"habit:{code}"] = [("true", words)]
        for code, words in Trait._get_hours().items():
            labels[f"hours:{code}"] = [("true", words)]
        for code, name in channels:
            labels[f"channel:{code}"] = [("true", self.env._("Prefers this way: %(channel)s", channel=name))]
        return labels

    def _compare_row(self, one):
        low, high = round(100 * one["difference_low"]), round(100 * one["difference_high"])
        times = one["lift"]
        return {
            "label": one["label"],
            "cells": [
                f"{one['rate']:.0%} ({one['hits']}/{one['n']})",
                f"{one['other_rate']:.0%} ({one['other_hits']}/{one['other_n']})",
                f"{round(100 * one['difference']):+d} %",
                f"{low:+d} … {high:+d} %",
                f"{times:.1f}" if 0 < times < 100 else "–",
            ],
            "is_total": one["clear"],
        }

    def _compare_sentence(self, other, one):
        """The difference as a librarian would say it."""
        words = {
            "fact": one["label"],
            "one": self.name,
            "other": other.name,
            "rate": f"{one['rate']:.0%}",
            "other_rate": f"{one['other_rate']:.0%}",
        }
        if one["difference"] > 0:
            return self.env._(
                "“%(fact)s” is more frequent in %(one)s than in %(other)s: %(rate)s against %(other_rate)s.", **words
            )
        return self.env._("“%(fact)s” is rarer in %(one)s than in %(other)s: %(rate)s against %(other_rate)s.", **words)

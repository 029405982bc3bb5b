from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import k_guard
from ...lib.survival import survival

GONE_AFTER_DAYS = 365
"""Somebody who has not used the library for a year is counted as gone in the curve of staying."""


class LibrarySegment(models.Model):
    """Profiling and persistency of a segment: two of the seven P, all figures through the guard.

    Performance, prospecting and the others come with the data that they need; there is no page without figures.
    """

    _inherit = "library.segment"

    def _sql_members(self):
        """The patrons who are in the segment today."""
        return SQL("SELECT patron_id FROM library_segment_member WHERE segment_id = %s AND date_to IS NULL", self.id)

    # profiling: who they are beside everybody
    def _page_profile(self, as_of):
        """What the members are, beside all patrons of the institution; each table says where its facts are from."""
        Patron = self.env["library.patron"]
        types = self.env["library.patron.type"].with_context(active_test=False).search(Domain.TRUE)
        stages = Patron._fields["degree_stage"]._description_selection(self.env)
        lifecycle = Patron._fields["lifecycle"]._description_selection(self.env)
        bands = [(level, str(level)) for level in range(5)]
        by_hand = self.env._("From the library system and from what patrons and staff entered.")
        by_night = self.env._("From the nightly analysis; only patrons who let us count.")
        column, axis = self._profile_of_patrons, self._profile_of_axis
        return [
            column(self.env._("Patron type"), "type_id", [(kind.id, kind.name) for kind in types], by_hand),
            column(self.env._("Stage of study"), "degree_stage", stages, by_hand),
            column(
                self.env._("Lifecycle"), "lifecycle", lifecycle, self.env._("From the nightly analysis and from staff.")
            ),
            *(
                axis(label, name, bands, by_night)
                for name, label in self.env["library.patron.axis.level"]
                ._fields["axis"]
                ._description_selection(self.env)
            ),
        ]

    def _profile_of_patrons(self, title, column, labels, note):
        rows = SQL(
            "SELECT id AS patron_id, %s AS fact FROM library_patron WHERE active AND company_id = %s",
            SQL.identifier(column),
            self.company_id.id,
        )
        return self._profile_table(title, rows, labels, note)

    def _profile_of_axis(self, title, axis, labels, note):
        rows = SQL(
            "SELECT patron_id, %s AS fact FROM library_patron_axis WHERE company_id = %s",
            SQL.identifier(axis),
            self.company_id.id,
        )
        return self._profile_table(self.env._("%(axis)s, level 0 to 4", axis=title), rows, labels, note)

    def _profile_table(self, title, rows, labels, note):
        """Persons by one fact: members beside everybody, as numbers and as shares.

        Both columns and the difference between them pass the guard, as everybody less members is a group too.
        """
        found = self.env.execute_query(
            SQL(
                """
            SELECT rows.fact, member.patron_id IS NOT NULL, count(*)
              FROM (%s) rows LEFT JOIN (%s) member ON member.patron_id = rows.patron_id
             WHERE rows.fact IS NOT NULL
             GROUP BY 1, 2
            """,
                rows,
                self._sql_members(),
            )
        )
        persons = {}
        for fact, is_member, count in found:
            for key in ((fact, is_member), (fact, k_guard.ALL), (k_guard.ALL, is_member), (k_guard.ALL, k_guard.ALL)):
                persons[key] = persons.get(key, 0) + count
        away, lines = k_guard.hidden(persons), []
        for value, label in labels:
            if (value, k_guard.ALL) in persons:
                cells = []
                for column in (True, k_guard.ALL):
                    total, count = persons.get((k_guard.ALL, column), 0), persons.get((value, column), 0)
                    is_away = (value, column) in away or (k_guard.ALL, column) in away
                    cells += [None, None] if is_away else [count, f"{count / total:.0%}" if total else ""]
                lines.append({"label": label, "cells": cells})
        return {
            "title": title,
            "note": note,
            "rows": lines if (k_guard.ALL, True) in persons else [],
            "head": [self.env._("Members"), "%", self.env._("All patrons"), "%"],
        }

    # persistency: do they stay
    def _page_persistency(self, as_of):
        """Recency beside frequency and breadth, what else than loans they do, and how long they stay."""
        return [
            self._recency_table(
                self.env._("Last use and days of use in a year"),
                "visit_days_year",
                (1, 4, 12, 48),
                self.env._("Days with any use: on site, remote, training, questions, answers."),
            ),
            self._recency_table(self.env._("Last use and kinds of service in a year"), "kinds_year", (1, 2, 3, 5), ""),
            self._ties_table(),
            self._staying_table(),
        ]

    def _recency_table(self, title, column, marks, note):
        """Persons by how lately (columns) and by how often or how broadly (lines) they used the library."""
        rows = SQL(
            """
            SELECT fact.patron_id, 1 AS value,
                   width_bucket(fact.days_since_use, ARRAY[31, 91, 183, 366]) AS lately,
                   width_bucket(coalesce(fact.%s, 0), %s::int[]) AS band
              FROM library_patron_fact fact
              JOIN (%s) member ON member.patron_id = fact.patron_id
             WHERE fact.days_since_use IS NOT NULL
            """,
            SQL.identifier(column),
            list(marks),
            self._sql_members(),
        )
        lately = [
            (0, self.env._("within a month")),
            (1, self.env._("1 to 3 months")),
            (2, self.env._("3 to 6 months")),
            (3, self.env._("6 to 12 months")),
            (4, self.env._("over a year ago")),
        ]
        bounds = [0, *marks]
        bands = []
        for number, low in enumerate(bounds):
            high = bounds[number + 1] - 1 if number + 1 < len(bounds) else None
            label = str(low) if high == low else f"{low}–{high}"
            bands.append((number, label if high is not None else self.env._("%(low)s and more", low=low)))
        return self._cross_table(title, rows, ["lately", "band"], lately, bands, note)

    def _ties_table(self):
        """Loyalty is more than loans: how many did what in the last year."""
        kinds = {
            "uses_year": self.env._("Used something counted"),
            "onsite_uses_year": self.env._("Used the library on site"),
            "remote_uses_year": self.env._("Used the library remotely"),
            "events_year": self.env._("Came to training or an event"),
            "cases_year": self.env._("Asked a question"),
            "answers_year": self.env._("Answered us"),
            "contributions_year": self.env._("Contributed to what the library knows"),
        }
        [(total, *counts)] = self.env.execute_query(
            SQL(
                "SELECT count(*), %s FROM library_patron_fact fact JOIN (%s) member USING (patron_id)",
                SQL(", ").join(
                    SQL("count(*) FILTER (WHERE fact.%s > 0)", SQL.identifier(name)) for name in kinds
                ),
                self._sql_members(),
            )
        )
        lines = [
            {"label": label, "cells": [self._some_of(count, total)]}
            for label, count in zip(kinds.values(), counts, strict=True)
        ]
        return {
            "title": self.env._("Ties in the last year"),
            "head": [self.env._("Patrons")],
            "rows": lines if total >= k_guard.K else [],
            "note": self.env._(
                "Out of %(total)s members with figures; one patron may stand in several lines.", total=total
            ),
        }

    def _staying_table(self):
        """The curve of staying: the share that still used the library so many months after the first use."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT (fact.last_use_date - fact.first_use_month) / 30, fact.days_since_use > %s
              FROM library_patron_fact fact
              JOIN (%s) member ON member.patron_id = fact.patron_id
             WHERE fact.first_use_month IS NOT NULL AND fact.last_use_date >= fact.first_use_month
               AND fact.days_since_use IS NOT NULL
            """,
                GONE_AFTER_DAYS,
                self._sql_members(),
            )
        )
        curve = survival(rows, fewest=k_guard.K) if len(rows) >= k_guard.K else []
        # only every sixth month: between two marks several leave, so that no step is one person's
        marks = {}
        for time, share, watched in curve:
            marks[-(-int(time) // 6) * 6] = (share, watched)
        points = [[month, round(share, 3)] for month, (share, _watched) in sorted(marks.items())]
        return {
            "title": self.env._("How long they stay"),
            "head": [self.env._("Still here")],
            "rows": [
                {"label": self.env._("after %(count)s months", count=month), "cells": [f"{share:.0%}"]}
                for month, share in points
            ],
            "curve": points,
            "note": self.env._(
                "Kaplan–Meier over %(count)s patrons; gone means no use for a year. Where fewer than five are left, "
                "the curve stops.",
                count=len(rows),
            ),
        }

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from ...lib import k_guard


class LibrarySegment(models.Model):
    """What the members of a segment need, and between which segments patrons move."""

    _inherit = "library.segment"

    def _page_needs(self, as_of):
        """Cases that members opened while they were members, by effort and by class, quarter on quarter."""
        quarters = self._quarters(as_of)
        asked = SQL(
            """
            SELECT DISTINCT c.id, c.patron_id, 1 AS value, c.read_level,
                   date_trunc('quarter', c.create_date)::date AS quarter
              FROM library_case c
              JOIN library_segment_member m
                ON m.patron_id = c.patron_id AND m.segment_id = %s
               AND m.date_from <= c.create_date::date AND (m.date_to IS NULL OR m.date_to > c.create_date::date)
             WHERE c.create_date >= %s
            """,
            self.id,
            quarters[0][0],
        )
        levels = self.env["library.case"]._fields["read_level"]._description_selection(self.env)
        by_level = self._cross_table(
            self.env._("Questions by effort (READ)"),
            SQL("SELECT patron_id, value, quarter, coalesce(read_level, '') AS read_level FROM (%s) asked", asked),
            ["quarter", "read_level"],
            quarters,
            [*levels, ("", self.env._("Not noted yet"))],
        )
        by_class = self._needs_by_class(asked, quarters)
        return [by_level, by_class]

    def _needs_by_class(self, asked, quarters):
        """The same by main class; a question about two classes counts in both."""
        rows = SQL(
            """
            SELECT DISTINCT asked.id, asked.patron_id, asked.value, asked.quarter,
                   split_part(subject.parent_path, '/', 1)::int AS subject_id
              FROM (%s) asked
              JOIN library_case_need_rel link ON link.case_id = asked.id
              JOIN library_need_library_subject_rel about ON about.library_need_id = link.need_id
              JOIN library_subject subject ON subject.id = about.library_subject_id
            """,
            asked,
        )
        subjects = self.env["library.subject"].search([("parent_id", "=", False)])
        return self._cross_table(
            self.env._("Questions by main class"),
            SQL("SELECT patron_id, value, quarter, subject_id FROM (%s) rows", rows),
            ["quarter", "subject_id"],
            quarters,
            [(subject.id, subject.display_name) for subject in subjects],
            self.env._(
                "A question about two classes counts in both; the totals count persons' questions once per class."
            ),
        )

    def _page_movers(self, as_of):
        """Where those came from who entered in the last quarters, and where those went who left."""
        tables = []
        for day, label in reversed(self._quarters(as_of)[-2:]):
            until = day + relativedelta(months=3)
            tables.append(
                self._movers(
                    self.env._("%(quarter)s: who came, and what they left", quarter=label),
                    "date_from",
                    "date_to",
                    day,
                    until,
                )
            )
            tables.append(
                self._movers(
                    self.env._("%(quarter)s: who left, and what they entered", quarter=label),
                    "date_to",
                    "date_from",
                    day,
                    until,
                )
            )
        return tables

    def _movers(self, title, mine, theirs, since, until):
        """Persons whose membership here began (ended) in a quarter, by the segment they left (entered) in it.

        Who stands in no other one is counted too, so that the lines add up to everybody at least once.
        """
        rows = self.env.execute_query(
            SQL(
                """
            WITH moved AS (
                SELECT DISTINCT patron_id FROM library_segment_member
                 WHERE segment_id = %(segment)s AND %(mine)s >= %(since)s AND %(mine)s < %(until)s
                   AND (date_to IS NULL OR date_to > date_from)
            ), other AS (
                SELECT DISTINCT moved.patron_id, there.segment_id
                  FROM moved
             LEFT JOIN library_segment_member there
                    ON there.patron_id = moved.patron_id AND there.segment_id <> %(segment)s
                   AND there.%(theirs)s >= %(since)s AND there.%(theirs)s < %(until)s
                   AND (there.date_to IS NULL OR there.date_to > there.date_from)
            )
            SELECT segment_id, count(*), (SELECT count(*) FROM moved) FROM other GROUP BY segment_id
            """,
                segment=self.id,
                mine=SQL.identifier(mine),
                theirs=SQL.identifier(theirs),
                since=since,
                until=until,
            )
        )
        total = rows[0][2] if rows else 0
        persons = {segment_id or 0: count for segment_id, count, _total in rows}
        every = self.with_context(active_test=False).search([("id", "in", list(persons))])
        labels = [(segment.id, segment.name) for segment in every]
        table = self._line_table(
            title, persons, total, [*labels, (0, self.env._("No other segment"))], self.env._("Patrons")
        )
        if table["rows"]:
            shown = None if 0 < total < k_guard.K else total
            table["rows"].append({"label": self.env._("All"), "cells": [shown], "is_total": True})
        return table

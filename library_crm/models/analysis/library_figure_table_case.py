from odoo import api, models
from odoo.tools import SQL

from ...const import READ_MINUTES
from ...lib import figure_table, k_guard
from ...lib.figure_table import Figure

BY = {"service": "service_id", "team": "team_id", "branch": "branch_id", "channel": "channel"}


class LibraryFigureTable(models.AbstractModel):
    """Cases as rows for tables of figures: how long, how well, at what effort and to what value."""

    _inherit = "library.figure.table"

    @api.model
    def _case_rows(self, company, window, key, segment=None):
        """SQL: a row a case with whom it is about, its key and what is measured of it.

        :param window: (first day, first day after) in which the cases were opened
        :param SQL key: the group, an expression on `c`
        :param segment: with it, `is_member` says who was a member when the case was opened
        """
        Case = self.env["library.case"]
        levels = SQL(" ").join(SQL("WHEN %s THEN %s", level, minutes) for level, minutes in READ_MINUTES.items())
        return SQL(
            """
            SELECT %(person)s AS person, %(key)s AS key, %(member)s AS is_member, 1 AS cases,
                   extract(epoch FROM c.date_first_answer - c.create_date) / 3600 AS answer_hours,
                   extract(epoch FROM c.date_closed - c.create_date) / 86400 AS days,
                   CASE WHEN c.resolution IS NOT NULL THEN (c.resolution = 'met')::int END AS met,
                   CASE WHEN c.promise_kept = 'missed' OR c.missed_count > 0 THEN 0
                        WHEN c.promise_kept = 'kept' THEN 1 END AS kept,
                   coalesce(nullif(l.minutes, 0), nullif(c.minutes, 0), CASE c.read_level %(levels)s END) AS minutes,
                   greatest(o.understood, o.useful, o.new_question)::int AS value,
                   CASE WHEN c.date_saved_said IS NOT NULL THEN c.minutes_saved END AS saved
              FROM %(table)s c
         LEFT JOIN library_service_log l ON l.case_id = c.id
         LEFT JOIN library_outcome o ON o.case_id = c.id AND o.source <> 'staff'
             WHERE c.company_id = %(company)s AND c.create_date >= %(since)s AND c.create_date < %(until)s
               AND c.merged_into_id IS NULL
            """,
            person=self._person(), key=key, member=self._is_member(segment), levels=levels, company=company.id,
            since=window[0], until=window[1], table=SQL.identifier(Case._table),
        )  # fmt: skip

    @api.model
    def _is_member(self, segment, alias="c"):
        """SQL: whether the patron of a case was a member of the segment on the day on which it was opened."""
        if not segment:
            return SQL("TRUE")
        return SQL(
            """EXISTS (SELECT FROM library_segment_member m
                        WHERE m.patron_id = %(patron)s AND m.segment_id = %(segment)s
                          AND m.date_from <= %(date)s::date AND (m.date_to IS NULL OR m.date_to > %(date)s::date))""",
            patron=SQL.identifier(alias, "patron_id"), segment=segment.id, date=SQL.identifier(alias, "create_date"),
        )  # fmt: skip

    @api.model
    def _case_key(self, by):
        """SQL: what cases are grouped by; 0 or empty where there is none."""
        return SQL("coalesce(%s, %s)", SQL.identifier("c", BY[by]), "" if by == "channel" else 0)

    @api.model
    def _case_labels(self, by, company):
        """[(key, label)] of what cases are grouped by, archived ones too."""
        if by == "channel":
            channels = self.env["library.case"]._fields["channel"]._description_selection(self.env)
            return [*channels, ("", self.env._("Without one"))]
        model = {"service": "library.service", "team": "library.team", "branch": "library.branch"}[by]
        # sudo: names of services, departments and places, which stand on the portal too
        return self.sudo()._names(model, company)

    @api.model
    def _performance_figures(self):
        _ = self.env._
        return [
            Figure("cases", _("Cases"), "cases", "count"),
            Figure("answer_median", _("First answer, median (h)"), "answer_hours", "median", 1),
            Figure("answer_p90", _("First answer, nine of ten within (h)"), "answer_hours", "p90", 1),
            Figure("days_median", _("Closed, median (days)"), "days", "median", 1),
            Figure("days_p90", _("Closed, nine of ten within (days)"), "days", "p90", 1),
            Figure("met", _("Need met"), "met", "share"),
            Figure("kept", _("Promise kept"), "kept", "share"),
        ]

    @api.model
    def _value_figures(self):
        _ = self.env._
        return [
            Figure("cases", _("Cases"), "cases", "count"),
            Figure("minutes", _("Effort: minutes a case"), "minutes", "mean"),
            Figure("answers", _("Results told by patrons"), "value", "count"),
            Figure("value", _("Value: result, 0 to 4"), "value", "mean", 1),
            Figure("saved", _("Minutes saved the patron"), "saved", "mean"),
            Figure("met", _("Need met"), "met", "share"),
        ]

    @api.model
    def _case_table(self, title, by, figures, company, window, segment=None, note=""):
        """The figures of cases by service, team, place or channel, of everybody or of the members of a segment."""
        return self._lines_table(
            title, self._case_rows(company, window, self._case_key(by), segment), figures,
            self._case_labels(by, company), note, is_split=bool(segment),
        )  # fmt: skip

    @api.model
    def _segment_table(self, title, figures, company, window, note=""):
        """The same by segment: somebody may be in several, so that a line is held against everybody, one by one."""
        segments = self.env["library.segment"].search([("company_id", "=", company.id)])
        columns = {figure.column for figure in figures}
        persons = {"away": {column: set() for column in columns}, **{column: {} for column in columns}}
        values = {figure.code: {} for figure in figures}
        for segment in segments:
            counted, found = self._measure(self._case_rows(company, window, SQL("0"), segment), figures, True)
            for column, people in counted.items():
                persons[column][segment.id,] = people.get((k_guard.ALL, True), 0)
                if (k_guard.ALL, True) in k_guard.hidden(people):
                    persons["away"][column].add((segment.id,))
            for code, figure in found.items():
                values[code][segment.id,] = figure.get((k_guard.ALL, True))
        shown = [segment for segment in segments if persons[figures[0].column][segment.id,]]
        return {
            "title": title, "note": note, "head": [figure.label for figure in figures],
            "keys": [segment.id for segment in shown],
            "rows": [
                {"label": segment.name, "cells": figure_table.cells(figures, persons, values, (segment.id,))}
                for segment in shown
            ],
        }  # fmt: skip

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...lib import figure_table, k_guard

NOBODY = -1
"""Cases of nobody in particular count as one person's together, so that few of them stay hidden."""

MONTHS = 12


class LibraryFigureTable(models.AbstractModel):
    """Tables of several figures by one thing, each figure guarded by the people behind it.

    A table is what `library.segment` shows on its pages: {title, note, head, rows: [{label, cells}]}.
    """

    _name = "library.figure.table"
    _description = "Table of Figures"

    @api.model
    def _lines_table(self, title, rows, figures, labels, note="", is_split=False):
        """A guarded table.

        :param SQL rows: a query of person, key, the columns of the figures and, if split, is_member
        :param list figures: `lib.figure_table.Figure`s
        :param list labels: [(key, label)] of the lines in their order; a line about nobody is left out
        :param bool is_split: only members are shown; what is left of everybody passes the guard too
        :return: the table, with `keys` of its lines and `figures` as numbers for charts
        """
        persons, values = self._measure(rows, figures, is_split)
        wanted = [(key, label) for key, label in labels if self._key(key, is_split) in persons[figures[0].column]]
        lines = [
            {"label": label, "cells": figure_table.cells(figures, persons, values, self._key(key, is_split))}
            for key, label in wanted
        ]  # fmt: skip
        if all(line["cells"][0] is None for line in lines):
            lines = []  # marks alone tell nothing
        if lines:
            total = figure_table.cells(figures, persons, values, self._key(k_guard.ALL, is_split))
            lines.append({"label": self.env._("All"), "cells": total, "is_total": True})
        return {
            "title": title, "note": note, "head": [figure.label for figure in figures], "rows": lines,
            "keys": [key for key, _label in wanted],
        }  # fmt: skip

    @api.model
    def _key(self, key, is_split):
        return (key, True) if is_split else (key,)

    @api.model
    def _measure(self, rows, figures, is_split):
        """({column: {key: persons}}, {code: {key: figure}}) with all totals, in one query."""
        dimensions = [SQL.identifier("key"), *([SQL.identifier("is_member")] if is_split else [])]
        columns = list(dict.fromkeys(figure.column for figure in figures))
        people = [
            SQL("count(DISTINCT person) FILTER (WHERE %s IS NOT NULL)", SQL.identifier(column)) for column in columns
        ]
        # the templates are our own words, the column is quoted
        shown = [
            SQL(figure_table.SQL_OF[figure.how].format(column="%s"), SQL.identifier(figure.column))
            for figure in figures
        ]
        size = len(dimensions)
        persons, values = {column: {} for column in columns}, {figure.code: {} for figure in figures}
        for row in self.env.execute_query(SQL(
            "SELECT %s, %s, %s, %s FROM (%s) counted GROUP BY CUBE (%s)",
            SQL(", ").join(SQL("grouping(%s)", dimension) for dimension in dimensions),
            SQL(", ").join(dimensions), SQL(", ").join(people), SQL(", ").join(shown), rows,
            SQL(", ").join(dimensions),
        )):  # fmt: skip
            key = tuple(
                k_guard.ALL if is_total else value
                for is_total, value in zip(row[:size], row[size:2 * size], strict=True)
            )
            rest = row[2 * size:]
            for column, count in zip(columns, rest[:len(columns)], strict=True):
                if count:
                    persons[column][key] = count
            for figure, value in zip(figures, rest[len(columns):], strict=True):
                values[figure.code][key] = value
        return persons, values

    @api.model
    def _window(self, as_of, back=0):
        """Twelve whole months, (first day, first day after), `back` months before the last ones.

        Windows lie one beside the other and never within each other: what two of them differ by would be a few people.
        """
        until = as_of.replace(day=1) - relativedelta(months=back)
        return until - relativedelta(months=MONTHS), until

    @api.model
    def _names(self, model, company=None):
        """[(id, name)] of everything that a line can be about, archived ones too, and 0 for nothing.

        :raise AccessError: if the reader may not see the model
        """
        domain = [("company_id", "in", [company.id, False])] if company else []
        records = self.env[model].with_context(active_test=False).search(domain)
        return [*((record.id, record.display_name) for record in records), (0, self.env._("Without one"))]

    @api.model
    def _person(self, alias="c"):
        """SQL: who a case is about."""
        return SQL("coalesce(%s, %s)", SQL.identifier(alias, "patron_id"), NOBODY)

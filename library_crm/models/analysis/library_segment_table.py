import io

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from ...lib import k_guard

QUARTERS = 5


class LibrarySegment(models.Model):
    """Tables about segments for the pages, for RPC and for files: one way for all, and it leads through the guard.

    A table is {title, note, head: [column], rows: [{label, cells: [number or None]}]}; None is a figure about too few.
    """

    _inherit = "library.segment"

    @api.model
    def _cube(self, rows, dimensions):
        """Count persons and sum up values by some dimensions with all totals.

        :param SQL rows: a query of patron_id, value and the dimensions
        :param list dimensions: one or two names of columns
        :return: ({key: persons}, {key: value}), keys as `lib.k_guard` wants them
        """
        columns = [SQL.identifier(name) for name in dimensions]
        found = self.env.execute_query(
            SQL(
                "SELECT count(DISTINCT patron_id), sum(value), %s, %s FROM (%s) counted GROUP BY CUBE (%s)",
                SQL(", ").join(SQL("grouping(%s)", column) for column in columns),
                SQL(", ").join(columns),
                rows,
                SQL(", ").join(columns),
            )
        )
        persons, values = {}, {}  # values are counts
        size = len(columns)
        for count, value, *rest in found:
            key = tuple(
                k_guard.ALL if is_total else label for is_total, label in zip(rest[:size], rest[size:], strict=True)
            )
            persons[key], values[key] = count, int(value or 0)
        return persons, values

    @api.model
    def _cross_table(self, title, rows, dimensions, heads, labels, note=""):
        """A guarded table of two dimensions.

        :param list heads: [(value, label)] of the columns, which are the first dimension
        :param list labels: [(value, label)] of the lines; lines and columns without anybody are left out
        """
        persons, values = self._cube(rows, dimensions)
        shown = k_guard.masked(values, persons)
        every = k_guard.ALL
        heads = [head for head in heads if (head[0], every) in persons]
        lines = []
        for value, label in labels:
            if (every, value) in persons:
                cells = [shown.get((head, value), 0) for head, _label in heads]
                lines.append({"label": label, "cells": [*cells, shown.get((every, value), 0)]})
        if lines:
            totals = [shown.get((head, every), 0) for head, _label in heads]
            lines.append(
                {"label": self.env._("All"), "cells": [*totals, shown.get((every, every), 0)], "is_total": True}
            )
        return {
            "title": title,
            "note": note,
            "rows": lines,
            "head": [*(label for _value, label in heads), self.env._("All")],
        }

    @api.model
    def _line_table(self, title, persons, total, labels, head, note=""):
        """A guarded table of one dimension: persons for each value, out of a known total."""
        shown = k_guard.line(persons, persons, total=total)
        lines = [{"label": label, "cells": [shown[value]]} for value, label in labels if value in shown]
        return {"title": title, "note": note, "head": [head], "rows": lines}

    @api.model
    def _some_of(self, count, total):
        """A number out of a known total: hidden when it, or what is left, is about too few."""
        return None if 0 < count < k_guard.K or 0 < total - count < k_guard.K else count

    @api.model
    def _quarters(self, as_of):
        """[(first day, label)] of the last quarters, the running one last."""
        start = date_utils.start_of(as_of, "quarter")
        days = [start - relativedelta(months=3 * back) for back in reversed(range(QUARTERS))]
        return [
            (day, self.env._("%(year)s, quarter %(number)s", year=day.year, number=(day.month + 2) // 3))
            for day in days
        ]

    # the one door
    @api.readonly
    def get_page(self, part, other_id=None):
        """The tables of one page about this segment.

        :param str part: needs | movers | profile | persistency | compare
        :param int other_id: the segment to compare with
        :return: {tables: [...], options: [[id, name]], sentences: [...]}
        """
        self.ensure_one()
        self.check_access("read")
        self._check_relations()
        self.env.flush_all()
        makers = {
            "needs": self._page_needs,
            "movers": self._page_movers,
            "profile": self._page_profile,
            "persistency": self._page_persistency,
        }
        if part == "compare":
            return self._page_compare(self.search([("id", "=", other_id or 0)]))
        tables = makers[part](fields.Date.context_today(self)) if part in makers else []
        return {"tables": [table for table in tables if table["rows"]]}

    @api.model
    def _check_relations(self):
        """Tables are for whoever looks after relations; nobody sees them through a record that was handed on."""
        self.env["library.segment.member"].check_access("read")

    @api.model
    def get_overlap(self):
        """How many patrons two segments share, for each two of the own institution.

        :return: a table as above; the columns are the segments in the order of the lines
        """
        self._check_relations()
        self.env.flush_all()
        segments = self.search(Domain.TRUE)
        rows = self.env.execute_query(
            SQL(
                """
            SELECT a.segment_id, b.segment_id, count(*)
              FROM library_segment_member a
              JOIN library_segment_member b ON b.patron_id = a.patron_id AND b.date_to IS NULL
             WHERE a.date_to IS NULL AND a.segment_id = ANY(%s) AND b.segment_id = ANY(%s)
             GROUP BY a.segment_id, b.segment_id
            """,
                segments.ids,
                segments.ids,
            )
        )
        shared = {(a, b): count for a, b, count in rows}
        size = {segment.id: shared.get((segment.id, segment.id), 0) for segment in segments}
        lines = []
        for one in segments:
            cells = [
                self._overlap_cell(shared.get((one.id, two.id), 0), size[one.id], size[two.id]) for two in segments
            ]
            lines.append({"label": one.name, "id": one.id, "cells": cells})
        return {
            "title": self.env._("Patrons in both segments"),
            "head": [segment.name for segment in segments],
            "note": self.env._("The diagonal is the size of a segment."),
            "rows": lines,
        }

    @api.model
    def _overlap_cell(self, both, one, two):
        """Shown unless it, or those who are in only one of the two, are too few."""
        if any(0 < count < k_guard.K for count in (both, one - both, two - both)):
            return None
        return both

    def get_page_file(self, part, other_id=None):
        """The same tables as a workbook.

        :return: bytes
        """
        import xlsxwriter  # noqa: PLC0415

        page = self.get_page(part, other_id)
        stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(stream, options) as book:
            sheet, line = book.add_worksheet(), 0
            bold = book.add_format({"bold": True})
            sheet.set_column(0, 0, 44)
            for sentence in page.get("sentences", []):
                sheet.write_string(line, 0, sentence)
                line += 1
            for table in page["tables"]:
                line = self._write_table(sheet, line + 1, table, bold)
        return stream.getvalue()

    def _write_table(self, sheet, line, table, bold):
        """Write one table below `line`; returns the line after it."""
        away = self.env._("not shown")
        sheet.write_string(line, 0, table["title"], bold)
        for column, head in enumerate(table["head"], 1):
            sheet.write_string(line, column, head, bold)
        for row in table["rows"]:
            line += 1
            sheet.write_string(line, 0, row["label"])
            for column, cell in enumerate(row["cells"], 1):
                if isinstance(cell, (int, float)):
                    sheet.write_number(line, column, cell)
                else:
                    sheet.write_string(line, column, away if cell is None else str(cell))
        return line + 1

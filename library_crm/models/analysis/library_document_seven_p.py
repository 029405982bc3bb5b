from odoo import models

from ...lib.workbook import Chart, Column

CARDS = (
    "segment_size", "segment_fact", "segment_staying", "performance_uses", "performance_cases", "performance_answer",
    "performance_closed", "performance_met", "performance_kept", "effort_minutes", "effort_value", "effort_saved",
    "effort_met",
)


class LibraryDocument(models.Model):
    """The seven P of the segments as a workbook: a sheet for each P whose figures there are."""

    _inherit = "library.document"

    def _build_seven_p(self, book, period_from, period_to, company, segment_ids=(), **options):
        """As of the end of the period, the largest segments side by side; every table went through the guard.

        :param segment_ids: which segments; the largest ones without
        """
        segments = self._document_segments(company, segment_ids)
        self._sheet_segment_sizes(book, segments, company)
        curves = {}
        for code, label in self._seven_p_parts():
            pages = [(one, self._tables_of(one, code, period_to)) for one in segments]
            if code == "persistency":
                curves = {one: self._curve_of(tables) for one, tables in pages}
            pages = [(one, [table for table in tables if table["rows"]]) for one, tables in pages]
            self._sheet_tables(book, label, pages, self._seven_p_note())
        self._sheet_staying(book, curves)
        self._define(book, CARDS)

    def _seven_p_parts(self):
        """(name of the page, label) of the P that segments have figures for, in the order of the seven."""
        Segment = self.env["library.segment"]
        parts = {
            "profile": self.env._("Profiling"), "persistency": self.env._("Persistency"),
            "performance": self.env._("Performance"), "prospecting": self.env._("Prospecting"),
            "profitability": self.env._("Value and effort"), "product": self.env._("Product"),
        }
        return [(code, label) for code, label in parts.items() if hasattr(Segment, f"_page_{code}")]

    def _tables_of(self, segment, code, as_of):
        """The tables of a page, whichever way its maker returns them."""
        page = getattr(segment, f"_page_{code}")(as_of)
        return page["tables"] if isinstance(page, dict) else page

    def _seven_p_note(self):
        return self.env._("As on the pages of the segments. Figures about fewer than five patrons are not shown.")

    def _curve_of(self, tables):
        """{months: share still here} of a segment, empty without."""
        return dict(next((table["curve"] for table in tables if table.get("curve")), []))

    def _sheet_staying(self, book, curves):
        """How long patrons stay, segment beside segment, as lines."""
        shown = {one: curve for one, curve in curves.items() if curve}
        months = sorted({month for curve in shown.values() for month in curve})
        if not months:
            return
        book.sheet(
            self.env._("How long they stay"),
            [Column(self.env._("Months since the first use"), "int"),
             *(Column(one.name or "", "percent", 20) for one in shown)],
            ([month, *(curve.get(month) for curve in shown.values())] for month in months),
            note=self.env._("Kaplan–Meier; gone means no use for a year. A line stops where fewer than five are left."),
            chart=Chart("line", self.env._("Share that still uses the library"), 0, list(range(1, len(shown) + 1))),
        )  # fmt: skip

"""Workbooks that spreadsheets open without repair, written row by row so that memory stays flat.

Rows may come from a cursor of any length: one row is held at a time. What a cell says is never run: text stays text,
whatever it begins with. Formulas are ours alone, the totals.
"""

import datetime
import math
import re
from dataclasses import dataclass

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
LONGEST_NAME = 31  # of a sheet, in UTF-16 units: that is how Excel counts
HEAD_ROW = 3  # title, note, an empty line
LINE_HEIGHT = 15  # in points
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff\ud800-\udfff]")
_FORMATS = {
    "text": {}, "int": {"num_format": "#,##0"}, "float": {"num_format": "#,##0.0"}, "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd"}, "datetime": {"num_format": "yyyy-mm-dd hh:mm"},
    "minutes": {"num_format": "#,##0"}, "number": {},
}
_WIDTHS = {"text": 24, "date": 12, "datetime": 17}
_FONTS = {"zh_CN": "Microsoft YaHei", "zh_TW": "Microsoft JhengHei"}
_WORDS = {
    "total": "Total", "definitions": "Definitions", "page": "Page", "name": "Figure", "numerator": "What is counted",
    "denominator": "Out of what", "period": "Counted over", "exclusions": "Left out", "scale": "Scale",
    "interval": "How sure it is", "edition": "Source of the definition",
}
_CHARTS = {
    "bar": {"type": "bar"}, "column": {"type": "column"}, "line": {"type": "line"}, "pie": {"type": "pie"},
    "stacked": {"type": "column", "subtype": "stacked"},
}


@dataclass
class Column:
    """A column of a sheet.

    :param label: what stands in its head
    :param kind: text, int, float, percent (a share, .5 is 50 %), date, datetime, minutes or
        number (whole or with a fraction, as it comes)
    :param width: in characters; a sensible one if none is given
    :param total: "sum" for a total below
    """

    label: str
    kind: str = "text"
    width: float | None = None
    total: str | None = None


@dataclass
class Chart:
    """A chart of columns of the sheet it stands on.

    :param kind: bar, column, line, pie or stacked
    :param title: above it
    :param categories: number of the column with the names
    :param values: numbers of the columns drawn
    :param most: most rows drawn
    """

    kind: str
    title: str
    categories: int
    values: list
    most: int = 60


def sheet_name(wanted, taken=()):
    """A name that every spreadsheet accepts and that no sheet has yet.

    >>> sheet_name("Cases: 2026/11", ["cases  2026 11"])
    'Cases  2026 11 (2)'

    :param str wanted: what it should be called
    :param taken: names of the other sheets
    """
    base = _NOT_IN_NAMES.sub(" ", wanted or "").strip().strip("'").strip() or "Sheet"
    if base.lower() == "history":  # Excel keeps this one for itself
        base = f"{base} "
    used = {name.strip().lower() for name in taken}
    name, number = _cut(base, LONGEST_NAME), 1
    while name.strip().lower() in used:
        number += 1
        end = f" ({number})"
        name = _cut(base, LONGEST_NAME - len(end)) + end
    return name


def _cut(text, units):
    """The beginning of a text that takes at most so many UTF-16 units, no character cut in two."""
    while len(text.encode("utf-16-le")) > 2 * units:
        text = text[:-1]
    return text.rstrip("'") if text.strip("'") else text


def _lines(text, width):
    """How many lines a text takes in a column so wide: words stay whole, Chinese characters take two places."""
    lines, used = 1, 0
    for word in re.findall(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+", text):
        size = sum(2 if char >= "\u2e80" else 1.15 for char in word)
        if used and used + size > width:
            lines, used = lines + 1, 0
        used += size + (0 if word >= "\u2e80" else 1)
    return lines


def plain(value):
    """A value as text that a cell can hold: no control characters, cut with a mark where it is too long."""
    text = value if isinstance(value, str) else str(value)
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    if len(text) > LONGEST_TEXT // 2 and len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        text = _cut(text, LONGEST_TEXT - 2) + " …"
    return text


class Workbook:
    """A workbook of sheets that are written one after the other.

    :param target: path of the file, or a file that can be written
    :param title: of the document; stands on every sheet
    :param lang: Odoo's code of the language, for the type
    :param printed_on: when and by whom, for the foot of the page
    :param words: {key: word} of what stands around the data, see `_WORDS`
    """

    def __init__(self, target, title="", lang="en_US", printed_on="", words=None):
        import xlsxwriter  # noqa: PLC0415

        self.title, self.printed_on = plain(title), plain(printed_on)
        self.words = {**_WORDS, **(words or {})}
        self._book = xlsxwriter.Workbook(target, {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "nan_inf_to_errors": False, "default_date_format": "yyyy-mm-dd",
        })
        self._book.set_properties({"title": _cut(self.title, 200)})
        self._font = {"font_name": _FONTS[lang]} if lang in _FONTS else {}
        for cell_format in self._book.formats:
            if self._font:
                cell_format.set_font_name(self._font["font_name"])
        self._formats = {kind: self._format(**look) for kind, look in _FORMATS.items()}
        self._totals = {kind: self._format(**look, bold=True, top=1) for kind, look in _FORMATS.items()}
        self._head = self._format(bold=True, bg_color="#1F5F5B", font_color="#FFFFFF", text_wrap=True, valign="top")
        self._big = self._format(bold=True, font_size=14)
        self._note = self._format(italic=True, font_color="#595959")
        self._wrapped = self._format(text_wrap=True, valign="top")
        self._aside = self._format(align="right", font_color="#767676")
        self.names = []

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        """Write the file."""
        if not self.names:
            self.sheet(self.title or "1", [Column("")], [])
        self._book.close()

    def sheet(self, name, columns, rows, note=None, chart=None, freeze=True, autofilter=True):
        """Write a table; it goes on, on a next sheet, where one is full.

        :param str name: of the sheet
        :param list columns: `Column`
        :param rows: iterable of sequences, a value for each column; None leaves the cell empty
        :param str note: below the title: period, filters, what is left out
        :param chart: `Chart` or list of them, to the right of the table
        :return: number of rows written
        """
        sums = [0.0] * len(columns)
        rows, count, first = iter(rows), 0, None
        while True:
            sheet = self._begin(name, columns, note, freeze)
            written, ended = self._fill(sheet, columns, rows, sums)
            count += written
            last = HEAD_ROW + written
            if autofilter:
                sheet.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
            first = first or (sheet, last)
            if ended:
                break
        self._total(sheet, columns, last, sums, count == written)
        for number, one in enumerate([chart] if isinstance(chart, Chart) else chart or ()):
            self._draw(*first, columns, one, number)
        return count

    def definitions(self, cards):
        """Write a sheet that says what the figures mean.

        :param list cards: dicts with name, numerator, denominator, period, exclusions, scale, interval, edition
        """
        keys = ("name", "numerator", "denominator", "period", "exclusions", "scale", "interval", "edition")
        columns = [Column(self.words[key], width=20 if key in ("name", "period", "scale") else 34) for key in keys]
        sheet = self._begin(self.words["definitions"], columns, None, True)
        for number, card in enumerate(cards, HEAD_ROW + 1):
            texts = [plain(card.get(key) or "") for key in keys]
            most = max(_lines(text, column.width) for text, column in zip(texts, columns, strict=True))
            sheet.set_row(number, LINE_HEIGHT * most)
            for place, text in enumerate(texts):
                sheet.write_string(number, place, text, self._wrapped)

    def _format(self, **look):
        return self._book.add_format({**self._font, **look})

    def _begin(self, name, columns, note, freeze):
        """A new sheet with its title, its head and how it is printed."""
        name = sheet_name(name, self.names)
        sheet = self._book.add_worksheet(name)
        self.names.append(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width or _WIDTHS.get(column.kind, 13))
        sheet.write_string(0, 0, self.title, self._big)
        sheet.write_string(1, 0, plain(note or ""), self._note)
        widths = [column.width or _WIDTHS.get(column.kind, 13) for column in columns]
        most = max(_lines(plain(column.label), width) for column, width in zip(columns, widths, strict=True))
        # spreadsheets do not all fit the height of a row to wrapped text by themselves
        sheet.set_row(HEAD_ROW, LINE_HEIGHT * min(most, 4))
        for place, column in enumerate(columns):
            sheet.write_string(HEAD_ROW, place, plain(column.label), self._head)
        if freeze:
            sheet.freeze_panes(HEAD_ROW + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        printed = self.printed_on.replace("&", "&&")[:120]
        sheet.set_footer(f"&L{printed}&R{self.words['page']} &P / &N")
        return sheet

    def _fill(self, sheet, columns, rows, sums):
        """Write rows until they end or the sheet is full; (rows written, whether they ended)."""
        writers = [self._writer(sheet, column) for column in columns]
        summed = [place for place, column in enumerate(columns) if column.total == "sum"]
        number, room = HEAD_ROW, MOST_ROWS - HEAD_ROW - 2
        for written in range(room):
            row = next(rows, None)
            if row is None:
                return written, True
            number += 1
            for place, value in enumerate(row):
                if value is not None and value is not False:
                    writers[place](number, place, value)
            for place in summed:
                sums[place] += row[place] if isinstance(row[place], (int, float)) else 0
        return room, False

    def _writer(self, sheet, column):
        """What writes a value of this column into a cell."""
        look = self._formats[column.kind]
        if column.kind == "text":
            text = sheet.write_string
            return lambda row, place, value: text(row, place, plain(value), look)
        if column.kind in ("date", "datetime"):
            moment, text = sheet.write_datetime, sheet.write_string
            return lambda row, place, value: (
                moment(row, place, value, look) if isinstance(value, datetime.date) and value.year >= 1900
                else text(row, place, plain(value))
            )
        number, text = sheet.write_number, sheet.write_string

        def write(row, place, value):
            if isinstance(value, str):
                text(row, place, plain(value), self._aside)  # "< 5", where a figure must not be shown
            elif not math.isnan(value) and not math.isinf(value):
                number(row, place, value, look)

        return write

    def _total(self, sheet, columns, last, sums, is_whole):
        if not any(column.total for column in columns) or last == HEAD_ROW:
            return
        if not columns[0].total:
            sheet.write_string(last + 1, 0, self.words["total"], self._totals["text"])
        for place, column in enumerate(columns):
            if column.total == "sum" and is_whole:
                cells = f"{_letters(place)}{HEAD_ROW + 2}:{_letters(place)}{last + 1}"
                look = self._totals[column.kind]
                sheet.write_formula(last + 1, place, f"=SUBTOTAL(109,{cells})", look, sums[place])
            elif column.total == "sum":
                sheet.write_number(last + 1, place, sums[place], self._totals[column.kind])
            elif place:
                sheet.write_blank(last + 1, place, None, self._totals["text"])

    def _draw(self, sheet, last, columns, wanted, number):
        """Put a chart to the right of the table."""
        if last == HEAD_ROW:
            return
        chart = self._book.add_chart(_CHARTS[wanted.kind])
        end = min(last, HEAD_ROW + wanted.most)
        name = sheet.get_name()
        for place in wanted.values:
            chart.add_series({
                "name": [name, HEAD_ROW, place],
                "categories": [name, HEAD_ROW + 1, wanted.categories, end, wanted.categories],
                "values": [name, HEAD_ROW + 1, place, end, place],
            })
        font = {"name_font": self._font and {"name": self._font["font_name"]} or {}}
        chart.set_title({"name": plain(wanted.title), **font, "overlay": False})
        if wanted.kind == "bar":
            chart.set_y_axis({"reverse": True})
        chart.set_legend({"none": True} if len(wanted.values) == 1 and wanted.kind != "pie" else {"position": "bottom"})
        chart.set_size({"width": 640, "height": 340})
        sheet.insert_chart(HEAD_ROW + number * 18, len(columns) + 1, chart)


def _letters(place):
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

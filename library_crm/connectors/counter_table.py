"""COUNTER reports as tables: a block of header lines, an empty line, the names of the columns, the rows."""

import codecs
import csv
import io
import re
from dataclasses import dataclass, field

from ..lib import import_encoding
from . import xlsx_file
from .counter_messages import CounterRefused
from .counter_months import read_month
from .csv_file import guarded
from .messages import FileRefused

REASON = "refused_because"
TITLES = ("title", "database", "item")
HEAD_LINES = 40
TOTAL = "reporting_period_total"
CELL = 10_000
_GUARD = re.compile(r"'+(?=[=+\-@\t\r])")
_NUMBER = re.compile(r"\d{1,9}")
_THOUSANDS = re.compile(r"\d{1,3}([,' \u00a0\u202f]\d{3}){1,2}")


@dataclass
class Row:
    """A row of a report: values by the name of their column, counts by month, and its cells as they came."""

    line: int
    values: dict
    months: dict
    cells: list
    total: int | None = None
    problem: tuple | None = None
    identity: tuple = field(default=())

    def get(self, name):
        """The text in a column; empty when the report has no such column."""
        return self.values.get("metric_type" if name == "metric" else name) or ""

    @property
    def title(self):
        return next((self.values[name] for name in TITLES if self.values.get(name)), "")


def read(data):
    """Take a table apart.

    :return: (header by name, columns, Rows); see counter_report.build
    :raise CounterRefused: when it is no report
    """
    lines = _workbook_lines(data) if data[:2] == b"PK" else _text_lines(data)
    head, columns = {"_lines": []}, None
    for line, cells in lines:
        names = [_name(cell) for cell in cells]
        if "metric_type" in names:
            columns = cells
            break
        if line > HEAD_LINES:
            break
        if cells and cells[0].strip():
            head["_lines"].append(cells[:2])
            head[names[0]] = cells[1].strip() if len(cells) > 1 else ""
    if columns is None:
        raise CounterRefused("not_counter")
    _complete(head)
    return head, *_rows(head, columns, lines)


def _complete(head):
    """Filters as a dict, the period as two dates, in place."""
    filters = _pairs(head.get("report_filters"))
    period = _pairs(head.get("reporting_period"))
    days = re.findall(r"\d{4}-\d{2}-\d{2}", head.get("reporting_period") or "")
    head["begin_date"] = period.get("begin_date") or (days[0] if days else "")
    head["end_date"] = period.get("end_date") or (days[-1] if days else "")
    head["report_filters"] = filters


def _pairs(text):
    """`a=b; c=d` as a dict with lower names."""
    parts = (part.partition("=") for part in (text or "").split(";"))
    return {_name(name): value.strip() for name, mark, value in parts if mark}


def _name(cell):
    return re.sub(r"[\s:]+", "_", cell.strip().strip(":")).casefold()


def _rows(head, columns, lines):
    """(columns, Rows) of the lines below the header."""
    while columns and not columns[-1].strip():
        columns = columns[:-1]
    names = [_name(cell) for cell in columns]
    months = {place: read_month(columns[place]) for place, name in enumerate(names)}
    months = {place: month for place, month in months.items() if month}
    if not months:
        raise CounterRefused("no_months")
    head["_is_correction"] = REASON in names
    kept = [place for place, name in enumerate(names) if name != REASON]
    return [columns[place] for place in kept], _each_row(names, months, kept, lines)


def _each_row(names, months, kept, lines):
    for line, cells in lines:
        cells = [_GUARD.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in cells]
        if not any(cell.strip() for cell in cells):
            continue
        problem = None
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if len(cells) > len(names):
            problem = ("too_many_columns", {"found": len(cells), "expected": len(names)})
        cells += [""] * (len(names) - len(cells))
        values = {
            name: " ".join(cells[place][:CELL].split()) for place, name in enumerate(names) if place not in months
        }
        counts = {}
        for place, month in months.items():
            number = _number(cells[place])
            if number is None:
                problem = problem or ("bad_count", {"value": cells[place][:40], "month": f"{month:%Y-%m}"})
            else:
                counts[month] = counts.get(month, 0) + number
        identity = tuple(value for name, value in values.items() if name not in (TOTAL, REASON))
        total = _number(values[TOTAL]) if values.get(TOTAL) else None
        yield Row(line, values, counts, [cells[place] for place in kept], total, problem, identity)


def _number(text):
    """A whole number, an empty cell as none; None for anything else."""
    text = text.strip()
    if not text:
        return 0
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"\D", "", text)
    return int(text) if _NUMBER.fullmatch(text) else None


def _workbook_lines(data):
    """(line, cells) of a workbook."""
    try:
        yield from xlsx_file.rows(data)
    except FileRefused as error:
        raise CounterRefused("broken_xlsx") from error


def _text_lines(data):
    """(line, cells) of a text, with tabulators or commas or what its country's spreadsheets put between."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise CounterRefused("old_xls")
    text = _decode(data)
    separator = _separator(text, [match.start() for match in re.finditer("metric_type", text, re.IGNORECASE)] or [0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [cell.replace("\0", "") for cell in cells]
    except csv.Error as error:
        raise CounterRefused("not_counter") from error


def _separator(text, places):
    """What stands between the cells of the line that names the columns."""
    lines = [text[text.rfind("\n", 0, place) + 1:_end(text, place)] for place in places[:20]]
    counts = {mark: max(line.count(mark) for line in lines) for mark in "\t,;"}
    return max(counts, key=counts.get)


def _end(text, place):
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _decode(data):
    lines = [line for line in data.splitlines()[:5000] if not line.isascii()]
    codec, _foreign = import_encoding.detect(data[:4096], lines)
    return data.decode(codec, "replace").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def write_refused(report, sentences):
    """The refused rows as a file that can be read again: the same header, the columns, and why.

    :param report: counter_report.Report
    :param list sentences: the reason of each refused row, in the reader's language
    :return: bytes, UTF-8 with a mark, separated by tabulators
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\r\n")
    for cells in report.head:
        writer.writerow([guarded(cell) for cell in cells])
    writer.writerow([])
    writer.writerow([*report.columns, REASON])
    for refusal, reason in zip(report.refused, sentences, strict=True):
        writer.writerow([guarded(str(cell)) for cell in [*refusal.cells, reason]])
    return codecs.BOM_UTF8 + out.getvalue().encode("utf-8", "replace")

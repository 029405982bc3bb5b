"""Writes refused rows back as their source came: the same header, separator and encoding, and a column of reasons."""

import codecs
import csv
import io
import os

from .csv_file import guarded
from .messages import Refused

REASON = "refused_because"
_XLSX_CELL = 32_767


def write(file, facts, refused):
    """See table_file.write_refused."""
    rows = (_cells(each, facts) for each in refused)
    if isinstance(file, (str, os.PathLike)):
        with open(file, "wb") as stream:
            _write(stream, facts, rows)
    else:
        _write(file, facts, rows)


def _write(stream, facts, rows):
    if facts.kind == "xlsx":
        _write_xlsx(stream, facts, rows)
    else:
        _write_csv(stream, facts, rows)


def _header(facts):
    """The header as it stood in the file, without an older column of reasons."""
    return [raw for raw, name in zip(facts.raw_header, facts.header, strict=True) if name != REASON]


def _cells(each, facts):
    """The cells of a row with the reason in its column."""
    raw, reason = (each.raw, str(each)) if isinstance(each, Refused) else each
    names = [name for name in facts.header if name != REASON]
    if isinstance(raw, dict):
        cells = ["" if raw.get(name) is None else str(raw[name]) for name in names]
    else:
        cells = [str(cell) for place, cell in enumerate(raw)
                 if place >= len(facts.header) or facts.header[place] != REASON]
    return cells + [""] * (len(names) - len(cells)) + [reason]


def _write_csv(stream, facts, rows):
    encoding = facts.encoding or "utf-8-sig"
    lines = io.BytesIO()
    for line in _lines(facts, rows):
        try:
            lines.write(line.encode(_body(encoding)))
        except UnicodeEncodeError:
            # one character that the encoding lacks: the whole file in one that has them all
            done = lines.getvalue().decode(_body(encoding))
            encoding, lines = "utf-8-sig", io.BytesIO()
            lines.write((done + line).encode("utf-8", "replace"))
    stream.write({"utf-8-sig": codecs.BOM_UTF8, "utf-16": codecs.BOM_UTF16_LE}.get(encoding, b""))
    stream.write(lines.getvalue())


def _body(encoding):
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def _lines(facts, rows):
    """Rows as text, header first; read as they were meant by a spreadsheet and by us."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=facts.separator or ",", quotechar='"', lineterminator="\r\n")
    writer.writerow([*_header(facts), REASON])
    yield out.getvalue()
    for cells in rows:
        out.seek(0)
        out.truncate()
        writer.writerow([guarded(cell) for cell in cells])
        yield out.getvalue()


def _write_xlsx(stream, facts, rows):
    import xlsxwriter

    book = xlsxwriter.Workbook(stream, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet((facts.sheet or "Sheet1")[:31])
    for column, cell in enumerate([*_header(facts), REASON]):
        sheet.write_string(0, column, cell)
    for line, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells[:16_384]):
            if cell:
                sheet.write_string(line, column, cell[:_XLSX_CELL])
    book.close()

"""Reads a workbook's first sheet row by row, after a look at what unpacking it would cost."""

import re
import warnings
import zipfile
from datetime import date, datetime, time

from ..lib import import_dates
from .csv_file import CELL_LIMIT, cut
from .csv_inspect import clean_header, date_warnings
from .csv_source import opened
from .messages import FileRefused, Message, Refused

UNPACKED_LIMIT = 200_000_000
STRINGS_LIMIT = 80_000_000  # the shared strings are held in memory
RATIO_LIMIT = 200
_SMALL = 1_000_000  # below it no ratio is suspicious
_MOST_PARTS = 5000
LAST_ROW = 1_048_576  # of a sheet in the format's own rules; a part may claim more
_SAMPLE_ROWS = 3000
_VALUES = (b"<v>", b"<v ", b"<t>", b"<t ", b":v>", b":t>")
_ROW = re.compile(rb'<row [^>]{0,150}?\br="(\d{1,9})"')
_UNSAFE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


def look(file):
    """Facts about a workbook, as a dict of FileFacts' arguments.

    :raises FileRefused: when it is none, is damaged, or would cost too much
    """
    with opened(file) as stream, _workbook(stream) as (book, parts):
        sheet, others = _sheet(book)
        last, filled = _extent(parts, sheet)
        rows = _rows(sheet, last)
        header_line, raw_header = next(((line, row) for line, row in rows if any(row)), (0, []))
        while raw_header and not raw_header[-1]:
            raw_header.pop()
        if not raw_header:
            raise FileRefused("empty_file")
        header = clean_header(raw_header)
        samples = [[] for _name in header]
        for _each, (_line, row) in zip(range(_SAMPLE_ROWS), rows, strict=False):
            for cells, cell in zip(samples, row, strict=False):
                cells.append(cell)
        found = [Message("other_sheets", {"sheet": sheet.title, "others": others})] if others else []
        title = sheet.title
    date_format, other = import_dates.detect(samples)
    return {
        "kind": "xlsx", "encoding": None, "separator": None, "quote": None, "header": header,
        "raw_header": raw_header, "date_format": date_format, "date_ambiguous": other is not None,
        "row_estimate": max(filled - 1, 0), "data_line": header_line + 1, "sheet": title,
        "warnings": found + date_warnings(date_format, other),
    }


def chunks(file, facts, wanted, size, first_line):
    """Yields (line after the piece, frame, refused)."""
    places = [place for place, name in enumerate(facts.header) if name in set(wanted)]
    names = [facts.header[place] for place in places]
    kept, lines, refused, last = [], [], [], first_line - 1
    with opened(file) as stream, _workbook(stream) as (book, parts):
        sheet = _named(book, facts.sheet)
        for line, row in _rows(sheet, _extent(parts, sheet)[0]):
            if line < first_line or not any(row):
                continue
            last = line
            refusal = _refusal(line, row, facts, places)
            if refusal:
                refused.append(refusal)
            else:
                row += [""] * (len(facts.header) - len(row))
                kept.append([row[place] for place in places])
                lines.append(line)
            if len(kept) >= size or len(refused) >= size:
                yield last + 1, _frame(kept, lines, names), refused
                kept, lines, refused = [], [], []
    if kept or refused:
        yield last + 1, _frame(kept, lines, names), refused


def rows(file):
    """Yields (line, cells as text) of the first sheet, whatever stands above its table.

    :raises FileRefused: when it is no workbook, is damaged, or would cost too much
    """
    with opened(file) as stream, _workbook(stream) as (book, parts):
        sheet = _sheet(book)[0]
        yield from _rows(sheet, _extent(parts, sheet)[0])


def _frame(kept, lines, names):
    import pandas as pd

    return pd.DataFrame(kept, columns=names, index=pd.Index(lines, dtype="int64"), dtype=object)


def _refusal(line, row, facts, places):
    width = len(facts.header)
    while len(row) > width and not row[-1]:
        row.pop()
    code = params = None
    if len(row) > width:
        code, params = "too_many_columns", {"found": len(row), "expected": width}
    for place, cell in enumerate(row):
        if code is None and len(cell) > CELL_LIMIT:
            code = "cell_too_long"
            params = {"column": facts.header[place], "found": len(cell), "limit": CELL_LIMIT}
    if code is None:
        return None
    seen = set(places)
    return Refused(line, code, params, cut([
        cell if place in seen or place >= width else "" for place, cell in enumerate(row)]))


class _workbook:
    """Opens a workbook after looking at its parts; whatever goes wrong inside is a FileRefused."""

    def __init__(self, stream):
        self.stream = stream
        self.book = None

    def __enter__(self):
        import openpyxl

        try:
            parts = zipfile.ZipFile(self.stream)
            _check_parts(parts)
            self.caught = warnings.catch_warnings()
            self.caught.__enter__()
            warnings.simplefilter("ignore")
            self.stream.seek(0)
            self.book = openpyxl.load_workbook(self.stream, read_only=True, data_only=True, keep_links=False)
        except FileRefused:
            raise
        except Exception as error:  # a damaged workbook fails in openpyxl in any way there is
            raise FileRefused("broken_xlsx") from error
        return self.book, parts

    def __exit__(self, kind, error, _trace):
        self.caught.__exit__(None, None, None)
        self.book.close()
        if isinstance(error, Exception) and not isinstance(error, FileRefused):
            raise FileRefused("broken_xlsx") from error


def _check_parts(parts):
    """Refuse what is no workbook, or one that would unpack to more than it should.

    The sizes of the directory can be trusted: reading a part stops at the size that it declares.
    """
    infos = parts.infolist()
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= {info.filename for info in infos}:
        raise FileRefused("not_a_table")
    if any(info.flag_bits & 1 for info in infos):
        raise FileRefused("encrypted")
    total, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    ratio = max([total // max(packed, 1) if total > _SMALL else 0]
                + [info.file_size // max(info.compress_size, 1) for info in infos if info.file_size > _SMALL])
    if ratio > RATIO_LIMIT or len(infos) > _MOST_PARTS:
        raise FileRefused("xlsx_bomb", {"ratio": ratio})
    strings = sum(info.file_size for info in infos if info.filename.lower().endswith("sharedstrings.xml"))
    for size, limit in ((total, UNPACKED_LIMIT), (strings, STRINGS_LIMIT)):
        if size > limit:
            raise FileRefused("xlsx_too_large", {"size": size // 1_000_000, "limit": limit // 1_000_000})
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            with parts.open(info) as part:
                head = part.read(4096)
            if _UNSAFE.search(head) or head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:64]:
                raise FileRefused("xlsx_unsafe")


def _sheet(book):
    """The first visible sheet of cells, and how many more there are."""
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    if not sheets:
        raise FileRefused("empty_file")
    return sheets[0], len(sheets) - 1


def _named(book, title):
    return next((sheet for sheet in book.worksheets if sheet.title == title), None) or _sheet(book)[0]


def _extent(parts, sheet):
    """The last line of a sheet that holds a value, and about how many do; told from its bytes, without reading cells.

    A sheet may have a million rows, empty or merely painted, below its data.
    """
    last, row, count, rest = 0, 0, 0, b""
    try:
        with parts.open(sheet._worksheet_path.lstrip("/")) as part:
            while piece := part.read(1 << 20):
                count += (rest[-5:] + piece).count(b"</row>")
                piece = rest + piece
                value = max(piece.rfind(tag) for tag in _VALUES)
                begun = _row_number(piece, value) if value >= 0 else None
                last = (begun or row or last) if value >= 0 else last
                row = _row_number(piece, len(piece)) or row
                rest = piece[-200:]
    except (KeyError, AttributeError):
        return LAST_ROW, 0
    return (last or LAST_ROW), min(count, last or count)


def _row_number(piece, end):
    """The number of the last row that begins before a place; None when it does not say."""
    place = piece.rfind(b"<row ", 0, end)
    found = _ROW.match(piece, place) if place >= 0 else None
    return int(found[1]) if found else None


def _rows(sheet, last=LAST_ROW):
    """Yields (line, cells as text) of rows that are not empty, up to a last line."""
    # a sheet may claim a million rows of sixteen thousand cells: only what is there counts
    sheet.reset_dimensions()
    for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if line > min(last, LAST_ROW):
            return
        if row and any(cell is not None for cell in row):
            yield line, [_text(cell) for cell in row]


def _text(cell):
    """A cell as somebody would type it: whole numbers without a point, dates in ISO."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)

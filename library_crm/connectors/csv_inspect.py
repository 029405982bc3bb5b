"""What a text table is: its encoding, separator, header and dates, told from samples all over the file."""

import csv
import io
import os
import re
import unicodedata

from ..lib import import_dates, import_encoding
from .csv_scan import quoting
from .csv_source import BLOCK, LineBlocks, opened
from .messages import FileRefused, Message

SEPARATORS = (",", ";", "\t", "|")
COLUMN_LIMIT = 200
_HIGH = re.compile(rb"[\x80-\xff]")
_MOST_HIGH_LINES = 2000
_PLACES = 16  # where samples are taken
_SAMPLE = 64 * 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def look(file):
    """Facts about a text table, as a dict of FileFacts' arguments.

    :raises FileRefused: when it is none
    """
    with opened(file) as stream:
        head = stream.read(_SAMPLE)
        if not head.strip(b"\0\r\n\t ,;"):
            raise FileRefused("empty_file")
        feeds, high = _survey(stream)
        encoding, foreign = import_encoding.detect(head, high)
        wide = encoding.startswith("utf-16")
        if not wide and len(_CONTROL.findall(head)) * 20 > len(head):
            raise FileRefused("not_a_table")
        stream.seek(0)
        first = _head_lines(stream, encoding)
        if re.match(r"\s*(<!doctype html|<html|<\?xml|<table)", first[:200], re.IGNORECASE):
            raise FileRefused("html_page")
        separator, hinted = _separator(first)
        quote = _quote(first, separator)
        raw_header, header_line, data_line = _header(first, separator, quote, hinted)
        header = clean_header(raw_header)
        samples = _samples(stream, encoding, separator, quote, len(header))
    date_format, other = import_dates.detect(samples)
    warnings = []
    if foreign:
        warnings.append(Message("mixed_encodings", {"rows": foreign, "encoding": encoding}))
    warnings += date_warnings(date_format, other)
    return {
        "kind": "csv", "encoding": encoding, "separator": separator, "quote": quote, "header": header,
        "raw_header": raw_header, "date_format": date_format, "date_ambiguous": other is not None,
        "row_estimate": max(feeds - data_line + 1, 0), "data_line": data_line, "warnings": warnings,
    }


def date_warnings(chosen, other):
    """Says that dates can be read in two ways."""
    return [Message("ambiguous_dates", {"chosen": _shown(chosen), "other": _shown(other)})] if other else []


def _shown(form):
    for letter, word in (("%Y", "yyyy"), ("%m", "mm"), ("%d", "dd")):
        form = form.replace(letter, word)
    return form


def clean_header(cells):
    """Names by which columns are known: without blanks, byte-order mark and full-width forms; never empty or twice.

    :raises FileRefused: too_many_header_columns, duplicate_column
    """
    if len(cells) > COLUMN_LIMIT:
        raise FileRefused("too_many_header_columns", {"found": len(cells), "limit": COLUMN_LIMIT})
    names, seen = [], set()
    for place, cell in enumerate(cells, 1):
        name = " ".join(unicodedata.normalize("NFKC", cell.replace("\ufeff", "").replace("\0", "")).split())[:200]
        name = name.lstrip("'") if name[:1] == "'" else name
        name = name or f"column {place}"
        if name.lower() in seen:
            raise FileRefused("duplicate_column", {"column": name})
        seen.add(name.lower())
        names.append(name)
    return names


def _survey(stream):
    """The number of line ends, and lines with bytes above ASCII from all over the file."""
    stream.seek(0)
    feeds, returns, lines, last = 0, 0, [], b""
    while piece := stream.read(BLOCK):
        feeds += piece.count(b"\n")
        returns += piece.count(b"\r")
        if len(lines) < _MOST_HIGH_LINES and not piece.isascii():
            lines += _high_lines(piece)
        last = piece
    if not lines and not last.isascii():
        stream.seek(0)
        piece = stream.read(BLOCK).removeprefix(b"\xef\xbb\xbf")
        lines = [_whole(line) for line in piece.splitlines() if not line.isascii()][:50]
    ends = feeds or returns
    return ends + (not last.endswith((b"\n", b"\r", b"\n\0", b"\r\0")) if last else 0), lines


def _high_lines(piece):
    """Some lines of a piece with bytes above ASCII; not its first and last one, which may be cut in a character."""
    lines, at = [], 0
    while len(lines) < 50 and (found := _HIGH.search(piece, at)):
        begin, end = piece.rfind(b"\n", 0, found.start()), piece.find(b"\n", found.start())
        if end < 0:
            break
        if begin >= 0:
            lines.append(_whole(piece[begin + 1:end].rstrip(b"\r")))
        at = end
    return lines


def _whole(line):
    """A long line cut at a byte of ASCII, so that no character is cut."""
    if len(line) <= 4000:
        return line
    end = 4000
    while end and line[end] > 127:
        end -= 1
    return line[:end]


def _head_lines(stream, encoding):
    """The beginning of the file as text."""
    size, pieces = 0, []
    for _number, block in LineBlocks(stream, encoding, block=_SAMPLE):
        pieces.append(block)
        size += len(block)
        if size >= _SAMPLE:
            break
    return b"".join(pieces)[:4 * _SAMPLE].decode("utf-8", "replace")


def _rows(text, separator, quote, limit):
    """The first rows of a text, blank ones included; whatever its quotation marks do."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=quote or '"',
                        quoting=quoting(quote))
    rows = []
    try:
        for row in reader:
            rows.append((row, reader.line_num))
            if len(rows) >= limit:
                break
    except csv.Error:
        pass
    return rows


def _separator(text):
    """The separator, and whether a first line names it (`sep=;`, as spreadsheets write)."""
    hint = re.match(r"\ufeff?\"?sep=([,;\t|])\"?\s*\n", text, re.IGNORECASE)
    if hint:
        return hint[1], True

    def steadiness(separator):
        rows = [row for row, _line in _rows(text, separator, '"', 60) if any(row)]
        if not rows or len(rows[0]) < 2:
            return (0, 0)
        width = len(rows[0])
        return (sum(len(row) == width for row in rows) / len(rows), width)

    return max(SEPARATORS, key=steadiness), False


def _quote(text, separator):
    """The quotation mark; None when it never stands where one would."""
    if '"' not in text:
        return '"'
    edge = re.escape(separator)
    begins = len(re.findall(rf'(?:^|{edge})"', text[:_SAMPLE], re.MULTILINE))
    return '"' if begins * 4 >= text[:_SAMPLE].count('"') * 0.5 or begins > 3 else None


def _header(text, separator, quote, hinted):
    """The header's cells, its line, and the line after it."""
    before = 0
    for row, line in _rows(text, separator, quote, 100):
        if hinted and before == 0:
            before = line
        elif any(cell.strip() for cell in row):
            return row, before + 1, line + 1
        else:
            before = line
    raise FileRefused("not_a_table" if text.strip("\ufeff\r\n\t ,;|\"") else "empty_file")


def _samples(stream, encoding, separator, quote, width):
    """Cells by column, from several places in the file."""
    stream.seek(0, os.SEEK_END)
    size = stream.tell()
    columns = [[] for _each in range(width)]
    for place in range(_PLACES):
        offset = place * size // _PLACES
        if place and size <= _SAMPLE:
            break
        stream.seek(offset - offset % 2)
        piece = io.BytesIO(stream.read(_SAMPLE))
        codec = "utf-16-le" if encoding == "utf-16" and place else encoding
        text = b"".join(block for _number, block in LineBlocks(piece, codec)).decode("utf-8", "replace")
        # the first line may be the header or half a row, the last one half a row
        for row, _line in _rows(text.partition("\n")[2], separator, quote, 400):
            if len(row) == width:
                for cells, cell in zip(columns, row, strict=True):
                    cells.append(cell)
    return columns

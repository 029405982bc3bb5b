"""Where the rows of a text table begin and end, and how many columns each has; by arithmetic on bytes.

The parser of pandas fills up short rows in silence and stops at long ones. So the rows are counted first, which costs a
fifth of parsing; what reaches the parser has the right number of columns, and what does not is reported row by row.
"""

import csv
import io
from dataclasses import dataclass
from typing import Any

LONGEST_RECORD = 1 << 18  # bytes; a quotation mark that swallows more was never closed
MOST_LINES = 100  # of one record


@dataclass
class Rows:
    """The rows of a block: arrays of where they start and end (without the line feed), their columns and lines.

    `used` bytes of the block were rows; the rest is the beginning of a row that goes on in the next block.
    """

    starts: Any
    ends: Any
    columns: Any
    lines: Any
    used: int
    lines_used: int


def scan(block, separator, quote, first_line):
    """Find the rows of a block of whole lines; None when its quotation marks are irregular.

    :param bytes block: UTF-8, ends in a line feed
    :param str separator: one ASCII character
    :param quote: one ASCII character or None
    """
    import numpy as np

    data = np.frombuffer(block, dtype=np.uint8)
    feeds = np.flatnonzero(data == 10)
    marks = np.flatnonzero(data == ord(separator))
    inner = 0
    if quote and quote.encode() in block:
        quotes = np.flatnonzero(data == ord(quote))
        if not _regular(data, quotes, ord(separator), ord(quote)):
            return None
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
        outer = np.searchsorted(quotes, feeds) % 2 == 0
        inner = len(feeds) - int(outer.sum())
        numbers = np.flatnonzero(outer) if inner else None
        feeds = feeds[outer]
    if not len(feeds):
        empty = np.zeros(0, dtype=np.int64)
        return Rows(empty, empty, empty, empty, 0, 0)
    starts = np.concatenate(([0], feeds[:-1] + 1))
    upto = np.searchsorted(marks, feeds)
    columns = np.diff(upto, prepend=0) + 1
    if inner:
        lines = np.concatenate(([0], numbers[:-1] + 1)) + first_line
        lines_used = int(numbers[-1]) + 1
    else:
        lines = np.arange(first_line, first_line + len(feeds))
        lines_used = len(feeds)
    return Rows(starts, feeds, columns, lines, int(feeds[-1]) + 1, lines_used)


def _regular(data, quotes, separator, quote):
    """Whether every opening mark stands at the beginning of a cell and every closing one at its end."""
    import numpy as np

    opening, closing = quotes[0::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    good = (opening == 0) | (before == separator) | (before == 10) | (before == quote)
    if not good.all():
        return False
    after = data[np.minimum(closing + 1, len(data) - 1)]
    return bool(((after == separator) | (after == 10) | (after == quote)).all())


class _Unclosed(Exception):
    pass


class _Lines:
    """Lines for csv.reader that notices a record without an end."""

    def __init__(self, lines, last):
        self.lines, self.last = lines, last
        self.start = self.at = self.size = 0

    def begin(self, at):
        """Go on with a record that starts at line `at`."""
        self.start = self.at = at
        self.size = 0

    def __iter__(self):
        return self

    def __next__(self):
        taken = self.at - self.start
        if taken >= MOST_LINES or self.size > LONGEST_RECORD:
            raise _Unclosed
        if self.at >= len(self.lines):
            raise _Unclosed if self.last else EOFError
        line = self.lines[self.at] + "\n"
        self.at += 1
        self.size += len(line)
        return line


def read_slowly(block, separator, quote, first_line, last):
    """The rows of a block with irregular quotation marks, one by one.

    :param bool last: whether the file ends with this block
    :return: ([(line, cells or None when a mark is never closed, text)], count of lines used, rest of the block)
    """
    lines = block.decode("utf-8", "replace").split("\n")[:-1]
    source = _Lines(lines, last)
    rows, at = [], 0
    while at < len(lines):
        source.begin(at)
        # strict: a mark that closes in the middle of a cell would join two rows
        reader = csv.reader(source, delimiter=separator, quotechar=quote or '"', quoting=quoting(quote), strict=True)
        try:
            cells = next(reader)
        except EOFError:
            break
        except (_Unclosed, csv.Error):
            cells, source.at = None, at + 1
        rows.append((first_line + at, cells, "\n".join(lines[at:source.at])))
        at = source.at
    rest = "".join(line + "\n" for line in lines[at:]).encode("utf-8", "replace")
    return rows, at, rest


def quoting(quote):
    """The csv module's name for files with or without quotation marks."""
    return csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE


def cells_of(text, separator, quote):
    """The cells of one row as well as they can be told."""
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=quote or '"',
                          quoting=quoting(quote))
        return next(rows, [])
    except csv.Error:
        return text.split(separator)


def line_of(cells, separator, quote):
    """One row as regular text."""
    out = io.StringIO(newline="")
    if quote:
        csv.writer(out, delimiter=separator, quotechar=quote, lineterminator="\n").writerow(cells)
    else:
        out.write(separator.join(cells) + "\n")
    return out.getvalue()

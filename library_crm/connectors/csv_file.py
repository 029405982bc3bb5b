"""Reads a text table in pieces: rows are counted and checked first, then parsed by pandas at its full speed."""

import io
import re

from . import csv_cells, csv_scan
from .csv_source import STRAY, LineBlocks, opened
from .messages import Refused

CELL_LIMIT = 64 * 1024
RAW_LIMIT = 20_000  # characters of a refused row that are kept
# columns whose values are not read at all, whoever asks: the parser passes over their cells
NEVER_READ = frozenset({
    "password", "passwd", "pwd", "passwort", "密码", "密碼", "overdrive_auth_token", "secret", "2fa_secret",
    "ethnicity", "ethnotes",
})
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class _Rows:
    """Good rows of a block, in the order of the file: bytes, where each row ends, its line and the line after it."""

    def __init__(self, block, starts, ends, lines, nexts):
        self.block, self.starts, self.ends, self.lines, self.nexts = block, starts, ends, lines, nexts

    def __len__(self):
        return len(self.starts)

    def part(self, begin, end):
        return _Rows(self.block, self.starts[begin:end], self.ends[begin:end], self.lines[begin:end],
                     self.nexts[begin:end])

    def data(self):
        """The rows as one text, with a line feed after each."""
        import numpy as np

        if not len(self):
            return b""
        breaks = np.flatnonzero(self.starts[1:] != self.ends[:-1] + 1)
        begins = np.concatenate((self.starts[:1], self.starts[breaks + 1]))
        stops = np.concatenate((self.ends[breaks], self.ends[-1:]))
        return b"".join(self.block[begin:stop + 1] for begin, stop in zip(begins.tolist(), stops.tolist(), strict=True))


class CsvReader:
    """Reads one text table.

    :param facts: table_file.FileFacts
    """

    def __init__(self, facts, columns, categories):
        self.facts, self.width = facts, len(facts.header)
        wanted = facts.columns if columns is None else columns
        hidden = {place for place, name in enumerate(facts.header) if name.lower() in NEVER_READ}
        self.hidden = sorted(hidden)
        self.places = [place for place, name in enumerate(facts.header) if name in set(wanted) and place not in hidden]
        self.categories = set(categories)
        self.guarded = re.compile(rb"(?:^|[\n\"" + re.escape(facts.separator.encode()) + rb"])'+[=+\-@\t\r]")

    def chunks(self, file, size, first_line):
        """Yields (line after the piece, frame, refused)."""
        parts, refused, count, line = [], [], 0, first_line
        with opened(file) as stream:
            for rows, bad, after in self._batches(stream, first_line):
                refused += bad
                begin = 0
                while count + len(rows) - begin >= size:
                    end = begin + size - count
                    parts.append(rows.part(begin, end))
                    line, begin, count = int(rows.nexts[end - 1]), end, 0
                    now = [each for each in refused if each.line < line]
                    refused = refused[len(now):]
                    yield line, self._frame(parts), now
                    parts = []
                parts.append(rows.part(begin, len(rows)))
                count += len(rows) - begin
                line = after
                if len(refused) >= size:
                    yield line, self._frame(parts), refused
                    parts, refused, count = [], [], 0
        if count or refused:
            yield line, self._frame(parts), refused

    def _batches(self, stream, first_line):
        """Yields (good rows, refused rows, line after them)."""
        facts = self.facts
        blocks = LineBlocks(stream, facts.encoding, first_line)
        rest, at = b"", first_line
        for number, block in blocks:
            at = at if rest else number
            block = rest + block
            found = csv_scan.scan(block, facts.separator, facts.quote, at)
            if found is None or len(block) - found.used > csv_scan.LONGEST_RECORD:
                rows, bad, used, rest = self._slow(block, at, False, blocks.stray)
            else:
                rows, bad = self._checked(block, found, blocks.stray)
                used, rest = found.lines_used, block[found.used:]
            at += used
            yield rows, bad, at
        if rest:
            rows, bad, used, _rest = self._slow(rest, at, True, blocks.stray)
            yield rows, bad, at + used

    def _slow(self, block, at, last, stray):
        facts, bad, texts, lines, widths = self.facts, [], [], [], []
        found, used, rest = csv_scan.read_slowly(block, facts.separator, facts.quote, at, last)
        for line, cells, text in found:
            if cells is None and STRAY.decode() not in text:
                bad.append(self._refusal(line, "open_quote", {}, text.split(facts.separator)))
            elif cells is None or any(cells):
                texts.append(csv_scan.line_of(cells or [text], facts.separator, facts.quote))
                widths.append(len(cells or [text]))
                lines.append(line)
        rows, more = self._checked(*_as_block(texts, widths, lines, at + used), stray)
        return rows, sorted(bad + more, key=lambda each: each.line), used, rest

    def _checked(self, block, found, stray):
        """Good rows and refused ones of a block whose rows are known."""
        import numpy as np

        lengths = found.ends - found.starts
        nexts = np.append(found.lines[1:], found.lines[:1] * 0 + (found.lines[0] + found.lines_used
                                                                  if len(found.lines) else 0))
        blank = (lengths == 0) | (lengths == found.columns - 1)
        odd = ((found.columns != self.width) | (lengths > CELL_LIMIT)) & ~blank
        if b"\0" in block:
            nul = np.flatnonzero(np.frombuffer(block[:found.used], dtype=np.uint8) == 0)
            odd[np.searchsorted(found.ends, nul)] = True
        if not odd.any():
            keep = ~blank
            rows = (found.starts, found.ends, found.lines, nexts)
            return _Rows(block, *(rows if keep.all() else (each[keep] for each in rows))), []
        refused, mended = [], {}
        for place in np.flatnonzero(odd).tolist():
            text = block[found.starts[place]:found.ends[place]]
            outcome = self._examine(text.decode("utf-8", "replace"), int(found.lines[place]), stray)
            if isinstance(outcome, Refused):
                refused.append(outcome)
            else:
                mended[place] = outcome
        keep = ~(odd | blank)
        if mended:
            return _spliced(block, found, nexts, keep, mended), refused
        return _Rows(block, found.starts[keep], found.ends[keep], found.lines[keep], nexts[keep]), refused

    def _examine(self, text, line, stray):
        """A refusal, or the text of the row without the empty columns that it had too many."""
        facts = self.facts
        if STRAY.decode() in text:
            text = "\n".join(_readable(each, stray) for each in text.split("\n"))
            cells = csv_scan.cells_of(text, facts.separator, facts.quote)
            return self._refusal(line, "undecodable", {"encoding": facts.encoding}, cells)
        cells = csv_scan.cells_of(text, facts.separator, facts.quote)
        if "\0" in text:
            return self._refusal(line, "nul_byte", {}, [cell.replace("\0", "\ufffd") for cell in cells])
        while len(cells) > self.width and not cells[-1]:
            cells.pop()
        if len(cells) != self.width:
            code = "too_many_columns" if len(cells) > self.width else "too_few_columns"
            return self._refusal(line, code, {"found": len(cells), "expected": self.width}, cells)
        for name, cell in zip(facts.header, cells, strict=True):
            if len(cell) > CELL_LIMIT:
                params = {"column": name, "found": len(cell), "limit": CELL_LIMIT}
                return self._refusal(line, "cell_too_long", params, cells)
        return csv_scan.line_of(cells, facts.separator, facts.quote).encode("utf-8", "replace")

    def _refusal(self, line, code, params, cells):
        return Refused(line, code, params, self._kept(cells))

    def _kept(self, cells):
        """What is kept of a refused row: nothing of hidden columns, wherever they may have been moved, and no novel."""
        shift = len(cells) - self.width
        for place in self.hidden:
            for near in range(max(0, min(place, place + shift)), min(len(cells), max(place, place + shift) + 1)):
                cells[near] = ""
        return cut(cells)

    def _frame(self, parts):
        import numpy as np
        import pandas as pd

        data = b"".join(part.data() for part in parts)
        names = [self.facts.header[place] for place in self.places]
        if not data:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in names})
        frame = self._fast_frame(data) if self.categories else None
        if frame is None:
            frame = self._parsed(data)
        frame.columns = names
        frame.index = pd.Index(np.concatenate([part.lines for part in parts]))
        if b"'" in data and self.guarded.search(data):
            _unguard(frame)
        return frame

    def _fast_frame(self, data):
        """A frame without the parser; None when the rows do not allow it."""
        import pandas as pd

        cells = csv_cells.columns(data, self.width, self.places, self.facts.separator, self.facts.quote)
        if cells is None:
            return None
        columns = {}
        for place, column in cells.items():
            found = None
            if self.facts.header[place] in self.categories:
                found = csv_cells.moments(column, self.facts.date_format)
                found = csv_cells.category(column) if found is None else found
            columns[place] = csv_cells.texts(column) if found is None else found
        return pd.DataFrame(columns, columns=self.places, copy=False)

    def _parsed(self, data):
        import pandas as pd

        kinds = {place: "category" if self.facts.header[place] in self.categories else str for place in self.places}
        return pd.read_csv(
            io.BytesIO(data), header=None, names=range(self.width), index_col=False, usecols=self.places, dtype=kinds,
            sep=self.facts.separator, quotechar=self.facts.quote or '"', quoting=csv_scan.quoting(self.facts.quote),
            na_filter=False, engine="c", lineterminator="\n", skip_blank_lines=False, low_memory=False,
            encoding="utf-8", encoding_errors="replace")


def _unguard(frame):
    """Take away the apostrophe that keeps a spreadsheet from computing a cell."""
    for name in frame.columns:
        column = frame[name]
        if column.dtype == "category":
            texts = column.cat.categories
            if any(_GUARDED.match(text) for text in texts):
                frame[name] = column.astype(object).map(unguarded).astype("category")
        elif column.dtype == object and any(_GUARDED.match(text) for text in column.array if text[:1] == "'"):
            frame[name] = [unguarded(text) for text in column.array]


def unguarded(text):
    """The text of a cell without the apostrophe of `guarded`."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def guarded(text):
    """The text of a cell that no spreadsheet takes for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def cut(cells):
    """Cells up to a limit of characters in all."""
    if sum(map(len, cells)) + len(cells) <= RAW_LIMIT:
        return cells
    kept, left = [], RAW_LIMIT
    for cell in cells:
        if left <= 0:
            break
        kept.append(cell[:left])
        left -= len(cell) + 1
    return kept


def _readable(line, stray):
    """The text of a line that could not be decoded, in place of its mark."""
    mark, found, rest = line.partition(STRAY.decode())
    if not found:
        return line
    number = re.match(r"\d+", rest)
    return mark + stray.pop(int(number.group()), "") if number else line.replace("\0", "\ufffd")


def _as_block(texts, widths, lines, after):
    """A block and its rows, from the text of each."""
    import numpy as np

    rows = [text.encode("utf-8", "replace") for text in texts]
    stops = np.cumsum([len(row) for row in rows], dtype=np.int64)
    starts = stops - np.array([len(row) for row in rows], dtype=np.int64)
    lines = np.array(lines, dtype=np.int64)
    used = after - int(lines[0]) if len(lines) else 0
    widths, size = np.array(widths, dtype=np.int64), int(stops[-1]) if rows else 0
    return b"".join(rows), csv_scan.Rows(starts, stops - 1, widths, lines, size, used)


def _spliced(block, found, nexts, keep, mended):
    """Good rows with mended ones among them, in the order of the file."""
    import numpy as np

    keep = keep.copy()
    keep[list(mended)] = True
    places = np.flatnonzero(keep)
    texts = [mended.get(place) or block[found.starts[place]:found.ends[place] + 1] for place in places.tolist()]
    stops = np.cumsum([len(text) for text in texts])
    starts = np.concatenate(([0], stops[:-1]))
    return _Rows(b"".join(texts), starts, stops - 1, found.lines[places], nexts[places])

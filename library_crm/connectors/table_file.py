"""A table from a file, whatever wrote it: CSV of any separator and encoding, or XLSX.

`inspect` looks at a file once and says what it is; `chunks` reads it in pieces of constant size; `write_refused` writes
rows that were refused back in the source's own format, so that a corrected file can be read again.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from . import csv_file, csv_inspect, refused_file, xlsx_file
from .csv_file import NEVER_READ
from .csv_source import opened
from .messages import FileRefused, Message, Refused
from .refused_file import REASON

if TYPE_CHECKING:
    import pandas

_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"SQLite", b"{\\rtf")


@dataclass
class FileFacts:
    """What a file is; JSON both ways, so that it can be kept and corrected by a person.

    `header` holds the clean names that frames use as columns, `raw_header` the names as they stand in the file;
    `date_format` is a strptime pattern ("%d/%m/%Y") or None without dates; `date_ambiguous` when another fits as well;
    `row_estimate` is exact unless cells hold line breaks; `data_line` is the first line after the header.
    """

    kind: str
    encoding: str | None
    separator: str | None
    quote: str | None
    header: list[str]
    raw_header: list[str]
    date_format: str | None
    date_ambiguous: bool
    row_estimate: int
    data_line: int = 2
    warnings: list[Message] = field(default_factory=list)
    sheet: str | None = None

    @property
    def columns(self) -> list[str]:
        """The columns that are read when nobody asks for particular ones."""
        return [name for name in self.header if name.lower() not in NEVER_READ and name != REASON]

    def to_json(self) -> dict:
        """The facts as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict) -> "FileFacts":
        """Facts from what `to_json` gave."""
        return cls(**{**values, "warnings": [Message(**each) for each in values.get("warnings", ())]})


@dataclass
class Chunk:
    """A piece of a file.

    `frame` has the clean header as columns, `str` in every cell ("" for an empty one, never None or NaN) and the line
    of the file as index; `refused` are rows that could not be read; `next_line` is where `chunks` goes on after this
    piece (its argument `first_line`), to be stored together with what was made of the piece.
    """

    first_line: int
    next_line: int
    frame: "pandas.DataFrame"
    refused: list[Refused]


def inspect(file, name: str = "") -> FileFacts:
    """Look at a file without making anything of its rows.

    :param file: a path, bytes, or a binary file object that can seek
    :param name: its name, for what its ending claims
    :raises FileRefused: when nothing can be read from it
    """
    with opened(file) as stream:
        head = stream.read(8)
        if not head:
            raise FileRefused("empty_file")
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise FileRefused("encrypted" if _is_encrypted(stream) else "old_xls")
    if head.startswith(_OTHER):
        raise FileRefused("not_a_table")
    ending = name.lower().rpartition(".")[2]
    if head.startswith(b"PK"):
        facts = FileFacts(**xlsx_file.look(file))
        if ending in ("csv", "tsv", "txt"):
            facts.warnings.append(Message("not_csv"))
    else:
        facts = FileFacts(**csv_inspect.look(file))
        if ending in ("xlsx", "xlsm", "xls"):
            facts.warnings.append(Message("not_xlsx"))
    if not facts.row_estimate:
        facts.warnings.append(Message("no_rows"))
    hidden = [each for each in facts.header if each.lower() in NEVER_READ]
    facts.warnings += [Message("column_dropped", {"column": each}) for each in hidden]
    return facts


def facts_of_rows(header) -> FileFacts:
    """Facts for rows that came from no file, so that they can be written to one: CSV that a spreadsheet opens.

    :param header: the columns of the rows
    """
    return FileFacts(kind="csv", encoding="utf-8-sig", separator=",", quote='"', header=list(header),
                     raw_header=list(header), date_format=None, date_ambiguous=False, row_estimate=0)


def _is_encrypted(stream):
    """Whether an OLE file wraps an encrypted workbook: its directory names the wrapper."""
    stream.seek(0)
    name = "EncryptedPackage".encode("utf-16-le")
    rest = b""
    while piece := stream.read(1 << 20):
        if name in rest + piece:
            return True
        rest = piece[-len(name):]
    return False


def chunks(file, facts: FileFacts, size: int = 5000, columns=None, first_line: int = 2,
           categories=()) -> Iterator[Chunk]:
    """Read a file in pieces of `size` good rows (the last one smaller); memory does not grow with the file.

    :param facts: what `inspect` found, perhaps corrected (encoding, separator)
    :param columns: clean names to read; None reads all but NEVER_READ, which nobody gets
    :param first_line: where to start: 2, or `next_line` of a former piece; then every row after it follows, once
    :param categories: columns wanted in the form that is fastest to work on: pandas categories of strings, or
        datetime64[s] in a piece in which every cell is a moment of `facts.date_format` (or ISO) in fixed width
    :raises FileRefused: when the file turns out unreadable in the middle (a damaged workbook)
    """
    line = max(first_line, facts.data_line)
    wanted = [name for name in facts.columns if columns is None or name in set(columns)]
    if facts.kind == "xlsx":
        pieces = xlsx_file.chunks(file, facts, wanted, size, line)
    else:
        pieces = csv_file.CsvReader(facts, wanted, categories).chunks(file, size, line)
    for after, frame, refused in pieces:
        yield Chunk(line, after, frame, refused)
        line = after


def write_refused(file, facts: FileFacts, refused) -> None:
    """Write refused rows in the format of their source, with a last column that says why.

    The same header, separator and encoding (UTF-8 with BOM when that encoding cannot hold a character); cells that a
    spreadsheet would take for a formula get an apostrophe in front, which `chunks` takes away again. The column of
    reasons is skipped when the file is read.

    :param file: a path or a binary file object to write to
    :param refused: Refused objects, or (raw, sentence) pairs with translated sentences
    """
    refused_file.write(file, facts, refused)

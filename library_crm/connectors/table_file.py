"""A table from a file, whatever wrote it: CSV of any separator and encoding, or XLSX.

`inspect` looks at a file once and says what it is; `chunks` reads it in pieces of constant size; `write_refused` writes
rows that were refused back in the source's own format, so that a corrected file can be read again.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from .messages import Message, Refused

if TYPE_CHECKING:
    import pandas

# columns whose values are not read at all, whoever asks: their cells are skipped by the parser
NEVER_READ = frozenset({"password", "overdrive_auth_token", "ethnicity", "ethnotes", "secret", "2fa_secret"})


@dataclass
class FileFacts:
    """What a file is; JSON both ways, so that it can be kept and corrected by a person.

    `header` holds the clean names that frames use as columns, `raw_header` the names as they stand in the file;
    `date_format` is a strptime pattern ("%d/%m/%Y") or None without dates; `date_ambiguous` when another fits as well;
    `row_estimate` is exact unless cells hold line breaks.
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
    warnings: list[Message] = field(default_factory=list)
    sheet: str | None = None

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
    """Look at a file without reading it all.

    :param file: a path, bytes, or a binary file object that can seek
    :param name: its name, for what its ending claims
    :raises FileRefused: when nothing can be read from it
    """


def chunks(file, facts: FileFacts, size: int = 5000, columns=None, first_line: int = 2, categories=()) -> Iterator[Chunk]:
    """Read a file in pieces of `size` good rows (the last one smaller); memory does not grow with the file.

    :param facts: what `inspect` found, perhaps corrected (encoding, separator)
    :param columns: clean names to read; None reads all but NEVER_READ
    :param first_line: where to start: 2, or `next_line` of a former piece; then the same pieces follow as before
    :param categories: columns with few different values, read as pandas categories: several times faster
    :raises FileRefused: when the file turns out unreadable in the middle (a damaged workbook)
    """


def write_refused(file, facts: FileFacts, refused) -> None:
    """Write refused rows in the format of their source, with a last column that says why.

    The same header, separator and encoding (UTF-8 with BOM when that encoding cannot hold a character); cells that a
    spreadsheet would take for a formula get an apostrophe in front, which `chunks` takes away again. The column of
    reasons is skipped when the file is read.

    :param file: a path or a binary file object to write to
    :param refused: Refused objects, or (raw, sentence) pairs with translated sentences
    """

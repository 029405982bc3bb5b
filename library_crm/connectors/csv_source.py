"""The bytes of a text table as blocks of whole lines in UTF-8, with the lines that cannot be decoded set aside."""

import codecs
import io
import os
from contextlib import contextmanager

from ..lib.import_encoding import is_stray_utf8, read_anyhow
from .messages import FileRefused

BLOCK = 1 << 20
LONGEST_LINE = 4 << 20  # a line longer than this is cut: it is refused anyway
STRAY = b"\0stray "  # stands for a line that cannot be decoded; NUL makes sure that no good line looks like it


@contextmanager
def opened(file):
    """A binary file object at its beginning, of a path, bytes or a file object (which stays open).

    :raises FileRefused: file_gone
    """
    if isinstance(file, (bytes, bytearray, memoryview)):
        yield io.BytesIO(file)
    elif isinstance(file, (str, os.PathLike)):
        try:
            stream = open(file, "rb")  # noqa: SIM115 closed below
        except (OSError, ValueError) as error:
            raise FileRefused("file_gone") from error
        with stream:
            yield stream
    else:
        file.seek(0)
        yield file


class LineBlocks:
    """Iterates over (number of the first line, bytes): whole lines that end in a line feed, in UTF-8.

    `stray` keeps the readable text of each line that could not be decoded, by its number, until it is taken.

    :param stream: binary file object at its beginning
    :param encoding: codec of the file
    :param first_line: lines before it are passed over
    :raises FileRefused: unknown_encoding
    """

    def __init__(self, stream, encoding, first_line=1, block=BLOCK):
        self.stream, self.encoding, self.block = stream, encoding, block
        self.first_line = first_line
        self.stray = {}
        try:
            self.plain = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
            b"".decode(encoding)  # some codecs are not for text
        except (LookupError, TypeError, ValueError) as error:
            raise FileRefused("unknown_encoding", {"encoding": encoding}) from error

    def __iter__(self):
        number = 1
        for block in self._lines():
            count = block.count(b"\n")
            if number + count <= self.first_line:
                number += count
                continue
            if number < self.first_line:
                block = _without_lines(block, self.first_line - number)
                count -= self.first_line - number
                number = self.first_line
            yield number, self._decoded(block, number)
            number += count

    def _lines(self):
        """Blocks of whole lines, in the file's encoding if it keeps ASCII, else in UTF-8."""
        rest, first = b"", True
        for piece in self._pieces():
            if first:
                piece, first = piece.removeprefix(codecs.BOM_UTF8), False
            piece = rest + piece
            end = piece.rfind(b"\n") + 1
            if not end and len(piece) > LONGEST_LINE:
                piece = piece[:LONGEST_LINE] + b"\0"
            rest = piece[end:]
            if end:
                yield piece[:end]
        if rest:
            yield rest + b"\n"

    def _pieces(self):
        """Bytes as they come, with line feeds as the only line ends."""
        decoder = codecs.getincrementaldecoder(self.encoding)("replace") if self.encoding.startswith("utf-16") else None
        held = b""
        while piece := self.stream.read(self.block):
            if decoder:
                piece = decoder.decode(piece).encode("utf-8", "replace")
            piece = held + piece
            # a carriage return at the edge may belong to a line feed in the next piece
            held = b"\r" if piece.endswith(b"\r") else b""
            yield _unix(piece[:-1] if held else piece)
        if held:
            yield b"\n"

    def _decoded(self, block, number):
        if self.encoding.startswith("utf-16"):
            return block
        try:
            text = block.decode("utf-8" if self.plain else self.encoding)
            if self.plain:
                return block
            if not self._has_stray(block):
                return text.encode("utf-8")
        except UnicodeDecodeError:
            pass
        return b"".join(self._line(line, number + place) for place, line in enumerate(block.splitlines(keepends=True)))

    def _has_stray(self, block):
        return not block.isascii() and self.encoding.startswith(("gb", "big5")) and any(
            is_stray_utf8(line, self.encoding) for line in block.split(b"\n"))

    def _line(self, line, number):
        codec = "utf-8" if self.plain else self.encoding
        try:
            text = line.decode(codec)
            if not is_stray_utf8(line, codec):
                return line if self.plain else text.encode("utf-8")
        except UnicodeDecodeError:
            pass
        self.stray[number] = read_anyhow(line.rstrip(b"\n"), codec)
        return STRAY + str(number).encode() + b"\n"


def _unix(piece):
    if b"\r" not in piece:
        return piece
    if b"\n" in piece:
        return piece.replace(b"\r\n", b"\n")
    return piece.replace(b"\r", b"\n")


def _without_lines(block, count):
    """A block without its first `count` lines."""
    place = 0
    for _each in range(count):
        place = block.index(b"\n", place) + 1
    return block[place:]

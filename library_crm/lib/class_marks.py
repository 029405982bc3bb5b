"""The subject class of a call number or class mark, at the depth of the subjects we ship.

CLC gives a letter, or two within T (TP311.1/45 → TP); DDC and UDC-like numbers give a hundred (616-089/О771 → 600).
"""

import functools


@functools.lru_cache(maxsize=65536)
def parse(mark: str | None, prefer: str = "clc") -> tuple[str, str] | None:
    """The scheme ("clc" or "ddc") and the code of a mark's class, or None when it tells no class.

    :param mark: a call number or class mark as it stands on a book
    :param prefer: the scheme to believe for a mark that could be both
    """


def parse_many(marks, prefer: str = "clc"):
    """`parse` for a pandas Series (categories or strings): a frame with the columns scheme and code, same index."""

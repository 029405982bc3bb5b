"""A table of the population that a library serves: group, year, size."""

from typing import TYPE_CHECKING, NamedTuple

from .messages import Refused

if TYPE_CHECKING:
    import pandas


class Population(NamedTuple):
    """`rows`, indexed by line: affiliation_code, affiliation_name, type_code, age_from, age_to, branch_code (each a
    value or None; a group is what is given), year and size (int)."""

    rows: "pandas.DataFrame"
    refused: list[Refused]


def header_map(header) -> dict[str, str | None]:
    """For each column what it holds: affiliation_code, affiliation_name, type_code, age_band, branch_code, year, size;
    None for others. English, Chinese and German headers are known."""


def normalise(frame, *, mapping=None, seen=None) -> Population:
    """Make our rows.

    :param mapping: {column: what it holds} instead of `header_map`
    :param dict seen: groups met before in the same file, added to
    :raises FileRefused: missing_column (year, size)
    """

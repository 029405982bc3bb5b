"""A list of people who came to a course or an event and might become patrons; only with a lawful basis."""

from typing import TYPE_CHECKING, NamedTuple

from .messages import Refused

if TYPE_CHECKING:
    import pandas


class Prospects(NamedTuple):
    """`rows`, indexed by line: name, email (normalised), phone, event, date ("YYYY-MM-DD"), affiliation_code, basis
    ("consent", "contract", "public_task" or "legitimate_interest"); None where nothing is known, but never in name,
    email and basis."""

    rows: "pandas.DataFrame"
    refused: list[Refused]


def header_map(header) -> dict[str, str | None]:
    """For each column what it holds: name, firstname, surname, email, phone, event, date, affiliation_code, basis; None
    for others. English, Chinese and German headers are known."""


def normalise(frame, date_format=None, *, mapping=None, seen=None) -> Prospects:
    """Make our rows; whoever has no lawful basis is refused.

    :param mapping: {column: what it holds} instead of `header_map`
    :param dict seen: addresses met before in the same file, added to
    :raises FileRefused: missing_column (name, email, basis)
    """

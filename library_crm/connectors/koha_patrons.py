"""Patrons as Koha exports them: CSV by header name, or the REST API; the same rows come out of both.

`COLUMNS` says for every column of Koha what becomes of it.
"""

from typing import TYPE_CHECKING, NamedTuple

from .messages import Refused

if TYPE_CHECKING:
    import pandas


class Target(NamedTuple):
    """What becomes of a column: `kind` is field, identity, relation, part (of a composed value) or ignored.

    `name` is the column of our rows (none when ignored); `reason` why something is ignored.
    """

    kind: str
    name: str | None
    reason: str | None = None


class Normalised(NamedTuple):
    """Rows that were taken, rows that were not, and what was left out of rows that were taken.

    `rows` is a frame indexed by line. Every cell is None or a value that COPY takes as it is: dates are "YYYY-MM-DD",
    moments "YYYY-MM-DD HH:MM:SS" in UTC, booleans True/False, JSON is text. A column is there only if the source has
    it; None means that the source says nothing, so it must not overwrite. Columns are

    - fields of library.patron: name, honorific, other_names, preferred_name, pronouns, date_of_birth, gender,
      guardian_name, guardian_relation, contact_person, alternate_address, email, phone, street, street2, city, zip,
      lang, date_enrolled, date_expiry, date_renewed, date_last_seen, date_ils_updated, is_address_wrong, is_card_lost,
      is_restricted, date_restricted_until, restriction_note, ils_staff_note, ils_patron_note, statistics_1,
      statistics_2, ils_privacy ("0", "1", "2"), is_anonymised, ils_attributes (JSON text {code: value or [values]});
    - codes to look up: branch_code, type_code, affiliation_code, state_name, country_name;
    - identities: card, ils, sso (one value each); emails, phones (all of them, normalised, one a line, main one first);
    - surname, firstname (as they came).
    """

    rows: "pandas.DataFrame"
    refused: list[Refused]
    warnings: list[Refused]


def header_map(header) -> dict[str, Target]:
    """For each column of a header what becomes of it; unknown columns are ignored with the reason "unknown"."""


def missing_columns(header) -> list[str]:
    """Obligatory columns that a header lacks (Koha's CSV names)."""


def normalise(frame, date_format=None, *, mapping=None, required=None, timezone="UTC", seen=None) -> Normalised:
    """Make our rows of Koha's.

    :param frame: strings, columns as in a CSV header or as the REST API names them, indexed by line
    :param date_format: strptime pattern of the dates; ISO dates are understood beside it
    :param mapping: {column: Koha's name} for files of other systems; unmapped columns are ignored then
    :param required: Koha's names that each row must have a value in; (surname, branchcode, categorycode) when None
    :param timezone: IANA name of the zone in which moments without one are meant
    :param dict seen: {(column, value): line} of cards and numbers met before in the same file; it is added to, so that
        a card that stands twice is refused the second time across pieces
    """

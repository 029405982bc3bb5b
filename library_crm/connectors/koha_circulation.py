"""Uses of the library as Koha's statistics (CSV) or its checkouts (REST) tell them, as frames of events.

Titles, authors and bar codes do not get past this file, except `item_key`, which serves to tell events apart and is
dropped when the event is counted.
"""

from typing import TYPE_CHECKING, NamedTuple

from .messages import Refused

if TYPE_CHECKING:
    import pandas


class Events(NamedTuple):
    """Events that were taken, rows that were not, and how many rows were no use at all, by Koha's type.

    `rows` is a frame indexed by line with the columns event_id (str or None), patron_key_kind ("ils", "card" or None
    for a use without a person), patron_key, moment (datetime64[s], the library's local time), kind (const.USAGE_KINDS),
    branch_code, class_mark, item_key, channel ("onsite" or "remote"). All but moment are pandas categories (missing
    values are missing in the category), so that look-ups and hashes are done once a value.
    """

    rows: "pandas.DataFrame"
    refused: list[Refused]
    skipped: dict[str, int]


def columns_to_read(header) -> tuple[list[str], list[str]]:
    """Of a header, the columns that an event needs, and those among them to read as categories.

    :raises FileRefused: missing_column, when there is no date, no type or nothing to tell the patron by
    """


def normalise(frame, date_format=None, *, kinds=None, mapping=None) -> Events:
    """Make events of statistics rows.

    :param frame: strings or categories, columns as in the file, indexed by line
    :param date_format: strptime pattern of the date part; ISO is understood beside it
    :param kinds: {type in the file: our kind or None for no use at all}, added to the types that Koha knows
    :param mapping: {column: our name (datetime, type, borrowernumber, cardnumber, branch, itemcallnumber, itemnumber,
        event_id, channel)} for files of other systems
    """

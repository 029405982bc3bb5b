"""What a reader says about bad input: codes with parameters, and the sentence of each code.

Readers know neither Odoo nor a language, so they hand out a code and its parameters; whoever shows it to a person looks
the sentence up, here in English or translated elsewhere.
"""

from dataclasses import dataclass, field

SENTENCES = {
    # a file that cannot be read at all
    "empty_file": "The file is empty.",
    "not_a_table": "This is not a table: save it as CSV or XLSX.",
    "html_page": "This is a web page, not a table. The export may have asked for a login.",
    "old_xls": "This is a workbook in the old XLS format: save it as XLSX or CSV.",
    "encrypted": "This workbook is protected by a password: save it without one.",
    "broken_xlsx": "This workbook is damaged or cut off.",
    "xlsx_too_large": "Unpacked, this workbook would take %(size)s MB; at most %(limit)s MB are read.",
    "xlsx_bomb": "This workbook is packed suspiciously tight (1 : %(ratio)s) and was not opened.",
    "xlsx_unsafe": "This workbook carries definitions that a table does not need and was not opened.",
    "too_many_header_columns": "The header names %(found)s columns; at most %(limit)s are read.",
    "duplicate_column": "The column “%(column)s” stands in the header twice.",
    "missing_column": "The column “%(column)s” is missing.",
    "unknown_encoding": "The text of the file cannot be read as %(encoding)s.",
    "file_gone": "The file cannot be opened.",
    # a row that comes back
    "too_few_columns": "The row has %(found)s columns; the header has %(expected)s.",
    "too_many_columns": "The row has %(found)s columns; the header has %(expected)s.",
    "nul_byte": "The row contains NUL bytes.",
    "undecodable": "The row is not written in %(encoding)s like the rest of the file.",
    "cell_too_long": "The column “%(column)s” holds %(found)s characters; at most %(limit)s are read.",
    "open_quote": "A quotation mark is opened and never closed.",
    "missing_value": "The column “%(column)s” is empty.",
    "bad_date": "“%(value)s” in the column “%(column)s” is not a date.",
    "bad_number": "“%(value)s” in the column “%(column)s” is not a number.",
    "bad_year": "“%(value)s” is not a year.",
    "bad_email": "“%(value)s” is not an e-mail address.",
    "duplicate_value": "“%(value)s” in the column “%(column)s” stands in line %(line)s already.",
    "duplicate_row": "The same group stands in line %(line)s already.",
    "no_key": "The row has neither a card nor a number nor an account by which the patron could be found again.",
    "redacted": "The library system does not show this patron to our account.",
    "unknown_kind": "“%(value)s” is not a kind of use that we know.",
    "no_group": "The row names no group.",
    "no_basis": "No lawful basis for keeping this person is given.",
    "value_too_long": "The column “%(column)s” holds %(found)s characters; at most %(limit)s are kept.",
    # what a person should know although all went well
    "no_rows": "The file has a header and no rows.",
    "not_xlsx": "The file is named like a workbook and is plain text; it was read as such.",
    "not_csv": "The file is named like plain text and is a workbook; it was read as such.",
    "ambiguous_dates": "The dates can be read as %(chosen)s or %(other)s; %(chosen)s was taken.",
    "mixed_encodings": "%(rows)s rows of the sample are not written in %(encoding)s; they will be refused.",
    "other_sheets": "Only the sheet “%(sheet)s” is read; the workbook has %(others)s more.",
    "column_dropped": "The column “%(column)s” is never read.",
    "address_dropped": "“%(value)s” is not an e-mail address and was left out.",
    "value_dropped": "“%(value)s” in the column “%(column)s” is not understood and was left out.",
    # a library system that does not answer as it should
    "api_bad_url": "The address of the library system must start with http:// or https:// and name a server.",
    "api_unreachable": "The library system cannot be reached.",
    "api_timeout": "The library system did not answer in time.",
    "api_unauthorised": "The library system does not accept the name and the secret.",
    "api_forbidden": "The account may not read this in the library system.",
    "api_not_found": "There is no such service at this address (%(path)s).",
    "api_bad_query": "The library system did not understand the question.",
    "api_busy": "The library system asks to come back later.",
    "api_failed": "The library system failed (%(status)s).",
    "api_redirect": "The library system sends us to another server; that is not followed.",
    "api_not_json": "The library system answered with a page or with garbled data instead of records.",
    "api_too_large": "The answer of the library system is larger than %(limit)s MB.",
    "api_bad_records": "The library system answered with something other than a list of records.",
}


@dataclass(frozen=True)
class Message:
    """A code and what its sentence needs."""

    code: str
    params: dict = field(default_factory=dict)

    def __str__(self):
        return sentence(self.code, self.params)


@dataclass(frozen=True)
class Refused:
    """A row that was not taken.

    `line` is the line of the file (the row of a sheet, the place in a page); `raw` is the row as it came: a list of
    cells in the order of the file, or {column: cell} once the columns were known. Cells of columns that are never read
    are empty.
    """

    line: int
    code: str
    params: dict
    raw: list | dict

    def __str__(self):
        return sentence(self.code, self.params)


class SourceRefused(Exception):
    """A source that cannot be read, with a code and its parameters; its text never holds a secret."""

    def __init__(self, code, params=None):
        self.code = code
        self.params = params or {}
        super().__init__(sentence(code, self.params))


class FileRefused(SourceRefused):
    """A file that cannot be read at all."""


class ApiRefused(SourceRefused):
    """A library system that cannot be asked now; `retry_at` (aware datetime or None) says when to come back."""

    def __init__(self, code, params=None, retry_at=None):
        super().__init__(code, params)
        self.retry_at = retry_at


def sentence(code, params):
    """The English sentence of a code."""
    return SENTENCES[code] % params if params else SENTENCES[code]

"""Tables of figures as files that spreadsheets open without running anything in them."""

import csv
import io

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_bytes(head, rows):
    """A comma-separated file with a byte order mark, so that spreadsheets read Chinese names right.

    :param list head: names of the columns
    :param list rows: lists of str, int, float or None
    :return: bytes
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    for row in [head, *rows]:
        writer.writerow([_cell(value) for value in row])
    return stream.getvalue().encode("utf-8-sig")


def _cell(value):
    """A value that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\x00", "")
        return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_SIGNS) else text
    return value

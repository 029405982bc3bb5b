"""Text that a spreadsheet must not run: what somebody typed stays words, whoever opens the file with whatever.

>>> plain_for_workbook("=1+1"), plain_for_workbook("a=1")
("'=1+1", 'a=1')
>>> plain_for_csv("@SUM(A1)"), plain_for_csv("=1+1"), plain_for_csv(5)
("'@SUM(A1)", '=1+1', 5)
"""

import re

# what a writer of workbooks would turn into a formula or a link
_LIVE = re.compile(r"=|\{=|(ftp|http)s?://|mailto:|(in|ex)ternal:", re.IGNORECASE)
# what programs take for the start of a formula, beside the three signs that the exporter of the platform marks itself
_STARTS = ("@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_for_workbook(value):
    """`value`, marked with an apostrophe if it is text that would come alive in a workbook."""
    return f"'{value}" if isinstance(value, str) and _LIVE.match(value) else value


def plain_for_csv(value):
    """`value`, marked with an apostrophe if it is text that a spreadsheet would take for a formula.

    Leading =, + and - are marked by the exporter itself and left to it.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value


def plain_table(value):
    """A structure of lists and dictionaries with every text in it made plain for a workbook."""
    if isinstance(value, dict):
        return {name: plain_table(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain_table(part) for part in value]
    return plain_for_workbook(value)


def sheet_title(title, most=31):
    """A title as long as the name of a sheet may be: programs count UTF-16 units, in which an emoji has two."""
    result, units = "", 0
    for char in title:
        units += 2 if ord(char) > 0xFFFF else 1
        if units > most:
            break
        result += char
    return result.strip("' ")

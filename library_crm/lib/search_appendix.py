"""The searches of a service as a workbook that a patron can add to a thesis or an application."""

import io

WIDTHS = (18, 34, 60, 24, 10, 10, 60)
MARGIN = 3


def appendix_workbook(title, notes, head, rows):
    """One sheet: a title, some sentences, a table.

    What people typed stays text: nothing becomes a formula or a link.

    :param str title: stands above the table
    :param list notes: sentences below the title
    :param list head: names of the columns
    :param list rows: lists of str, int or None
    :return: bytes
    """
    import xlsxwriter  # noqa: PLC0415

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet()
        for column, width in enumerate(WIDTHS[: len(head)]):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, title, bold)
        for line, note in enumerate(notes, 1):
            sheet.write_string(line, 0, note)
        start = len(notes) + MARGIN
        for column, name in enumerate(head):
            sheet.write_string(start - 1, column, name, bold)
        for line, row in enumerate(rows, start):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(line, column, value, wrap)
                else:
                    sheet.write_string(line, column, value or "", wrap)
    return stream.getvalue()

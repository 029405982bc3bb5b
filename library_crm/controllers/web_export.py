import json

from werkzeug.datastructures import FileStorage

from odoo import http

from odoo.addons.web.controllers.export import CSVExport, ExcelExport, ExportXlsxWriter, GroupExportXlsxWriter
from odoo.addons.web.controllers.pivot import TableExporter

from ..lib.plain_cells import plain_for_csv, plain_table, sheet_title


class _PlainSheet:
    """Core lets the workbook turn text into formulas and links; titles and names come from patrons and from mail."""

    def write(self, row, column, cell_value, style=None):
        if isinstance(cell_value, str):
            # `write` looks at what a text starts with, and no option keeps it from taking {=...} for a formula
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class _PlainWriter(_PlainSheet, ExportXlsxWriter):
    pass


class _PlainGroupWriter(_PlainSheet, GroupExportXlsxWriter):
    pass


class LibraryExcelExport(ExcelExport):
    """The export of a list: what people typed stays text."""

    def from_data(self, fields, columns_headers, rows):
        with _PlainWriter(fields, columns_headers, len(rows)) as writer:
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    writer.write_cell(number, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        with _PlainGroupWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value


def _plain_rows(exporter, fields, columns_headers, rows):
    return CSVExport.from_data(
        exporter, fields, list(map(plain_for_csv, columns_headers)), [list(map(plain_for_csv, row)) for row in rows]
    )


class LibraryCSVExport(CSVExport):
    """The same for a file of comma separated values."""

    from_data = _plain_rows


class LibraryPivotExport(TableExporter):
    """A pivot as a workbook: its headers are names of records."""

    @http.route(readonly=True)
    def export_xlsx(self, data, **kw):
        table = plain_table(json.load(data) if isinstance(data, FileStorage) else json.loads(data))
        if isinstance(table, dict) and "title" in table:
            table["title"] = sheet_title(str(table["title"]))
        return super().export_xlsx(json.dumps(table), **kw)

import io
import json

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

LIVE = (
    '=HYPERLINK("http://127.0.0.1/?"&A1,"open me")', "{=1+1}", "=cmd|'/c calc'!A1", "http://127.0.0.1/x",
    "external:c:\\temp\\x.xlsx", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "-1+1", "\t=1+1",
)


@tagged("post_install", "-at_install", "security")
class TestWebExport(HttpCase):
    """Core's own exports of our records hold no formula and no link that somebody typed.

    Feature: X8
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "test_exporter", groups="library_crm.group_library_manager,base.group_allow_export"
        )
        cls.articles = cls.env["library.resource"].create([{"name": name} for name in LIVE])

    def setUp(self):
        super().setUp()
        self.authenticate("test_exporter", "test_exporter")

    def _post(self, route, data):
        answer = self.url_open(route, {"data": json.dumps(data), "csrf_token": Request.csrf_token(self)})
        self.assertEqual(answer.status_code, 200, answer.text[:300])
        return answer

    def _export(self, route, groupby=()):
        return self._post(route, {
            "model": "library.resource", "ids": self.articles.ids, "domain": [], "groupby": list(groupby),
            "fields": [{"name": "name", "label": "Name", "type": "char"}], "import_compat": False,
        })

    def _check_workbook(self, content, wanted=LIVE):
        import openpyxl  # noqa: PLC0415

        [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink])
        texts = {str(cell.value).strip().lstrip("'") for cell in cells}
        self.assertFalse({text.strip() for text in wanted} - texts)

    def test_a_list_as_a_workbook(self):
        self._check_workbook(self._export("/web/export/xlsx").content)

    def test_a_grouped_list_as_a_workbook(self):
        content = self._export("/web/export/xlsx", ["name"]).content
        import openpyxl  # noqa: PLC0415

        [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        self.assertGreater(len(cells), len(LIVE))
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink])

    def test_a_list_as_comma_separated_values(self):
        import csv  # noqa: PLC0415

        rows = list(csv.reader(io.StringIO(self._export("/web/export/csv").text)))
        self.assertEqual(len(rows), len(LIVE) + 1)
        self.assertFalse([row[0] for row in rows if row[0].startswith(("=", "+", "-", "@", "\t"))])

    def test_a_pivot_as_a_workbook(self):
        head = [{"title": text, "width": 1, "height": 1, "is_bold": False} for text in LIVE]
        answer = self._post("/web/pivot/export_xlsx", {
            "model": "library.usage.report", "title": "=1+1 " + 60 * "图书馆" + "📚", "measure_count": 1,
            "col_group_headers": [head], "measure_headers": head,
            "rows": [
                {"title": text, "indent": 0, "values": [{"value": text, "is_bold": True}, {"value": 7}]}
                for text in LIVE
            ],
        })
        self._check_workbook(answer.content)

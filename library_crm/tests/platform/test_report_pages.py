import io
import unicodedata

from odoo.tests import tagged
from odoo.tools import config, mute_logger
from odoo.tools.pdf import PdfReader

from ..common import LibraryCase

SOLUTION = "library_crm.library_solution_report"


@tagged("post_install", "-at_install")
class TestReportPages(LibraryCase):
    """Page numbers, language and letters of printed records, whatever print program is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("report.url", f"http://127.0.0.1:{config['http_port']}")
        cls.long, cls.short = cls.env["library.solution"].create([
            {"name": "Tide tables", "body": "".join(f"<p>Line {number} of the table.</p>" for number in range(120))},
            {"name": "港口地图", "lang": "zh_TW", "body": "<p>共有兩套。</p>"},
        ])

    def _print(self, records, report=SOLUTION):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        # the build of Debian says of each page that it prints no header
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, _kind = reports._render_qweb_pdf(report, records.ids)
        return content

    def _texts(self, content):
        pages = PdfReader(io.BytesIO(content)).pages
        return [" ".join(unicodedata.normalize("NFKC", page.extract_text()).split()) for page in pages]

    def test_pages_have_numbers(self):
        """Feature: X8"""
        texts = self._texts(self._print(self.long))
        self.assertGreater(len(texts), 1)
        for number, text in enumerate(texts, 1):
            self.assertEqual(text.count(f"{number} / {len(texts)}"), 1)

    def test_a_single_page_needs_no_number(self):
        texts = self._texts(self._print(self.short))
        self.assertEqual(len(texts), 1)
        self.assertNotIn("1 / 1", texts[0])

    def test_records_printed_together_are_numbered_each(self):
        texts = self._texts(self._print(self.long | self.short | self.long.copy()))
        each = (len(texts) - 1) // 2
        self.assertIn(f"1 / {each}", texts[0])
        self.assertIn("共有兩套", texts[each].replace(" ", ""))
        self.assertIn(f"1 / {each}", texts[each + 1])
        self.assertIn(f"{each} / {each}", texts[-1])

    def test_no_page_gets_two_numbers(self):
        content = self._print(self.long)
        self.assertEqual(self.env["ir.actions.report"]._number_pages(content, "Solution"), content)
        self.assertEqual(PdfReader(io.BytesIO(content)).metadata.title, "Solution")

    def test_the_language_stands_on_the_page(self):
        report = self.env["ir.actions.report"]._get_report(SOLUTION)
        html = report._render_qweb_html(SOLUTION, self.short.ids)[0]
        bodies = report._prepare_html(html, report_model="library.solution")[0]
        self.assertIn('<html lang="zh-TW"', bodies[0])
        self.assertIn("Noto Sans CJK TC", bodies[0])
        # letters of Chinese before those of Latin, so that quotation marks are Chinese as well
        style = self.short._print_style()
        self.assertLess(style["faces"].index("CJK TC"), style["faces"].index("Liberation"))
        self.assertTrue(self.long._print_style()["faces"].startswith("'Noto Sans'"))

    def test_reports_of_others_stay_as_they_are(self):
        other = self.env["ir.actions.report"].search([("report_name", "=like", "base.%")], limit=1)
        self.assertFalse(other._is_of_library())
        prepared = other._prepare_html("<html lang='en'><main><div class='article'>x</div></main></html>")
        self.assertNotIn('<html lang="', prepared[0][0])

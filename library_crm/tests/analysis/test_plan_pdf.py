import io
import unicodedata
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import config, mute_logger
from odoo.tools.pdf import PdfReader

from ..case.portal_common import LibraryPortalCase
from .test_plan import PlanCase

PRINTED = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"


@tagged("post_install", "-at_install", "library_portal")
class TestPlanPdf(LibraryPortalCase, PlanCase):
    """A plan on paper. Feature: 24.3, X8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("report.url", f"http://127.0.0.1:{config['http_port']}")
        cls.plan = cls._plan()
        cls.plan.write({"intro": "Begin with the guide.", "question": "Words that only colleagues read"})
        cls.plan.action_give()

    def _print(self, plan, lang="en_US"):
        plan = plan.with_context(lang=lang, force_report_rendering=True)
        # the build of Debian says of each page that it prints no header
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, name = plan._get_pdf()
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        return "".join(unicodedata.normalize("NFKC", text).split()), name

    def test_it_prints_steps_with_reasons(self):
        text, name = self._print(self.plan)
        for words in (self.plan.name, "Begin with the guide.", self.guide.name, "How sure", self.beside.name):
            self.assertIn("".join(words.split()), text)
        self.assertNotIn("colleagues", text)
        self.assertEqual(name, f"{self.plan.name}.pdf")

    def test_staff_print_in_the_language_of_the_patron(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.patron.lang = "zh_TW"
        plan = self.plan.with_user(self.librarian)
        self.assertEqual(plan._print_values()["lang"], "zh-TW")
        self.assertIn("TC", plan._print_values()["faces"])
        own = self.plan.with_user(self.portal_user).with_context(lang="en_US")
        self.assertEqual(own._print_values()["lang"], "en-US")

    def test_names_that_files_cannot_have(self):
        self.plan.name = "=SUM(1) / 港口 ☂ \\ \"maps\""
        self.assertNotRegex(self.plan._file_stem(), r'[/\\"]')
        self.assertIn("港口", self.plan._file_stem())
        self._print(self.plan)

    def test_only_whoever_opens_the_page_gets_the_file(self):
        url = f"/my/plans/{self.plan.id}/pdf"
        with patch(PRINTED, lambda *args, **kw: (b"%PDF-1.4", "pdf")):
            self.assertNotEqual(self.get(url).content, b"%PDF-1.4", "nobody signed in")
            token = self.plan._portal_ensure_token()
            self.assertEqual(self.get(f"{url}?access_token={token}").content, b"%PDF-1.4")
            self.login(self.portal_user)
            self.assertEqual(self.get(url).content, b"%PDF-1.4")
            self.assertIn(url, self.get(f"/my/plans/{self.plan.id}").text)
            self.login(self.other_portal_user)
            self.assertEqual(self.get(url).status_code, 404)
            self.plan.action_take_back()
            self.login(self.portal_user)
            self.assertEqual(self.get(url).status_code, 404, "a plan in work is seen by staff only")
        with self.assertRaises(AccessError):
            self.plan.with_user(self.other_portal_user)._print_values()

import io
import unicodedata

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import config, mute_logger
from odoo.tools.pdf import PdfReader

from .common import KnowledgeCase

REPORT = "library_crm.library_solution_report"


@tagged("post_install", "-at_install")
class TestSolutionProduct(KnowledgeCase):
    """Sections, versions, sources, sharing and the printed page. Feature: 23.1, 23.2, 24.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.solution = cls.env["library.solution"].with_user(cls.writer).create(
            {
                "name": "Early maps of the harbour",
                "body": "<p>Two series exist.</p>",
                "value_kind": "comparison",
                "lang": "en_US",
                "section_ids": [
                    (0, 0, {"name": "The survey of 1843", "body": "<p>Forty sheets.</p>"}),
                    (0, 0, {"name": "The insurance plans", "body": "<p>Nine sheets.</p>", "sequence": 20}),
                ],
                "source_ids": [
                    (0, 0, {"name": "Survey of the harbour", "creator": "Admiralty", "date_issued": "1843",
                            "identifier": "map room, drawer 7"}),
                ],
            }
        )  # fmt: skip

    def _versions(self):
        return self.solution.version_ids.sorted("number").mapped("number")

    def test_a_change_in_a_section_is_a_change_of_the_whole(self):
        self.assertFalse(self.solution.version_ids, "nothing is kept of a draft")
        self.solution.action_finalize()
        self.assertEqual(self._versions(), [1])
        self.solution.section_ids[0].body = "<p>Forty-two sheets.</p>"
        self.assertEqual((self.solution.version, self._versions()), (2, [1, 2]))
        self.solution.section_ids[1].sequence = 30
        self.solution.minutes = 20
        self.assertEqual(self._versions(), [1, 2], "order and minutes change nothing that is read")
        self.solution.section_ids[1].unlink()
        self.assertEqual(self._versions(), [1, 2, 3])

    def test_one_saving_of_the_form_is_one_version(self):
        self.solution.action_finalize()
        with Form(self.solution) as form:
            form.body = "<p>Three series exist.</p>"
            with form.section_ids.edit(0) as section:
                section.body = "<p>Forty-one sheets.</p>"
            with form.section_ids.new() as section:
                section.name = "The railway plans"
        self.assertEqual((self.solution.version, self._versions()), (2, [1, 2]))

    def test_final_again_after_more_work_is_the_next_version(self):
        self.solution.action_finalize()
        self.solution.action_reopen()
        self.solution.action_finalize()
        self.assertEqual(self._versions(), [1], "nothing changed")
        self.solution.action_reopen()
        self.solution.body = "<p>Four series exist.</p>"
        self.solution.action_finalize()
        self.assertEqual((self.solution.version, self._versions()), (2, [1, 2]))

    def test_the_difference_is_shown_and_safe(self):
        self.solution.action_finalize()
        self.solution.section_ids[0].body = "<p>Fifty sheets. &lt;script&gt;x&lt;/script&gt;</p>"
        difference = self.solution.version_ids.filtered(lambda version: version.number == 2).difference
        self.assertIn("<ins>", difference)
        self.assertIn("<del>", difference)
        self.assertNotIn("<script", difference)

    def test_an_earlier_version_comes_back_and_nothing_is_lost(self):
        self.solution.action_finalize()
        first = self.solution.version_ids
        kept, gone = self.solution.section_ids
        gone.unlink()
        kept.body = "<p>Nothing.</p>"
        first.with_user(self.writer).action_restore()
        self.assertEqual(self.solution._snapshot()["body"], first.snapshot["body"])
        self.assertEqual(self.solution.section_ids.mapped("name"), ["The survey of 1843", "The insurance plans"])
        self.assertEqual(self.solution.section_ids[0], kept, "what was still there keeps its identity")
        self.assertIn("Forty sheets", kept.body)
        self.assertEqual(self._versions(), [1, 2, 3, 4])

    def test_versions_are_evidence(self):
        self.solution.action_finalize()
        version = self.solution.version_ids.with_user(self.steward)
        for act in (lambda: version.write({"number": 7}), version.unlink, lambda: version.copy()):
            with self.assertRaises(AccessError):
                act()
        for user in (self.patron, self.public, self.plain):
            for record in (self.solution.version_ids, self.solution.section_ids, self.solution):
                self.assertFalse(record.with_user(user).has_access("read"))
        with self.assertRaises(AccessError):
            self.solution.version_ids.with_user(self.patron).action_restore()

    def test_sections_of_another_institution_are_closed(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.solution.action_finalize()
        self.solution.company_id = company
        for record in (self.solution.section_ids, self.solution.version_ids):
            self.assertFalse(record.with_user(self.writer).has_access("read"))

    def test_only_what_names_nobody_may_be_given_to_others(self):
        terms = {"names": ["Amara Obi"], "emails": [], "phones": [], "cards": []}
        self.classPatch(self.registry["library.solution"], "_identity_terms", lambda _self: terms)
        solution = self.solution.with_user(self.writer)
        with self.assertRaises(UserError):
            solution.action_share()
        solution.action_finalize()
        solution.section_ids[0].body = "<p>Forty sheets, put aside for Amara Obi.</p>"
        with self.assertRaisesRegex(UserError, "Amara"):
            solution.action_share()
        solution.section_ids[0].body = "<p>Forty sheets.</p>"
        solution.action_share()
        self.assertEqual((solution.is_shareable, solution.shared_by_id), (True, self.writer))

    def test_a_changed_text_is_not_given_to_others_unread(self):
        changes = (
            lambda: self.solution.write({"body": "<p>x</p>"}),
            lambda: self.solution.section_ids[0].write({"body": "<p>For Amara</p>"}),
            lambda: self.solution.source_ids.write({"name": "Letter to Amara"}),
            lambda: self.env["library.solution.section"].create({"solution_id": self.solution.id, "name": "More"}),
            lambda: self.env["library.source.citation"].create({"solution_id": self.solution.id, "name": "More"}),
        )
        self.solution.action_finalize()
        for number, change in enumerate(changes):
            self.solution.action_share()
            change()
            with self.subTest(number):
                self.assertFalse(self.solution.is_shareable)

    def test_nobody_says_by_hand_that_it_was_checked(self):
        solution = self.solution.with_user(self.writer)
        for vals in ({"is_shareable": True}, {"shared_by_id": self.steward.id}):
            with self.assertRaises(AccessError):
                solution.write(vals)
            with self.assertRaises(AccessError):
                solution.sudo().write(vals)
            with self.assertRaises(AccessError):
                solution.create({"name": "x", **vals})
        made = solution.with_context(default_is_shareable=True).create({"name": "x"})
        self.assertFalse(made.is_shareable)
        with self.assertRaises(AccessError):
            solution.with_context(library_solution_checking=True).write({"is_shareable": True})

    def test_who_it_is_for(self):
        doctoral, anybody = self.solution, self.solution.copy()
        kind, other = self.env["library.patron.type"].create([{"name": "Student"}, {"name": "Child"}])
        doctoral.write({"degree_stage": "doctoral", "patron_type_ids": kind.ids})
        Solution = self.env["library.solution"]
        both = doctoral | anybody

        def found(*audience):
            return both & Solution.search(Solution._domain_for(*audience))

        self.assertEqual(found(kind.id, "doctoral"), both)
        self.assertEqual(found(kind.id, "bachelor"), anybody)
        self.assertEqual(found(other.id, "doctoral"), anybody)
        self.assertEqual(found(), anybody)

    def test_a_source_in_one_line(self):
        self.assertEqual(self.solution.source_ids._get_citation(), "Admiralty. Survey of the harbour. 1843")

    def test_the_register_fills_in_a_source(self):
        resource = self.env["library.resource"].create(
            {"name": "Map portal", "url": "https://maps.example", "licence_note": "Free to quote"}
        )
        with Form(self.solution.with_user(self.writer)) as form, form.source_ids.new() as source:
            source.resource_id = resource
        source = self.solution.source_ids.filtered("resource_id")
        self.assertEqual(
            (source.name, source.url, source.rights), ("Map portal", "https://maps.example", "Free to quote")
        )

    def test_its_sections_are_found(self):
        self.assertIn(self.solution, self._found("insurance plans", self.writer))

    # The printed page

    def _print(self, solution):
        self.env["ir.config_parameter"].sudo().set_param("report.url", f"http://127.0.0.1:{config['http_port']}")
        # Debian's program says of each page that it prints no header
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, name = solution.with_context(force_report_rendering=True)._get_pdf()
        self.assertTrue(content.startswith(b"%PDF"))
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        # faces share some signs with the radicals of the same shape
        return " ".join(unicodedata.normalize("NFKC", text).split()), name

    def test_it_prints_with_sections_and_sources(self):
        self.solution.action_finalize()
        text, name = self._print(self.solution.with_user(self.writer))
        for words in ("Early maps of the harbour", "The insurance plans", "Nine sheets", "Admiralty", "Version 1"):
            self.assertIn(words, text)
        self.assertEqual(name, "Early maps of the harbour.pdf")

    def test_chinese_prints_in_chinese_letters(self):
        solution = self.env["library.solution"].create(
            {"name": "港口早期地图", "lang": "zh_CN", "body": "<p>共有两套。</p>", "state": "final",
             "section_ids": [(0, 0, {"name": "一八四三年测绘", "body": "<p>四十幅。</p>"})]}
        )  # fmt: skip
        text, name = self._print(solution)
        for words in ("港口早期地图", "共有两套", "一八四三年测绘", "四十幅"):
            self.assertIn(words, text.replace(" ", ""))
        self.assertEqual(name, "港口早期地图.pdf")
        self.assertEqual(solution._print_style()["lang"], "zh-CN")
        self.assertIn("Noto Sans CJK SC", solution._print_style()["faces"])
        solution.lang = "zh_TW"
        self.assertIn("Noto Sans CJK TC", solution._print_style()["faces"])

    def test_what_is_final_is_printed_once(self):
        self.solution.action_finalize()
        self._print(self.solution)
        kept = self.solution.version_ids.pdf
        self.assertTrue(kept)
        calls = []
        self.patch(
            type(self.env["ir.actions.report"]), "_render_qweb_pdf", lambda *args, **kw: calls.append(1) or (b"", "pdf")
        )
        self.solution._get_pdf()
        self.assertEqual(calls, [])
        self.solution.body = "<p>Other words</p>"
        self.solution._get_pdf()
        self.assertEqual(calls, [1])

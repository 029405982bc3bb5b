import io
import json
import re
import zipfile
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .use_common import LibraryUseCase


def cells(page):
    """All cells of a page's tables."""
    return [cell for table in page["tables"] for row in table["rows"] for cell in row["cells"]]


@tagged("post_install", "-at_install")
class TestSegmentPages(LibraryUseCase, HttpCase):
    """Feature: 13.2, 14.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctoral = cls._patrons(14, degree_stage="doctoral")
        cls.bachelor = cls._patrons(13, degree_stage="bachelor")
        cls.segment, cls.other = cls.Segment.create(
            [
                {"name": "Doctoral", "domain": "[('degree_stage', '=', 'doctoral')]"},
                {"name": "Bachelor", "domain": "[('degree_stage', '=', 'bachelor')]"},
            ]
        )

    def _ask(self, patrons, level, subject=None):
        for patron in patrons:
            case = self._case(patron=patron, read_level=level)
            if subject:
                case.need_ids.subject_ids = subject

    def test_need_mix_by_effort_and_class(self):
        physics = self.subjects[0]
        self._ask(self.doctoral[:8], "5", physics)
        self._ask(self.doctoral[8:], "2")
        page = self.segment.with_user(self.staff["relations"]).get_page("needs")
        by_level, by_class = page["tables"]
        self.assertEqual([row["cells"][0] for row in by_level["rows"]], [6, 8, 14])
        self.assertEqual(by_class["rows"][0]["label"], physics.display_name)
        self.assertEqual(by_class["rows"][0]["cells"][0], 8)

    def test_few_people_are_never_shown_not_even_to_administrators(self):
        """Two of fourteen asked hard questions: neither they nor what is left of the total is shown."""
        self._ask(self.doctoral[:2], "6")
        self._ask(self.doctoral[2:], "2")
        for person in (self.staff["manager"], self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            table = self.segment.with_user(person).get_page("needs")["tables"][0]
            hidden = [row for row in table["rows"] if None in row["cells"]]
            self.assertEqual(len(hidden), 2, "the small cell and the one that would give it away")
            self.assertNotIn(2, [cell for row in table["rows"] for cell in row["cells"]])

    def test_what_is_read_from_cases_counts_only_while_somebody_is_a_member(self):
        self._ask(self.doctoral, "3")
        later = self.today + timedelta(days=200)
        self.doctoral.degree_stage = "alumni"
        self._run("segments", as_of=self.today + timedelta(days=1))
        self.env.cr.execute("UPDATE library_case SET create_date = create_date + interval '30 days'")
        self.env.invalidate_all()
        self.assertFalse(self.segment._page_needs(later)[0]["rows"])

    def test_movers(self):
        """Eight doctoral students become postdocs: they left here and entered there in the same quarter."""
        postdoc = self.Segment.create({"name": "Postdocs", "domain": "[('degree_stage', '=', 'postdoc')]"})
        self.env.cr.execute("UPDATE library_segment_member SET date_from = date_from - 400")
        self.doctoral[:8].degree_stage = "postdoc"
        self.env.invalidate_all()
        self._run("segments")
        pages = {segment: segment.get_page("movers")["tables"] for segment in (self.segment, postdoc)}
        left = next(table for table in pages[self.segment] if "left, and" in table["title"])
        came = next(table for table in pages[postdoc] if "came, and" in table["title"])
        self.assertEqual([(row["label"], row["cells"]) for row in left["rows"]], [("Postdocs", [8]), ("All", [8])])
        self.assertEqual(came["rows"][0]["label"], "Doctoral")

    def test_two_segments_beside_each_other(self):
        self._use(self.doctoral, kind="download", channel="remote", uses=5)
        self._use(self.bachelor, uses=5)
        self._run("facts", "axes", "traits")
        page = self.segment.get_page("compare", self.other.id)
        rows = {row["label"]: row["cells"] for row in page["tables"][0]["rows"]}
        self.assertEqual(rows["Uses the library mostly from elsewhere"][:2], ["100% (14/14)", "0% (0/13)"])
        self.assertTrue(any("Uses the library mostly from elsewhere" in words for words in page["sentences"]))

    def test_segments_that_differ_by_a_few_are_not_compared(self):
        self.bachelor[0].degree_stage = "doctoral"
        twin = self.Segment.create({"name": "Twin", "domain": "[('degree_stage', '=', 'doctoral')]"})
        self.env["library.segment.pin"]._fix(twin, self.bachelor[0], "out", "staff")
        self._run("segments")
        page = self.segment.get_page("compare", twin.id)
        self.assertEqual(page["tables"], [])
        self.assertTrue(page["sentences"])

    def test_overlap_hides_few(self):
        both = self.Segment.create(
            {
                "name": "All but three",
                "domain": json.dumps([["id", "in", self.doctoral[3:].ids]]).replace("null", "None"),
            }
        )
        table = self.Segment.get_overlap()
        place = {row["id"]: number for number, row in enumerate(table["rows"])}
        row = table["rows"][place[self.segment.id]]
        self.assertEqual(row["cells"][place[self.segment.id]], 14)
        self.assertIsNone(row["cells"][place[both.id]], "14 less 11 would be three people")
        self.assertEqual(row["cells"][place[self.other.id]], 0)

    def test_small_sizes_are_not_even_stored(self):
        small = self.Segment.create({"name": "Three", "domain": json.dumps([["id", "in", self.doctoral[:3].ids]])})
        self.assertEqual((small.snapshot_ids.size, small.snapshot_ids.is_small), (0, True))

    def test_workbook_is_guarded_and_holds_no_formula(self):
        self.segment.name = "=HYPERLINK(1)"
        self._ask(self.doctoral[:2], "6")
        self._ask(self.doctoral[2:], "2")
        self.authenticate("test_relations", "test_relations")
        answer = self.url_open(f"/library/segments/{self.segment.id}/needs.xlsx")
        self.assertEqual(answer.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            words = book.read("xl/sharedStrings.xml").decode()
        self.assertNotIn("<f>", sheet)
        self.assertIn("not shown", words)
        numbers = re.findall(r'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?><v>([0-9]+)</v>', sheet)
        self.assertIn("14", numbers)
        self.assertNotIn("2", numbers)
        self.authenticate("test_librarian", "test_librarian")
        self.assertNotEqual(self.url_open(f"/library/segments/{self.segment.id}/needs.xlsx").status_code, 200)

    def test_the_desk_gets_no_table(self):
        for call in (
            self.Segment.with_user(self.librarian).get_overlap,
            lambda: self.segment.with_user(self.librarian).get_page("needs"),
            lambda: self.segment.with_user(self.librarian).get_page_file("needs"),
        ):
            with self.assertRaises(AccessError):
                call()

from datetime import timedelta

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .subject_common import LibrarySubjectCase

TRAP = "=HYPERLINK(\"http://evil.test\")"
LONG = "讀" * 60 + " 📚"


class LibraryDocumentCase(LibrarySubjectCase):
    """Workbooks that are made and read back."""

    @classmethod
    def _make(cls, code, user=None, since=None, until=None, company=None, **options):
        """{name of the sheet: rows of values} of a document."""
        document = cls.env["library.document"].search([("code", "=", code)]).with_user(user or cls.env.user)
        since, until = since or cls.today - timedelta(days=365), until or cls.today
        with document._written(since, until, company or cls.company, **options) as (_name, target):
            book = load_workbook(target.name)
            assert all(len(name.encode("utf-16-le")) <= 62 for name in book.sheetnames), book.sheetnames
            cls.kinds = {
                sheet.title: {cell.data_type for row in sheet.iter_rows() for cell in row} for sheet in book
            }
            cls.charts = {sheet.title: len(sheet._charts) for sheet in book}
            return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}

    def _table(self, sheets, name):
        """Rows below the head, without the empty ends."""
        return [row for row in sheets[name][4:] if any(cell is not None for cell in row)]


@tagged("post_install", "-at_install")
class TestNeedPurchaseDocument(LibraryDocumentCase):
    """Needs and purchases as a workbook. Feature: 3.1, 3.2, 5.7"""

    def test_the_sums_are_those_of_the_database(self):
        self._needs(self.crowd[:6], self.left, state="met")
        self._needs(self.crowd[:7], self.right, state="unmet")
        self._needs(self.crowd[:5], self.right)
        sheets = self._make("need_purchase")
        rows = {row[1]: row[2:] for row in self._table(sheets, "Needs by class")}
        self.assertEqual(rows["Wide"][:5], [18, 6, 0, 7, 5])
        self.assertAlmostEqual(rows["Wide"][5], 6 / 13)
        self.env.cr.execute(
            "SELECT count(*) FROM library_need WHERE company_id = %s AND active AND state <> 'withdrawn'",
            [self.company.id],
        )
        self.assertEqual(rows["All classes"][0], self.env.cr.fetchone()[0])
        self.assertEqual(dict(row[:2] for row in self._table(sheets, "Why not met")), {"No source found": 7})
        self.assertEqual(self.charts["Needs by class"], 1)
        self.assertEqual(len(self._table(sheets, "What the figures mean")), 10)

    def test_no_figure_about_fewer_than_five(self):
        """Nor one by subtraction from the line, the column or the whole."""
        self._needs(self.crowd[:3], self.left, state="unmet")
        self._needs(self.crowd[3:12], self.left, state="met")
        other = self.env["library.subject"].create({"name": "Other", "code": "YY", "scheme": "clc"})
        self._needs(self.crowd[:2], other, state="met")
        sheets = self._make("need_purchase")
        rows = {row[1]: row[2:] for row in self._table(sheets, "Needs by class")}
        self.assertEqual(rows["Other"][0], "not shown")
        self.assertEqual(rows["Wide"][3], "not shown")
        numbers = [cell for row in rows.values() for cell in row[:5] if isinstance(cell, int)]
        self.assertFalse([number for number in numbers if 0 < number < 5])
        self.assertEqual([row[1] for row in self._table(sheets, "Why not met")], ["not shown"])

    def test_the_purchase_list_in_the_order_of_its_evidence(self):
        cheap = self._suggest(self.crowd[0], name="Cheap", price=10)
        dear = self._suggest(self.crowd[1], name=TRAP, author=LONG, price=90.5, subject_id=self.left.id)
        arrived = self._suggest(self.crowd[2], name="Here", price=20)
        arrived.action_arrive()
        self.env["library.purchase.evidence"]._count(self.company)
        sheets = self._make("need_purchase")
        rows = self._table(sheets, "Purchase list")
        self.assertEqual([row[1] for row in rows[:3]], [cheap.name, dear.name, arrived.name])
        self.assertEqual([row[0] for row in rows[:3]], [1, 2, None])
        self.assertEqual(rows[1][6], "under 5")
        self.assertIn("SUBTOTAL", rows[-1][7])
        kinds = {name: kinds - {"n", "s", "d"} for name, kinds in self.kinds.items()}
        self.assertEqual({name: found for name, found in kinds.items() if found}, {"Purchase list": {"f"}})
        text = str(sheets)
        for patron in self.crowd:
            self.assertNotIn(patron.name + "'", text, "no patron stands in the workbook")

    def test_decisions_with_their_reasons(self):
        needs = self._needs(self.crowd[:2], self.left, state="unmet")
        dossier = self.env["library.subject.dossier"].create({
            "subject_id": self.left.id, "decision": "skip", "reason": "+1 copy stands next door",
            "patron_words": "Ask next door.",
        })
        dossier.action_decide()
        dossier.action_tell()
        self.assertTrue(needs)
        rows = self._table(self._make("need_purchase"), "Decisions")
        self.assertEqual(rows[0][1:5], ["ZZ1 Left", "Subject dossier", "Do without", "+1 copy stands next door"])
        self.assertEqual(rows[0][7], "under 5")

    def test_a_period_with_nothing_and_ten_years(self):
        sheets = self._make("need_purchase", since=self.today.replace(year=1990), until=self.today.replace(year=1991))
        self.assertFalse(self._table(sheets, "Needs by class"))
        self.assertFalse(self._table(sheets, "Decisions"))
        self._needs(self.crowd[:6], self.left)
        sheets = self._make("need_purchase", since=self.today.replace(year=self.today.year - 10, day=1))
        self.assertEqual({row[1]: row[2] for row in self._table(sheets, "Needs by class")}["All classes"], 6)

    def test_two_periods_that_differ_by_days_are_the_same_months(self):
        """Nobody finds what happened on a day by subtracting."""
        self._needs(self.crowd[:7], self.left)
        first = self.today.replace(day=1)
        tables = [
            self._table(self._make("need_purchase", since=first, until=first + timedelta(days=days)), "Needs by class")
            for days in (0, 12, 27)
        ]
        self.assertEqual(tables[0], tables[1])
        self.assertEqual(tables[0], tables[2])
        self.assertEqual(tables[0][-1][2], 7)

    def test_another_institution_stays_out(self):
        other = self.env["res.company"].create({"name": "Another library"})
        self._needs(self._patrons(6, company_id=other.id), self.left, company_id=other.id)
        self._suggest(company_id=other.id, name="Theirs")
        self.env["library.purchase.evidence"]._count(other)
        sheets = self._make("need_purchase")
        self.assertNotIn("Theirs", str(sheets))
        self.assertFalse(self._table(sheets, "Needs by class"))
        with self.assertRaises(AccessError):
            self._make("need_purchase", user=self.portal_user)


@tagged("post_install", "-at_install")
class TestSegmentDocuments(LibraryDocumentCase):
    """Segments side by side, and their seven P, as workbooks. Feature: 13.1, 13.2, T7, T8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctoral = cls._patrons(20, degree_stage="doctoral")
        cls.bachelor = cls._patrons(15, degree_stage="bachelor")
        cls._use(cls.doctoral, months=8)
        cls._use(cls.bachelor, kind="download", months=4, back=3, channel="remote")
        cls._run("facts", "axes")
        cls.one, cls.two = cls.Segment.create([
            {"name": "Doctoral", "domain": "[('degree_stage', '=', 'doctoral')]"},
            {"name": LONG, "domain": "[('degree_stage', '=', 'bachelor')]", "description": TRAP},
        ])
        cls.manager = cls.staff["manager"]

    def test_side_by_side(self):
        sheets = self._make("segment_comparison", user=self.manager)
        sizes = {row[0]: row[2] for row in self._table(sheets, "Segments")}
        self.assertEqual(sizes, {"Doctoral": 20, LONG: 15})
        both = self._table(sheets, "In both")
        self.assertEqual([row[1:3] for row in both], [[20, 0], [0, 15]])
        facts = {row[0]: row[1:3] for row in self._table(sheets, "Facts")}
        self.assertEqual(facts["Doctoral"], [1, 0])
        clear = self._table(sheets, "Differences")
        self.assertTrue(any(row[2] == "Doctoral" and row[5] == 1 for row in clear))
        self.assertEqual((self.charts["Segments"], self.charts["Facts"]), (1, 1))
        self.assertEqual(set().union(*self.kinds.values()) - {"n", "s", "d"}, set(), "no formula")

    def test_segments_that_differ_by_few_do_not_stand_beside_each_other(self):
        """The difference of two columns would be about three people."""
        self.Segment.create({"name": "All but three", "domain": f"[('id', 'in', {self.doctoral[3:].ids})]"})
        sheets = self._make("segment_comparison", user=self.manager)
        self.assertEqual(sheets["Facts"][3][1:], ["Doctoral", LONG])
        self.assertIn("All but three", sheets["Facts"][1][0])

    def test_a_segment_of_three(self):
        self.Segment.create({"name": "Three", "domain": f"[('id', 'in', {self.doctoral[:3].ids})]"})
        sheets = self._make("segment_comparison", user=self.manager)
        self.assertEqual({row[0]: row[2] for row in self._table(sheets, "Segments")}["Three"], "under 5")
        for name in ("Facts", "Differences"):
            self.assertNotIn("Three", str(self._table(sheets, name)))

    def test_chosen_segments_only(self):
        sheets = self._make("segment_comparison", user=self.manager, segment_ids=self.one.ids)
        self.assertEqual([row[0] for row in self._table(sheets, "Segments")], ["Doctoral"])

    def test_the_seven_p(self):
        sheets = self._make("seven_p", user=self.manager)
        rows = self._table(sheets, "Profiling")
        self.assertEqual(sheets["Profiling"][3][3:], ["Doctoral", LONG])
        found = [row for row in rows if row[:3] == ["Stage of study", "Doctoral", "Members"]]
        self.assertEqual([row[3:] for row in found], [[20, 0]])
        shares = [row[3:] for row in rows if row[:3] == ["Stage of study", "Doctoral", "Members %"]]
        self.assertEqual(shares, [["100%", "0%"]])
        self.assertTrue(self._table(sheets, "Persistency"))
        self.assertTrue(self._table(sheets, "How long they stay"))
        self.assertEqual(self.charts["How long they stay"], 1)
        meanings = [row[0] for row in self._table(sheets, "What the figures mean")]
        self.assertIn("How long patrons stay", meanings)
        numbers = [
            cell for name in ("Profiling", "Persistency") for row in self._table(sheets, name) for cell in row[3:]
        ]
        self.assertFalse([number for number in numbers if isinstance(number, int) and 0 < number < 5])

    def test_without_segments_or_right(self):
        with self.assertRaises(AccessError):
            self._make("seven_p", user=self.librarian)
        (self.one | self.two).active = False
        for code in ("seven_p", "segment_comparison"):
            self.assertFalse(self._table(self._make(code, user=self.manager), "Segments"))


@tagged("post_install", "-at_install")
class TestGapDocument(LibraryDocumentCase):
    """The gap survey as a workbook. Feature: 17.1"""

    @classmethod
    def _round(cls, name, day, ratings):
        """A closed round with figures of two dimensions and their statements."""
        gap = cls.env["library.gap.survey"].create({
            "name": name, "date_start": day, "date_end": day, "item_ids": [Command.set(cls.items.ids)],
        })
        gap.state = "closed"
        values = {"gap_id": gap.id, "group_kind": "all", "n": 12, "place": "within", "is_sure": True}
        for item in cls.items:
            figures = {"minimum": 5, "desired": 8, "perceived": ratings, "adequacy": ratings - 5,
                       "superiority": ratings - 8}  # fmt: skip
            cls.env["library.gap.result"].sudo().create([
                {**values, **figures, "kind": "item", "item_id": item.id, "dimension": item.dimension},
                {**values, **figures, "kind": "dimension", "dimension": item.dimension},
            ])
        return gap

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.gap.survey"].search([]).state = "draft"
        found = cls.env["library.gap.item"].search([("source", "=", False)])
        cls.items = found[:1] | found.filtered(lambda one: one.dimension != found[0].dimension)[:1]

    def test_rounds_dimensions_statements_and_the_trend(self):
        self._round("Spring", self.today - timedelta(days=200), 6)
        self._round(LONG, self.today - timedelta(days=20), 7)
        self._round("Long ago", self.today - timedelta(days=900), 2)
        sheets = self._make("gap_survey")
        self.assertEqual([row[0] for row in self._table(sheets, "Rounds")], ["Spring", LONG])
        self.assertEqual([row[1:3] for row in self._table(sheets, "From round to round")], [[6, 6], [7, 7]])
        dimensions = self._table(sheets, "2 Dimensions")
        self.assertEqual([row[1:5] for row in dimensions], [[12, 5, 7, 8], [12, 5, 7, 8]])
        self.assertEqual(len(self._table(sheets, "1 All figures")), 4)
        self.assertEqual((self.charts["2 Dimensions"], self.charts["From round to round"]), (1, 1))

    def test_a_period_without_a_round(self):
        self.assertFalse(self._table(self._make("gap_survey"), "Rounds"))

    def test_too_few_answers_are_no_figure(self):
        self._round("Nobody", self.today, 6)
        row = self._table(self._make("gap_survey"), "Rounds")[0]
        self.assertEqual(row[5:13], ["too few"] * 8)

"""Workbooks: what openpyxl reads back is what was given, whatever somebody typed, and memory stays flat."""

import io
import tracemalloc
from datetime import date, datetime

import openpyxl
import pytest

from library_crm.lib import workbook
from library_crm.lib.workbook import Chart, Column, Workbook, sheet_name

TRAPS = [
    '=HYPERLINK("http://evil.test")', "+1+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://evil.test", "mailto:a@b.test",
    "internal:Sheet1!A1", "1e5", "讀者" * 30, "📚 emoji", "a\x00b\x07\ufffe", "line\nbreak", "'quoted",
    "&P &[Page]", "",
]


def _book(write, **options):
    target = io.BytesIO()
    with Workbook(target, "Title", **options) as book:
        write(book)
    return openpyxl.load_workbook(io.BytesIO(target.getvalue()))


@pytest.mark.parametrize("trap", TRAPS)
def test_text_stays_text(trap):
    """Feature: X8"""
    sheet = _book(lambda book: book.sheet(trap, [Column(trap)], [[trap]], note=trap)).worksheets[0]
    cell = sheet["A5"]
    kept = "".join(char for char in trap if char not in "\x00\x07\ufffe")
    assert (cell.value or "") == kept
    assert {one.data_type for row in sheet.iter_rows() for one in row} <= {"s", "n"}
    assert cell.hyperlink is None


@pytest.mark.parametrize("wanted", [
    "讀" * 60, "📚" * 40, "a/b:c?*[d]\\e", "'quoted'", "", "   ", "History", "\x00\ud800", "x" * 31, "= 1+1",
])  # fmt: skip
def test_names_of_sheets_are_accepted(wanted):
    """Feature: X8"""
    taken = []
    for _time in range(3):
        name = sheet_name(wanted, taken)
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\\x00")
        assert not name.startswith("'") and not name.endswith("'")
        assert name.lower() not in {"history", *(one.lower() for one in taken)}
        taken.append(name)
    assert _book(lambda book: [book.sheet(wanted, [Column("a")], [[1]]) for _time in range(3)]).sheetnames == taken


def test_kinds_and_totals():
    """Numbers, shares, days and moments come back as such; the total is a formula of ours with its value."""
    rows = [["a", 2, 1.25, 0.5, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), None], ["b", 3, None, 0, None, None, 7]]
    columns = [
        Column("Name"), Column("Count", "int", total="sum"), Column("Size", "float"), Column("Share", "percent"),
        Column("Day", "date"), Column("Moment", "datetime"), Column("Minutes", "minutes", total="sum"),
    ]  # fmt: skip
    sheet = _book(lambda book: book.sheet("S", columns, rows), printed_on="House & Sons")["S"]
    found = [cell.value for cell in sheet[5]]
    assert found == ["a", 2, 1.25, 0.5, datetime(2026, 1, 2), datetime(2026, 1, 2, 3, 4), None]
    assert sheet["D5"].number_format == "0.0%"
    assert sheet["B7"].value == "=SUBTOTAL(109,B5:B6)"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A5", "A4:G6")
    assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert "&P" in sheet.oddFooter.right.text


def test_a_figure_that_is_not_told_stands_as_text_and_odd_numbers_leave_the_cell_empty():
    """Feature: P7"""
    columns = [Column("n", "int"), Column("m", "float"), Column("d", "date")]
    sheet = _book(lambda book: book.sheet("S", columns, [
        ["not shown", float("nan"), date(1850, 1, 1)], [float("inf"), 0, None],
    ]))["S"]  # fmt: skip
    assert [cell.value for cell in sheet[5]] == ["not shown", None, "1850-01-01"]
    assert [cell.value for cell in sheet[6]] == [None, 0, None]


def test_long_text_is_cut_with_a_mark():
    """Excel repairs, that is loses, what is longer than 32 767 units."""
    sheet = _book(lambda book: book.sheet("S", [Column("t")], [["📚" * 20_000], ["x" * 40_000]]))["S"]
    for row in (5, 6):
        text = sheet.cell(row, 1).value
        assert len(text.encode("utf-16-le")) <= 2 * 32_767
        assert text.endswith(" …")


def test_a_full_sheet_goes_on_in_the_next(monkeypatch):
    """Nothing is lost, and the total is that of all."""
    monkeypatch.setattr(workbook, "MOST_ROWS", workbook.HEAD_ROW + 2 + 10)
    book = _book(lambda book: book.sheet("S", [Column("n", "int"), Column("m", "int", total="sum")],
                                         ([n, 1] for n in range(25))))
    assert book.sheetnames == ["S", "S (2)", "S (3)"]
    found = [row[0] for sheet in book for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert [one for one in found if isinstance(one, int)] == list(range(25))
    assert book["S (3)"]["B10"].value == 25


@pytest.mark.parametrize("kind", ["bar", "column", "line", "pie", "stacked"])
def test_charts_point_at_their_rows(kind):
    """Feature: X8"""
    sheet = _book(lambda book: book.sheet(
        "讀者's", [Column("a"), Column("b", "int")], [["x", 1], ["y", 2]], chart=Chart(kind, "T", 0, [1])
    )).worksheets[0]
    [chart] = sheet._charts
    assert chart.series[0].val.numRef.f.endswith("$B$5:$B$6")


def test_no_rows_and_no_sheets_are_workbooks():
    """A period with nothing in it: a head, and no chart of nothing."""
    columns, chart = [Column("a", "int", total="sum")], Chart("bar", "T", 0, [0])
    sheet = _book(lambda book: book.sheet("S", columns, [], chart=chart))["S"]
    assert sheet.max_row == 4
    assert not sheet._charts
    assert _book(lambda book: None).sheetnames == ["Title"]


def test_chinese_has_a_chinese_font():
    """Feature: X10"""
    for lang, font in (("zh_CN", "Microsoft YaHei"), ("zh_TW", "Microsoft JhengHei")):
        sheet = _book(lambda book: book.sheet("S", [Column("a")], [["讀者"]]), lang=lang)["S"]
        assert sheet["A5"].font.name == font


def test_definitions():
    """Feature: X12"""
    book = _book(lambda book: book.definitions([{"name": "Cases", "numerator": "=1+1"}]))
    assert [cell.value for cell in book["Definitions"][5]][:2] == ["Cases", "=1+1"]
    assert book["Definitions"]["B5"].data_type == "s"


def test_memory_does_not_grow_with_the_rows():
    """Ten times the rows take no more memory."""
    peaks = []
    for count in (2_000, 20_000):
        with Workbook(io.BytesIO(), "T") as book:
            book.sheet("warm", [Column("a")], [["x"]])
            tracemalloc.start()
            book.sheet("S", [Column("a"), Column("n", "int")], ([f"text {n}", n] for n in range(count)))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000

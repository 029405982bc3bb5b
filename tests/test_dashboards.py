"""The files of the dashboards are what their descriptions say, and every formula finds its source."""

import json
import re

import pytest

from tools import dashboards
from tools.dashboard_sheet import HALF, NOTHING, Dashboard

BOARDS = [board.__name__ for board in dashboards.BOARDS]


def test_files_are_written_from_the_descriptions():
    """`python3 -m tools dashboards` would change nothing, and no other dashboard lies beside them."""
    written = dashboards.written()
    assert set(dashboards.FILES.glob("*.json")) == set(written)
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: python3 -m tools dashboards"


@pytest.fixture(params=BOARDS)
def board(request):
    """The spreadsheet of each dashboard."""
    return json.loads((dashboards.FILES / f"{request.param}_dashboard.json").read_text(encoding="utf-8"))


def test_formulas_find_their_sources(board):
    """Each formula names a pivot or a list of the file, with a measure and a field that it has."""
    for sheet in board["sheets"]:
        for cell, content in sheet["cells"].items():
            for number, measure in re.findall(r'PIVOT\.VALUE\((\d+),"([^"]+)"', content):
                assert measure in {one["id"] for one in board["pivots"][number]["measures"]}, cell
            for number, field in re.findall(r'ODOO\.LIST\((\d+),\d+,"([^"]+)"', content):
                assert field.split(".")[0] in board["lists"][number]["columns"], cell


def test_a_figure_that_is_not_shown_is_no_error(board):
    """A figure about fewer than five people comes empty; the sheet shows a dash for it."""
    for sheet in board["sheets"]:
        for cell, content in sheet["cells"].items():
            if "PIVOT.VALUE" in content:
                assert content.startswith("=IFERROR("), cell


def test_words_can_be_translated(board):
    """What is read stands in `_t`, in the name of a link, in a title or in the label of a filter."""
    plain = {
        cell: content for sheet in board["sheets"] for cell, content in sheet["cells"].items()
        if content and not content.startswith("=") and not re.fullmatch(r"\[.+\]\(.+\)", content)
    }
    assert not plain
    formulas = [content for sheet in board["sheets"] for content in sheet["cells"].values() if content.startswith("=")]
    for formula in formulas:
        texts = re.findall(r'"([^"]*)"', re.sub(r'_t\("[^"]*"\)|(PIVOT|ODOO)\.[A-Z.]+\([^)]*\)', "", formula))
        assert set(texts) <= {"", NOTHING}, formula


def test_figures_stand_apart(board):
    """No chart lies over another, over a table's words or beyond the right edge."""
    figures = [(f["offset"]["x"], f["offset"]["y"], f["width"], f["height"]) for f in board["sheets"][0]["figures"]]
    width = sum(size["size"] for size in board["sheets"][0]["cols"].values())
    for number, (left, top, wide, high) in enumerate(figures):
        assert left >= 0 and left + wide <= width
        for x, y, w, h in figures[number + 1:]:
            assert left + wide <= x or x + w <= left or top + high <= y or y + h <= top
    bottoms = [(left, top, top + high) for left, top, _wide, high in figures if high > 150]
    for cell, content in board["sheets"][0]["cells"].items():
        if content:
            column, row = "ABCDEFGHI".index(cell[0]), int(cell[1:]) - 1
            pixel = 23 * row
            side = 0 if column < len(HALF) else 1
            assert not any(top <= pixel < bottom for left, top, bottom in bottoms if (left > 0) == side), cell


def test_shares_of_nothing():
    """A share is worked out from sums of one source, and shows a dash where there is nothing."""
    sheet = Dashboard("trial")
    pivot = sheet.pivot("library.case", ["kept", "missed"])
    sheet.score("Kept", dashboards.share(sheet, pivot, "kept", "kept+missed"))
    formula = sheet.build()["sheets"][1]["cells"]["B2"]
    assert formula.count("PIVOT.VALUE") == 6
    assert formula.startswith("=IFERROR(") and formula.endswith(f'"{NOTHING}")')

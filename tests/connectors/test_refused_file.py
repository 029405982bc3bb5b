"""Refused rows go back as they came, and can be read again once they are mended."""

import io

import make_files
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_table_file import read

from library_crm.connectors import table_file
from library_crm.connectors.messages import Refused

ROWS = (("C1", "王晓燕", "喜欢历史"), ("C2", '=HYPERLINK("http://evil.example")', "+44 117"), ("C3", "-5", "@x"),
        ("C4", "\tTab", "a\nb"), ("C5", "'=1", "''-x"), ("C6", 'say "x"', "a,b;c|d\te"), ("C7", "O'Brien", ""))


def again(facts, refused):
    """The refused file, read again."""
    out = io.BytesIO()
    table_file.write_refused(out, facts, refused)
    frame, more, found = read(out.getvalue())
    return out.getvalue(), frame, more, found


@pytest.mark.parametrize(("encoding", "separator"), [
    ("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", ","), ("gb18030", "|"), ("utf-16", "\t")])
def test_round_trip(encoding, separator):
    """Feature: 11.1"""
    source = make_files.patrons(separator=separator, encoding={"utf-8-sig": "utf-8"}.get(encoding, encoding),
                                bom=b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b"")
    frame, _refused, facts = read(source)
    rows = [Refused(line, "missing_value", {"column": "x"}, dict(zip(facts.columns, cells, strict=True)))
            for line, cells in zip(frame.index, frame.values.tolist(), strict=True)]
    data, same, more, found = again(facts, rows)
    assert (found.encoding, found.separator, more) == (encoding, separator, [])
    assert found.header == [*facts.header, "refused_because"]
    assert found.columns == facts.columns, "reasons and secrets are not read"
    assert same.values.tolist() == frame.values.tolist()
    assert "The column “x” is empty.".encode(encoding.replace("-sig", "").replace("utf-16", "utf-16-le")) in data
    assert "hidden" not in data.decode(encoding)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_cells_that_a_spreadsheet_would_compute(kind):
    """Feature: 11.1"""
    header = ("cardnumber", "surname", "borrowernotes")
    source = make_files.xlsx_of([header, ("C0", "x", "y")]) if kind == "xlsx" else b"cardnumber,surname,borrowernotes\n"
    facts = table_file.inspect(source)
    data, frame, more, _found = again(facts, [(list(row), "=why not") for row in ROWS])
    assert (frame.values.tolist(), more) == ([list(row) for row in ROWS], [])
    if kind == "csv":
        plain = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
        assert not plain.map(lambda cell: cell[:1] in "=+-@\t\r" and cell != "").to_numpy().any()
    else:
        import openpyxl

        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
        assert not any(cell.hyperlink for cell in cells)


def test_character_that_the_encoding_lacks():
    facts = table_file.inspect(make_files.patrons(make_files.PEOPLE_WEST, make_files.NOTES_WEST, encoding="latin-1"))
    cells = ["C1", "王", *[""] * 8]
    data, frame, _more, found = again(facts, [(["C0", "Müller", *[""] * 8], "x"), (cells, "王的原因")])
    assert (found.encoding, frame["surname"].tolist()) == ("utf-8-sig", ["Müller", "王"])


def test_rows_that_were_too_long_stay_so():
    source = make_files.csv_of("C1,Doe,MAIN,STU,x,y,z", "C2,Doe")
    _frame, refused, facts = read(source)
    _data, frame, more, _found = again(facts, refused)
    assert [each.code for each in more] == ["too_many_columns"]
    assert more[0].raw[:7] == ["C1", "Doe", "MAIN", "STU", "x", "y", "z"]
    assert frame.iloc[0, :2].tolist() == ["C2", "Doe"], "filled up: its reason has a column"


def test_reasons_are_not_piled_up():
    facts = table_file.inspect(make_files.csv_of("C1,Doe,MAIN,STU,x"))
    _data, _frame, _more, found = again(facts, [Refused(2, "no_key", {}, ["C1", "Doe", "MAIN", "STU", "x"])])
    raw = ["C1", "Doe", "MAIN", "STU", "x", "an older reason"]
    data, _frame, _more, third = again(found, [Refused(2, "no_key", {}, raw)])
    assert third.header == found.header and b"older" not in data


def test_rows_that_came_from_no_file():
    """Records of the REST API are given back as a table."""
    facts = table_file.facts_of_rows(["patron_id", "surname"])
    _data, frame, more, found = again(facts, [Refused(1, "redacted", {}, {"patron_id": "5", "surname": "王"})])
    assert (found.encoding, frame.values.tolist(), more) == ("utf-8-sig", [["5", "王"]], [])


def test_written_to_a_path(tmp_path):
    facts = table_file.inspect(make_files.csv_of("C1,Doe,MAIN,STU,x"))
    table_file.write_refused(tmp_path / "refused.csv", facts, [(["C1"], "because")])
    assert (tmp_path / "refused.csv").read_text().splitlines()[1] == "C1,,,,,because"


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ["=1", "'=1", "''", "'", "+", "-", "@", "a\nb", '"', "\t", "''''-", "'O"])


@settings(max_examples=60, deadline=10_000)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(["csv", "xlsx"]))
def test_any_cells(rows, kind):
    header = ("cardnumber", "surname", "borrowernotes")
    source = make_files.xlsx_of([header, ("C0", "x", "y")]) if kind == "xlsx" else b"cardnumber,surname,borrowernotes\n"
    facts = table_file.inspect(source)
    rows = [("K" + first, *rest) for first, *rest in rows]
    _data, frame, more, _found = again(facts, [(list(row), "reason") for row in rows])
    assert (frame.values.tolist(), more) == ([list(row) for row in rows], [])

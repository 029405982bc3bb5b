"""What an import must bear: whatever comes in, a clear refusal or a refused row, soon and in little memory."""

import io
import os
import resource
import time
import tracemalloc
import zipfile

import make_files
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_table_file import read

from library_crm.connectors import (
    koha_circulation,
    koha_patrons,
    population,
    prospects,
    table_file,
)
from library_crm.connectors.messages import SENTENCES, FileRefused, sentence

WIDE = "cardnumber,surname,branchcode,categorycode,dateofbirth"


def code_of(data, name=""):
    with pytest.raises(FileRefused) as caught:
        facts = table_file.inspect(data, name)
        for _piece in table_file.chunks(data, facts):
            pass
    return caught.value.code


# Files that are refused whole -------------------------------------------------------------------------------------

@pytest.mark.parametrize(("data", "code"), [
    (b"", "empty_file"), (b"\n\n\r\n", "empty_file"), (b"\xef\xbb\xbf", "empty_file"), (b"\0" * 5000, "empty_file"),
    (b"a" * 3_000_000, "not_a_table"), (b'"' * 3_000_000, "empty_file"),
    (b"<!DOCTYPE html><html><body>Log in</body></html>", "html_page"),
    (b"\n  <html><table><tr><td>1</td></tr></table></html>", "html_page"),
    (b"%PDF-1.7 ...", "not_a_table"), (b"\x89PNG\r\n\x1a\n" + os.urandom(3000), "not_a_table"),
    (b"\x7fELF" + bytes(range(32)) * 300, "not_a_table"), (b"\x1f\x8b\x08" + b"x" * 99, "not_a_table"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_xls"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    (b"PK\x03\x04", "broken_xlsx"), (b"PK\x03\x04" + b"junk" * 200, "broken_xlsx"),
    (b"a,b,a\n1,2,3\n", "duplicate_column"), (b"a,b,A \n1,2,3\n", "duplicate_column"),
    (",".join(f"c{n}" for n in range(201)).encode() + b"\n", "too_many_header_columns"),
])
def test_file_that_is_no_table(data, code):
    """Feature: 11.1"""
    assert code_of(data) == code
    assert code_of(data, "patrons.xlsx") == code


def test_path_that_is_gone(tmp_path):
    assert code_of(tmp_path / "gone.csv") == "file_gone"
    assert code_of("bad\0name") == "file_gone"


def test_text_named_xlsx_is_read_as_text():
    facts = table_file.inspect(make_files.csv_of("C1,Doe,MAIN,STU,x"), "patrons.xlsx")
    assert (facts.kind, [each.code for each in facts.warnings]) == ("csv", ["not_xlsx"])


def test_header_without_rows():
    frame, refused, facts = read(b"cardnumber,surname\n")
    assert (len(frame), refused, facts.row_estimate) == (0, [], 0)


@pytest.mark.parametrize(("missing", "header"), [
    (["surname"], "cardnumber,branchcode,categorycode"), (["categorycode"], "cardnumber,surname,library_id"),
    (["surname", "branchcode", "categorycode"], "a,b"), ([], "Surname,BRANCHCODE,category_id")])
def test_obligatory_columns(missing, header):
    """Feature: 11.1"""
    assert koha_patrons.missing_columns(header.split(",")) == missing


# Rows that are refused --------------------------------------------------------------------------------------------

def test_bad_rows_come_back_and_good_ones_are_in():
    """Feature: 11.1"""
    data = make_files.csv_of(
        "C1,Good,MAIN,STU,2001-02-03", "C2,Short,MAIN", "C3," + ",".join("x" * 3 for _each in range(9_999)),
        "C4,Nu\0l,MAIN,STU,", "C5," + "y" * 70_000 + ",MAIN,STU,", "C6,Good,MAIN,STU,,,,", 'C7,"Open,MAIN,STU,',
        "C8,Good,MAIN,STU,", "C9,王,MAIN,STU,", header=WIDE)
    data += "C10,王晓燕,MAIN,STU,\n".encode("gbk") + b"C11,Good,MAIN,STU,2001-02-04\n"
    frame, refused, facts = read(data)
    assert facts.encoding == "utf-8"
    assert frame["cardnumber"].tolist() == ["C1", "C6", "C8", "C9", "C11"]
    assert [(each.line, each.code) for each in refused] == [
        (3, "too_few_columns"), (4, "too_many_columns"), (5, "nul_byte"), (6, "cell_too_long"), (8, "open_quote"),
        (11, "undecodable")]
    assert refused[1].params == {"found": 10_000, "expected": 5}
    assert sum(map(len, refused[1].raw)) < 21_000
    assert refused[-1].raw[1] == "王晓燕", "shown as it was meant"
    for each in refused:
        assert str(each).endswith(".")


@pytest.mark.parametrize(("main", "stray"), [
    ("utf-8", "gbk"), ("utf-8", "big5"), ("utf-8", "latin-1"), ("gbk", "utf-8"), ("big5", "utf-8")])
def test_mixed_encodings(main, stray):
    """Feature: 11.1"""
    people = {"latin-1": "Ångström-Müller é", "big5": "黃麗華圖書館"}.get(stray, "读者王晓燕图书馆")
    home = "歐陽靜圖書館讀者" if main == "big5" else "欧阳思远图书馆读者"
    good = "".join(f"C{number},{home},MAIN,STU,2001-02-03\n" for number in range(50)).encode(main)
    if main == "big5":
        people = "黃麗華圖書館讀者"
    data = (WIDE + "\n").encode() + good + f"X1,{people},MAIN,STU,\n".encode(stray) + good.replace(b"C", b"D")
    frame, refused, facts = read(data)
    assert facts.encoding == {"gbk": "gb18030", "big5": "big5hkscs"}.get(main, main)
    assert (len(frame), frame["surname"].unique().tolist()) == (100, [home])
    assert [(each.line, each.code, each.raw[0], each.raw[1]) for each in refused] == [(52, "undecodable", "X1", people)]


def test_quotation_marks_that_are_never_closed():
    rows = [f'C{number},"Doe,MAIN,STU,' if number % 3 == 0 else f"C{number},Doe,MAIN,STU," for number in range(3000)]
    begun = time.monotonic()
    frame, refused, _facts = read(make_files.csv_of(*rows, header=WIDE))
    assert len(frame) + len(refused) <= 3000
    assert {each.code for each in refused} <= {"open_quote", "too_many_columns", "too_few_columns"}
    assert len(frame) >= 900
    assert time.monotonic() - begun < 20


def test_stray_marks_join_no_rows():
    """Two rows with an open mark each are not one row of one patron."""
    frame, refused, _facts = read(make_files.csv_of(
        'C1,"Doe,MAIN,STU,', 'C2,"Roe,MAIN,STU,', "C3,Poe,MAIN,STU,", 'C4,"Low"e,MAIN,STU,', 'C5,Hi"gh,MAIN,STU,',
        header=WIDE))
    assert frame["surname"].tolist() == ["Poe", 'Hi"gh']
    assert [(each.line, each.code) for each in refused] == [(2, "open_quote"), (3, "open_quote"), (5, "open_quote")]


def test_one_mark_does_not_swallow_the_file():
    rows = [f"C{number},Doe,MAIN,STU,2001-02-03" for number in range(30_000)]
    rows[5] = 'C5,"Doe,MAIN,STU,'
    frame, refused, _facts = read(make_files.csv_of(*rows, header=WIDE))
    assert [(each.line, each.code) for each in refused] == [(7, "open_quote")]
    assert len(frame) == 29_999


# Workbooks --------------------------------------------------------------------------------------------------------

def test_workbook_cut_off():
    data = make_files.xlsx_of([("cardnumber", "surname")] + [(f"C{n}", "Doe") for n in range(2000)])
    for end in (30, len(data) // 3, len(data) // 2, len(data) - 10):
        assert code_of(data[:end]) == "broken_xlsx"


def test_workbook_damaged_in_the_middle():
    data = make_files.zip_with({"xl/worksheets/sheet1.xml": make_files.sheet_xml(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>cardnumber</t></is></c></row><row r="2"><c r="A2"')})
    assert code_of(data) == "broken_xlsx"
    for part in ("xl/workbook.xml", "[Content_Types].xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        assert code_of(make_files.zip_with({part: b"<broken"})) == "broken_xlsx"
    assert code_of(make_files.zip_with({"xl/workbook.xml": None})) == "not_a_table"


def test_zip_bomb():
    """Feature: 11.1"""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = make_files.zip_with({"xl/worksheets/sheet1.xml": make_files.sheet_xml(b" " * 150_000_000)})
    assert code_of(bomb, "patrons.xlsx") == "xlsx_bomb"
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("zeros", bytes(50_000_000))
    assert code_of(plain.getvalue(), "bomb.xlsx") == "not_a_table"
    assert time.monotonic() - begun < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000


def test_large_workbook_is_refused_by_its_directory(monkeypatch):
    from library_crm.connectors import xlsx_file

    monkeypatch.setattr(xlsx_file, "UNPACKED_LIMIT", 5000)
    assert code_of(make_files.xlsx_of([("a", "b")] + [(f"{n}x", n) for n in range(500)])) == "xlsx_too_large"


def test_definitions_in_a_workbook():
    """Entities that unfold to gigabytes, or read a file of the server."""
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert code_of(make_files.zip_with({"xl/worksheets/sheet1.xml": laughs})) == "xlsx_unsafe"
    wide = laughs.decode().encode("utf-16")
    assert code_of(make_files.zip_with({"xl/sharedStrings.xml": wide})) == "xlsx_unsafe"


@pytest.mark.parametrize("empty", [b'<row r="%d" spans="1:1"/>', b'<row r="%d"><c r="A9" s="1"/></row>'])
def test_million_empty_rows(empty):
    """Feature: 11.1"""
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>cardnumber</t></is></c></row>' \
           b'<row r="2"><c r="A2" t="inlineStr"><is><t>C1</t></is></c></row>'
    rows += b"".join(empty % number for number in range(3, 1_000_000))
    data = make_files.zip_with({"xl/worksheets/sheet1.xml": make_files.sheet_xml(rows, "A1:XFD1048576")})
    begun = time.monotonic()
    frame, refused, facts = read(data)
    assert (frame.values.tolist(), refused, facts.row_estimate) == ([["C1"]], [], 1)
    assert frame.index.tolist() == [2]
    assert time.monotonic() - begun < 10


def test_row_far_below_the_others():
    """A sheet that claims its next row in the two-thousand-millionth line."""
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>cardnumber</t></is></c></row>' \
           b'<row r="2000000000"><c r="A2000000000" t="inlineStr"><is><t>C1</t></is></c></row>'
    begun = time.monotonic()
    frame, _refused, _facts = read(make_files.zip_with({"xl/worksheets/sheet1.xml": make_files.sheet_xml(rows)}))
    assert len(frame) == 0 and time.monotonic() - begun < 10


def test_wide_row_in_a_workbook():
    rows = [("cardnumber", "password", "surname"), ("C1", "p", "Doe"), tuple(range(10_000)), ("C2", "p", "y" * 30_000)]
    frame, refused, _facts = read(make_files.xlsx_of(rows))
    assert frame["cardnumber"].tolist() == ["C1", "C2"]
    assert [(each.line, each.code, each.params) for each in refused] == [
        (3, "too_many_columns", {"found": 10_000, "expected": 3})]
    assert refused[0].raw[1] == ""


def test_dates_out_of_the_calendar_in_a_workbook():
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>born</t></is></c></row>' \
           b'<row r="2"><c r="A2" s="1"><v>99999999999</v></c></row><row r="3"><c r="A3" t="d"><v>bad</v></c></row>'
    data = make_files.zip_with({"xl/worksheets/sheet1.xml": make_files.sheet_xml(rows)})
    try:
        read(data)
    except FileRefused as refused:
        assert refused.code == "broken_xlsx"


# Anything at all --------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.text(max_size=30), st.sampled_from([
        "", "31/02/2025", "2025-02-31", "=HYPERLINK(\"x\")", "'=1", "@x", "-1", "\0", '"', '""', "a\nb", "\r", "王晓燕",
        "a@b.org", "A:1,B:2", '"A:1","B:2"', "9999-12-31", "0000-00-00", "1", "2", "x" * 300, "\ud7ff", "\x1b", "NaN"]),
    st.integers().map(str), st.dates().map(str), st.emails())
NAMES = st.sampled_from([
    "cardnumber", "borrowernumber", "surname", "firstname", "branchcode", "categorycode", "email", "phone",
    "dateofbirth", "debarred", "privacy", "updated_on", "patron_attributes", "sex", "lang", "gonenoaddress", "password",
    "userid", "B_address", "altcontactphone", "anonymized", "datetime", "type", "itemnumber", "year", "size", "basis",
    "age", "name", "date", "lastseen", "extended_attributes"])


@settings(max_examples=150, deadline=10_000)
@given(st.binary(max_size=3000))
def test_any_bytes(data):
    """Feature: 11.1"""
    try:
        read(data)
    except FileRefused as refused:
        assert sentence(refused.code, refused.params)


@settings(max_examples=100, deadline=10_000)
@given(st.lists(NAMES, min_size=1, max_size=12, unique=True), st.lists(st.lists(CELLS, max_size=12), max_size=20),
       st.sampled_from(["utf-8", "gb18030", "utf-16", "latin-1"]), st.sampled_from([",", ";", "\t", "|"]),
       st.booleans())
def test_any_table(header, rows, encoding, separator, regular):
    """Whatever stands in the cells, every row is either taken or refused with a reason, by every reader."""
    import csv

    out = io.StringIO(newline="")
    if regular:
        csv.writer(out, delimiter=separator).writerows([header, *([*row, *header][:len(header)] for row in rows)])
    else:
        out.write("\n".join(separator.join(row) for row in [header, *rows]))
    data = out.getvalue().encode(encoding, "replace")
    try:
        facts = table_file.inspect(data)
        pieces = list(table_file.chunks(data, facts, size=3))
        fast = list(table_file.chunks(data, facts, size=3, categories=facts.columns))
    except FileRefused:
        return
    assert sum(len(piece.frame) for piece in pieces) == sum(len(piece.frame) for piece in fast)
    for piece in pieces:
        frame = piece.frame
        assert frame.map(lambda cell: isinstance(cell, str)).to_numpy().all()
        taken = koha_patrons.normalise(frame, facts.date_format, required=("surname",))
        assert len(taken.rows) + len(taken.refused) == len(frame)
        _can_be_stored(taken)
        for reader in (koha_circulation, population, prospects):
            try:
                found = reader.normalise(frame)
            except FileRefused as refused:
                assert refused.code == "missing_column"
                continue
            skipped = sum(getattr(found, "skipped", {}).values())
            assert len(found.rows) + len(found.refused) + skipped == len(frame)
        for each in [*piece.refused, *taken.refused, *taken.warnings]:
            assert each.code in SENTENCES and str(each)


def _can_be_stored(taken):
    """PostgreSQL takes every value: no NUL, no half characters, keys short enough for an index."""
    for name in taken.rows.columns:
        for value in taken.rows[name]:
            assert value is None or isinstance(value, (str, bool)), (name, value)
            if isinstance(value, str):
                assert "\0" not in value and value != ""
                value.encode("utf-8")
    for name in ("card", "ils", "sso", "name", "email"):
        if name in taken.rows:
            assert all(value is None or len(value) <= 800 for value in taken.rows[name])


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "long.csv"
    line = b"C%07d,Doe,MAIN,STU,2001-02-03,some more text that makes the row as long as a row is in life\n"
    with open(path, "wb") as out:
        out.write(b"cardnumber,surname,branchcode,categorycode,dateofbirth,note\n")
        for begin in range(0, 600_000, 50_000):
            out.write(b"".join(line % number for number in range(begin, begin + 50_000)))
    facts = table_file.inspect(path)
    assert facts.row_estimate == 600_000
    tracemalloc.start()
    count = sum(len(piece.frame) for piece in table_file.chunks(path, facts))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 600_000
    assert peak < 40_000_000 < path.stat().st_size

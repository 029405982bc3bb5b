"""Tables of every encoding, separator and date format, read whole and in pieces."""

import io
import json
from datetime import datetime

import make_files
import pytest

from library_crm.connectors import table_file
from library_crm.connectors.messages import SENTENCES, FileRefused

ENCODINGS = [
    ("utf-8", b"", make_files.PEOPLE_ZH, make_files.NOTES_ZH, "utf-8"),
    ("utf-8", b"\xef\xbb\xbf", make_files.PEOPLE_ZH, make_files.NOTES_ZH, "utf-8-sig"),
    ("utf-8", b"", make_files.PEOPLE_WEST, make_files.NOTES_WEST, "utf-8"),
    ("gbk", b"", make_files.PEOPLE_ZH, make_files.NOTES_ZH, "gb18030"),
    ("gb18030", b"", (*make_files.PEOPLE_ZH, ("㐀", "𠮷")), make_files.NOTES_ZH, "gb18030"),
    ("big5", b"", make_files.PEOPLE_TW, make_files.NOTES_TW, "big5hkscs"),
    ("latin-1", b"", make_files.PEOPLE_WEST, make_files.NOTES_WEST, "cp1252"),
    ("utf-16", b"", make_files.PEOPLE_ZH, make_files.NOTES_ZH, "utf-16"),
    ("utf-16-le", b"", make_files.PEOPLE_WEST, make_files.NOTES_WEST, "utf-16-le"),
    ("ascii", b"", (("Doe", "Jane"),), ("plain",), "utf-8"),
]


def read(data, facts=None, **options):
    """All rows, all refusals and the facts."""
    import pandas as pd

    facts = facts or table_file.inspect(data)
    pieces = list(table_file.chunks(data, facts, **options))
    frame = pd.concat([piece.frame for piece in pieces]) if pieces else pd.DataFrame(columns=facts.columns)
    return frame, [each for piece in pieces for each in piece.refused], facts


@pytest.mark.parametrize(("encoding", "bom", "people", "notes", "found"), ENCODINGS)
def test_encodings(encoding, bom, people, notes, found):
    """Feature: 11.1"""
    data = make_files.patrons(people, notes, encoding=encoding, bom=bom)
    frame, refused, facts = read(data)
    assert (facts.encoding, refused, len(frame), facts.row_estimate) == (found, [], 60, 60)
    assert frame["surname"].tolist()[:len(people)] == [last for last, _first in people]
    assert frame["borrowernotes"].tolist()[:len(notes)] == list(notes)
    assert facts.header == list(make_files.HEADER)
    assert frame.index.tolist() == list(range(2, 62))


@pytest.mark.parametrize("people", [make_files.PEOPLE_ZH[:1], make_files.PEOPLE_ZH])
def test_few_chinese_characters_far_down(people):
    """A file that is ASCII for a megabyte still shows its encoding."""
    head = "".join(f"C{number:07d},Doe,MAIN,STU,a plain note of some length that says nothing\n"
                   for number in range(25_000))
    tail = "".join(f"D{number:07d},{last}{first},MAIN,STU,教授推荐的读者\n"
                   for number, (last, first) in enumerate(people))
    header = "cardnumber,surname,branchcode,categorycode,borrowernotes\n"
    for encoding, found in (("utf-8", "utf-8"), ("gbk", "gb18030")):
        frame, refused, facts = read((header + head + tail).encode(encoding))
        assert (facts.encoding, refused) == (found, [])
        assert frame["surname"].iloc[-len(people)] == "".join(people[0])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("quote_all", [False, True])
def test_separators(separator, encoding, quote_all):
    data = make_files.patrons(separator=separator, encoding=encoding, quote_all=quote_all)
    frame, refused, facts = read(data)
    assert (facts.separator, refused, len(frame)) == (separator, [], 60)
    assert frame["firstname"].iloc[0] == "晓燕"


def test_pipe_inside_chinese_characters():
    """The second byte of a character of GBK may be the byte of a pipe."""
    name = next(chr(code) for code in range(0x4E00, 0x9FFF) if b"|" in chr(code).encode("gbk", "ignore"))
    people = ((name, "明"), *make_files.PEOPLE_ZH)
    frame, refused, facts = read(make_files.patrons(people, separator="|", encoding="gbk"))
    assert (facts.separator, refused, frame["surname"].iloc[0]) == ("|", [], name)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end):
    frame, refused, _facts = read(make_files.patrons(line_end=line_end))
    assert (len(frame), refused) == (60, [])
    assert frame["borrowernotes"].iloc[0] == "喜欢历史类图书"


def test_last_line_without_an_end():
    frame, refused, facts = read(b"cardnumber,surname\nC1,Doe\nC2,Roe")
    assert (frame["surname"].tolist(), refused, facts.row_estimate) == (["Doe", "Roe"], [], 2)


@pytest.mark.parametrize("date_format", [
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%Y", "%Y.%m.%d", "%Y年%m月%d日"])
def test_date_formats(date_format):
    """Feature: 11.1"""
    facts = table_file.inspect(make_files.patrons(date_format=date_format))
    assert (facts.date_format, facts.date_ambiguous) == (date_format, False)


def test_dates_that_can_be_read_in_two_ways():
    data = make_files.csv_of(*(f"C{day},01/{day:02d}/2024" for day in range(1, 12)), header="cardnumber,dateofbirth")
    facts = table_file.inspect(data)
    assert (facts.date_format, facts.date_ambiguous) == ("%d/%m/%Y", True)
    message = facts.warnings[0]
    assert message.params == {"chosen": "dd/mm/yyyy", "other": "mm/dd/yyyy"}
    assert str(message) == "The dates can be read as dd/mm/yyyy or mm/dd/yyyy; dd/mm/yyyy was taken."


def test_dates_are_looked_at_all_over_the_file():
    """A file sorted by time begins with days that can be read in two ways."""
    rows = [f"{month:02d}/{day:02d}/2024 10:00:00,MAIN,issue,{day}" for month in range(1, 12) for day in range(1, 29)
            for _each in range(40)]
    data = make_files.csv_of(*rows, header="datetime,branch,type,borrowernumber")
    assert table_file.inspect(data).date_format == "%m/%d/%Y"


def test_header_spellings():
    header = "\ufeff Card Number ,ＳＵＲＮＡＭＥ,,first\u3000name"
    facts = table_file.inspect((header + "\nC1,Doe,x,Jo\n").encode())
    assert facts.header == ["Card Number", "SURNAME", "column 3", "first name"]


def test_separator_named_in_the_first_line():
    frame, refused, facts = read(b"sep=;\r\ncardnumber;surname\r\nC1;Doe, Jane\r\n")
    assert (facts.separator, facts.data_line, refused) == (";", 3, [])
    assert frame.values.tolist() == [["C1", "Doe, Jane"]]


def test_quotes_commas_and_lines_within_cells():
    data = make_files.csv_of('C1,"Doe, Jane",MAIN,STU,"said ""hello"""', 'C2,Roe,MAIN,STU,"first\nsecond\nthird"',
                             "C3,Poe,MAIN,STU,", 'C4,"",MAIN,STU,5" disk', "", ",,,,", "C5,Low,MAIN,STU,end")
    frame, refused, _facts = read(data)
    assert refused == []
    assert frame["surname"].tolist() == ["Doe, Jane", "Roe", "Poe", "", "Low"]
    assert frame["borrowernotes"].tolist() == ['said "hello"', "first\nsecond\nthird", "", '5" disk', "end"]
    assert frame.index.tolist() == [2, 3, 6, 7, 10], "lines as an editor counts them"


def test_cells_are_strings():
    frame, _refused, _facts = read(make_files.csv_of("007,NA,null,1e5,nan", "1,True,NULL,0x1F,-"))
    assert frame.values.tolist() == [["007", "NA", "null", "1e5", "nan"], ["1", "True", "NULL", "0x1F", "-"]]


def test_columns_that_are_never_read():
    """Feature: 11.1"""
    header = "cardnumber,Password,surname,ethnicity,ETHNOTES,overdrive_auth_token"
    data = make_files.csv_of("C1,secret1,Doe,x1,y1,t1", "C2,secret2,Roe,x2,y2,t2,extra", "C3,secret3", header=header)
    frame, refused, facts = read(data)
    assert list(frame.columns) == ["cardnumber", "surname"]
    assert [each.params["column"] for each in facts.warnings] == [
        "Password", "ethnicity", "ETHNOTES", "overdrive_auth_token"]
    frame, refused, facts = read(data, columns=facts.header)
    assert list(frame.columns) == ["cardnumber", "surname"], "not even for who asks"
    kept = json.dumps([each.raw for each in refused])
    assert len(refused) == 2 and not any(secret in kept for secret in ("secret", "x2", "t2", "y2"))


def test_hidden_cells_that_a_missing_quote_has_moved():
    """A comma too many moves the password into the next column."""
    header = "cardnumber,surname,address,password,note"
    data = make_files.csv_of("C1,Doe,4 Mill Road, Leeds,secret1,n", "C2,Doe,4, Mill, Road,secret2,n", "C3,secret3,n",
                             header=header)
    _frame, refused, _facts = read(data)
    assert [each.code for each in refused] == ["too_many_columns", "too_many_columns", "too_few_columns"]
    assert "secret" not in json.dumps([each.raw for each in refused])


@pytest.mark.parametrize("size", [1, 7, 60, 100])
def test_pieces(size):
    data = make_files.patrons()
    facts = table_file.inspect(data)
    pieces = list(table_file.chunks(data, facts, size=size))
    assert [len(piece.frame) for piece in pieces[:-1]] == [size] * (len(pieces) - 1)
    assert sum(len(piece.frame) for piece in pieces) == 60
    assert [piece.first_line for piece in pieces][1:] == [piece.next_line for piece in pieces][:-1]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "gbk"])
def test_going_on_after_a_piece(kind):
    """A run that was killed goes on with the line it had reached: each row once, whatever lies between."""
    rows = []
    for number in range(50):
        rows.append((f"C{number}", "Doe", "MAIN", "STU", "line\nbreak" if number % 7 == 0 else "王"))
        if number % 5 == 0:
            rows.append((f"X{number}", "too", "many", "columns", "in", "this"))
        if number % 11 == 0:
            rows.append(("", "", "", "", ""))
    header = ("cardnumber", "surname", "branchcode", "categorycode", "borrowernotes")
    if kind == "xlsx":
        data = make_files.xlsx_of([header, *rows])
    else:
        lines = [",".join(f'"{cell}"' if "\n" in cell else cell for cell in row) for row in rows]
        data = make_files.csv_of(*lines).decode().encode("gbk" if kind == "gbk" else "utf-8")
    facts = table_file.inspect(data)
    whole = list(table_file.chunks(data, facts, size=4))
    for piece in whole:
        rest = list(table_file.chunks(data, facts, size=4, first_line=piece.next_line))
        done = whole[:whole.index(piece) + 1]
        cards = [card for each in [*done, *rest] for card in each.frame["cardnumber"]]
        refused = [each.raw[0] for piece_ in [*done, *rest] for each in piece_.refused]
        assert cards == [f"C{number}" for number in range(50)]
        assert refused == [f"X{number}" for number in range(0, 50, 5)]


def test_paths_bytes_and_files(tmp_path):
    data = make_files.patrons()
    path = tmp_path / "patrons.csv"
    path.write_bytes(data)
    frames = [read(each)[0] for each in (path, str(path), data, io.BytesIO(data), bytearray(data))]
    assert all(frame.equals(frames[0]) for frame in frames)


def test_facts_travel_as_json():
    facts = table_file.inspect(make_files.patrons(), "patrons.xlsx")
    again = table_file.FileFacts.from_json(json.loads(json.dumps(facts.to_json())))
    assert again == facts and [each.code for each in again.warnings] == ["not_xlsx", "column_dropped"]


def test_corrected_encoding_is_used():
    data = make_files.patrons(encoding="gbk")
    facts = table_file.inspect(data)
    facts.encoding = "latin-1"
    frame, refused, _facts = read(data, facts)
    assert (len(frame), refused) == (60, [])
    assert frame["surname"].iloc[0] == "王".encode("gbk").decode("latin-1")


def test_categories_are_what_the_strings_are():
    """Categories and moments straight from bytes say the same as the parser."""
    import numpy as np
    import pandas as pd

    rows = [f'2024-{number % 12 + 1:02d}-{number % 28 + 1:02d} 10:{number % 60:02d}:00,"王{number % 5}",{number},'
            f'{"" if number % 3 else "a, b"!r},{"x" * (number % 40)}'.replace("'", '"') for number in range(400)]
    data = make_files.csv_of(*rows, header="datetime,name,number,text,long")
    facts = table_file.inspect(data)
    plain, _refused, _facts = read(data, facts)
    (piece,) = table_file.chunks(data, facts, categories=facts.header)
    assert piece.frame["datetime"].dtype == "M8[s]"
    for name in ("name", "number", "text", "long"):
        assert piece.frame[name].dtype == "category"
        assert piece.frame[name].astype(object).tolist() == plain[name].tolist()
    assert piece.frame.index.equals(plain.index)
    moments = pd.to_datetime(plain["datetime"]).to_numpy().astype("M8[s]")
    assert np.array_equal(piece.frame["datetime"].to_numpy(), moments)


@pytest.mark.parametrize("rows", [
    ['2024-01-01,"say ""x""",5'] * 3, ["2024-01-01," + "y" * 200 + ",5"] * 3, ["2024-02-31,x,5", "2024-01-01,x,5"],
    ["2024-01-01,'=x,5"], ["2024-01-01,O'Brien,5"], ["2024-01-01,,"], ["2024-01-01 1:5,x,5"],
])
def test_categories_when_the_rows_are_not_simple(rows):
    data = make_files.csv_of(*rows, header="datetime,text,number")
    facts = table_file.inspect(data)
    plain, _refused, _facts = read(data, facts)
    (piece,) = table_file.chunks(data, facts, categories=facts.header)
    for name in facts.header:
        column = piece.frame[name]
        found = column.dt.strftime("%Y-%m-%d").tolist() if column.dtype == "M8[s]" else column.astype(object).tolist()
        assert found == plain[name].tolist()


# Workbooks --------------------------------------------------------------------------------------------------------

def test_workbook():
    """Feature: 11.1"""
    rows = [("cardnumber", "surname", "dateofbirth", "number", "flag", "password"),
            ("C1", "王晓燕", datetime(2001, 2, 3), 12345678901, True, "hidden"),
            (7, "=HYPERLINK(\"http://evil.example\",\"click\")", datetime(2001, 2, 3, 4, 5), 1.5, None, "hidden"),
            (None,) * 6, ("C3",)]
    frame, refused, facts = read(make_files.xlsx_of(rows))
    assert (facts.kind, facts.date_format, facts.row_estimate, refused) == ("xlsx", "%Y-%m-%d", 3, [])
    assert frame.values.tolist() == [
        ["C1", "王晓燕", "2001-02-03", "12345678901", "1"],
        ["7", '=HYPERLINK("http://evil.example","click")', "2001-02-03 04:05:00", "1.5", ""],
        ["C3", "", "", "", ""]]
    assert frame.index.tolist() == [2, 3, 5]


def test_formula_in_a_workbook_gives_its_value():
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("cardnumber", "surname"))
        sheet.write_formula(1, 0, '="C"&1', value="C1")
        sheet.write_formula(1, 1, '=HYPERLINK("http://evil.example","Doe")', value="Doe")
    assert read(out.getvalue())[0].values.tolist() == [["C1", "Doe"]]


def test_workbook_with_several_sheets():
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Hidden").hide()
        book.worksheets()[0].write_row(0, 0, ("secret", "things"))
        shown = book.add_worksheet("Shown")
        shown.write_row(2, 0, ("cardnumber", "surname"))
        shown.write_row(3, 0, ("C1", "Doe"))
        shown.activate()
    frame, _refused, facts = read(out.getvalue())
    assert (facts.sheet, facts.data_line, frame.values.tolist()) == ("Shown", 4, [["C1", "Doe"]])


def test_workbook_named_csv():
    data = make_files.xlsx_of([("cardnumber",), ("C1",)])
    assert [each.code for each in table_file.inspect(data, "patrons.csv").warnings] == ["not_csv"]


# Sentences --------------------------------------------------------------------------------------------------------

def test_every_sentence_can_be_said():
    """Each placeholder of a sentence is filled by whoever raises its code; here by anything."""
    import re

    for code, text in SENTENCES.items():
        names = re.findall(r"%\((\w+)\)s", text)
        assert "%(" not in text % dict.fromkeys(names, "x"), code
        assert text[-1] == "." and text[0] in "ABCDEFGHIJKLMNOPQRSTUVWXYZ“%", code


def test_refusal_is_a_sentence():
    with pytest.raises(FileRefused, match="The column “b” stands in the header twice."):
        table_file.inspect(b"a,b,B\n1,2,3\n".replace(b"B", b"b"))

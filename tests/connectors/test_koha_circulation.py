"""Uses of the library: what becomes of statistics, and what never leaves the reader."""

import make_files
import pandas as pd
import pytest

from library_crm.connectors import koha_circulation, table_file
from library_crm.connectors.messages import FileRefused

HEADER = "datetime,branch,type,borrowernumber,itemnumber,itemcallnumber,ccode,itemtype,title"


def events_of(data, fast=True, **options):
    facts = table_file.inspect(data)
    columns, categories = koha_circulation.columns_to_read(facts.header)
    found = [koha_circulation.normalise(piece.frame, facts.date_format, **options)
             for piece in table_file.chunks(data, facts, columns=columns, categories=categories if fast else ())]
    return found[0]


def shown(events, *names):
    rows = events.rows[list(names)].copy()
    if "moment" in names:
        rows["moment"] = rows["moment"].dt.strftime("%Y-%m-%d %H:%M:%S")
    rows = rows.astype(object)
    return rows.where(rows.notna(), None).values.tolist()


ROWS = (
    "2025-01-02 10:00:00,MAIN,issue,5,70,TP311/4,GEN,BK,A secret title",
    "2025-01-03 10:00:00,SCI,renew,5,70,TP311/4,GEN,BK,A secret title",
    "2025-01-04 10:00:00,SCI,return,5,70,TP311/4,GEN,BK,A secret title",
    "2025-01-05 10:00:00,SCI,localuse,,71,,GEN,BK,A secret title",
    "2025-01-06 10:00:00,SCI,onsite_checkout,0,71,K9,GEN,BK,A secret title",
    "2025-01-07 10:00:00,SCI,payment,6,,,,,",
    "2025-01-08 10:00:00,SCI,teleport,6,72,,,,A secret title",
    "2025-02-30 10:00:00,SCI,issue,6,72,O13,,,A secret title",
    ",SCI,issue,6,72,O13,,,A secret title",
)


@pytest.mark.parametrize("fast", [True, False])
def test_statistics(fast):
    """Feature: 11.1"""
    events = events_of(make_files.csv_of(*ROWS, header=HEADER), fast)
    assert shown(events, "patron_key_kind", "patron_key", "moment", "kind", "branch_code", "class_mark", "item_key",
                 "channel") == [
        ["ils", "5", "2025-01-02 10:00:00", "loan", "MAIN", "TP311/4", "70", "onsite"],
        ["ils", "5", "2025-01-03 10:00:00", "renewal", "SCI", "TP311/4", "70", "onsite"],
        [None, None, "2025-01-05 10:00:00", "onsite_use", "SCI", None, "71", "onsite"],
        [None, None, "2025-01-06 10:00:00", "onsite_use", "SCI", "K9", "71", "onsite"]]
    assert events.skipped == {"return": 1, "payment": 1}
    assert [(each.line, each.code) for each in events.refused] == [
        (8, "unknown_kind"), (9, "bad_date"), (10, "missing_value")]


@pytest.mark.parametrize("fast", [True, False])
def test_no_title_leaves_the_reader(fast):
    """Feature: 11.1"""
    data = make_files.csv_of(*ROWS, header=HEADER)
    facts = table_file.inspect(data)
    columns, _categories = koha_circulation.columns_to_read(facts.header)
    assert set(columns) == {"datetime", "branch", "type", "borrowernumber", "itemnumber", "itemcallnumber"}
    events = events_of(data, fast)
    everything = events.rows.to_csv() + repr(events.refused) + repr(
        [list(column.cat.categories) for _name, column in events.rows.items() if column.dtype == "category"])
    assert "secret" not in everything
    # read whole, as a preview might: refused rows still say nothing of the item
    whole = koha_circulation.normalise(next(iter(table_file.chunks(data, facts))).frame)
    assert "secret" not in whole.rows.to_csv() + repr(whole.refused)


def test_pieces_of_a_column_without_a_single_value():
    data = make_files.csv_of("2025-01-02,MAIN,visit,,,", header="datetime,branch,type,borrowernumber,itemnumber,x")
    assert shown(events_of(data), "patron_key", "item_key", "kind") == [[None, None, "visit"]]


def test_cards_when_there_are_no_numbers():
    data = make_files.csv_of("02/01/2025 08:30,MAIN,issue,C 5", "13/01/2025 08:30:05,MAIN,issue,",
                             header="date,branchcode,type,cardnumber")
    assert shown(events_of(data), "patron_key_kind", "patron_key", "moment") == [
        ["card", "C 5", "2025-01-02 08:30:00"], [None, None, "2025-01-13 08:30:05"]]


def test_words_of_other_systems():
    data = make_files.csv_of("2025-01-02,下载,5,opac", "2025-01-02,借书,5,", "2025-01-02,Sitzung,5,",
                             header="日期,类型,patron_id,interface")
    events = events_of(data, kinds={"Sitzung": "database"})
    assert shown(events, "kind", "channel") == [["download", "remote"], ["loan", "onsite"], ["database", "remote"]]


def test_mapped_columns():
    frame = pd.DataFrame([{"wann": "2025-01-02", "was": "issue", "wer": "5", "type": "x", "Titel": "secret"}])
    events = koha_circulation.normalise(frame, mapping={
        "wann": "datetime", "was": "type", "wer": "cardnumber", "Titel": "ignored"})
    assert shown(events, "kind", "patron_key_kind", "patron_key") == [["loan", "card", "5"]]


@pytest.mark.parametrize(("header", "column"), [
    ("branch,type", "datetime"), ("datetime,branch", "type"), ("a", "datetime")])
def test_missing_columns(header, column):
    with pytest.raises(FileRefused) as caught:
        koha_circulation.columns_to_read(header.split(","))
    assert (caught.value.code, caught.value.params) == ("missing_column", {"column": column})


def test_million_rows_a_second_or_so(tmp_path):
    """Events are read and understood faster than PostgreSQL could copy them."""
    import time

    from benchmarks.koha_files import write_circulation

    path = write_circulation(tmp_path / "events.csv", 200_000, 5_000)
    facts = table_file.inspect(path)
    columns, categories = koha_circulation.columns_to_read(facts.header)
    begun, count = time.process_time(), 0
    for piece in table_file.chunks(path, facts, 100_000, columns, categories=categories):
        events = koha_circulation.normalise(piece.frame, facts.date_format)
        count += len(events.rows) + sum(events.skipped.values())
        assert not events.refused
    assert count == 200_000
    assert time.process_time() - begun < 1

"""COUNTER reports in every form they come in, and in some in which they should not.

Feature: 5.2, 1.4
"""

import json
import time
from datetime import date

import pytest
from counter_files import COLUMNS, HEAD, json_5, json_51, row, table, workbook

from library_crm.connectors import counter_report
from library_crm.connectors.counter_messages import COUNTER_CODES, CounterRefused
from library_crm.connectors.counter_months import read_month
from library_crm.connectors.counter_table import write_refused

JANUARY, FEBRUARY, MARCH = (date(2025, month, 1) for month in (1, 2, 3))
KEY = ("jhonline", "river studies")
GOOD = [row(), row(metric="No_License", counts=(5, 5, 5))]


def requests(report, metric="Total_Item_Requests"):
    return [report.counts.get((KEY, metric, month), 0) for month in (JANUARY, FEBRUARY, MARCH)]


def head_with(**values):
    """The header with other values."""
    return [[name, values.get(name, value)] for name, value in HEAD]


@pytest.mark.parametrize("data", [
    table(GOOD),
    table(GOOD, separator=","),
    table(GOOD, separator=";", encoding="utf-8-sig"),
    table(GOOD, encoding="utf-16"),
    table(GOOD, columns=[*COLUMNS[:-3], "Jan-25", "2025-02", "2025年3月"], encoding="gb18030"),
    workbook(GOOD),
    json_5(),
    json_51(),
], ids=["tsv", "csv", "semicolons", "utf16", "months", "xlsx", "json5", "json51"])
def test_the_same_report_in_every_form(data):
    report = counter_report.read(data)
    assert report.report == "TR"
    assert report.refused == []
    assert requests(report) == [1, 2, 3]
    assert requests(report, "No_License") == [5, 5, 5]
    assert (report.date_from, report.date_to) == (JANUARY, MARCH)
    assert report.institution == "Riverside University"
    assert report.sources[KEY].issn == "1234-5679"
    assert report.is_whole


def test_rows_of_a_title_are_added_up():
    report = counter_report.read(table([row(), row(YOP="2023", counts=(10, 0, ""))]))
    assert requests(report) == [11, 2, 3]


def test_machines_that_read_are_left_out_and_said():
    report = counter_report.read(table([row(), row(Access_Method="TDM", counts=(900, 0, 0))]))
    assert requests(report) == [1, 2, 3]
    assert report.notes == [("mining", {"rows": 1})]


@pytest.mark.parametrize(("cells", "code"), [
    (row(Platform=""), "no_platform"),
    (row(title=""), "no_title"),
    (row(metric=""), "no_metric"),
    (row(metric="Full_Text_Requests"), "unknown_metric"),
    (row(counts=(1, "many", 3), total=4), "bad_count"),
    (row(counts=(1, -2, 3), total=2), "bad_count"),
    (row(counts=(1, "2.5", 3), total=4), "bad_count"),
    (row(counts=(1, 10**12, 3), total=4), "bad_count"),
    (row(total=7), "bad_total"),
    ([*row(), "more"], "too_many_columns"),
])
def test_a_bad_row_comes_back_with_its_reason(cells, code):
    report = counter_report.read(table([row("Other Studies"), cells]))
    assert [refusal.code for refusal in report.refused] == [code]
    assert report.refused[0].line == len(HEAD) + 4
    assert list(report.sources) == [("jhonline", "other studies")]


def test_the_same_row_twice_is_counted_once_with_all_that_belongs_to_it_refused():
    report = counter_report.read(table([row(), row(), row("Other Studies")]))
    assert [refusal.code for refusal in report.refused] == ["beside", "duplicate_row"]
    assert list(report.sources) == [("jhonline", "other studies")]


def test_refused_rows_can_be_corrected_and_read_again():
    bad = [row(), row(YOP="2023", counts=(1, "x", 0), total=1), row("=Formula")]
    report = counter_report.read(table(bad))
    assert [refusal.code for refusal in report.refused] == ["beside", "bad_count"]
    file = write_refused(report, ["because"] * 2)
    assert b"because" in file
    wrong, right = b"Total_Item_Requests\t1\t1\tx\t0", b"Total_Item_Requests\t2\t1\t1\t0"
    assert wrong in file
    again = counter_report.read(file.replace(wrong, right))
    assert again.refused == []
    assert requests(again) == [2, 3, 3]
    assert not again.is_whole


def test_a_formula_stays_text_in_the_refused_file():
    report = counter_report.read(table([row('=HYPERLINK("x")', metric="Nothing")]))
    assert b"'=HYPER" in write_refused(report, ["r"])
    again = counter_report.read(write_refused(report, ["r"]).replace(b"Nothing", b"No_License"))
    assert [source.title for source in again.sources.values()] == ['=HYPERLINK("x")']


@pytest.mark.parametrize(("data", "code"), [
    (b"", "empty_file"),
    (b"   \n", "empty_file"),
    (b"<html><body>Please sign in</body></html>", "not_counter"),
    (b"\xd0\xcf\x11\xe0 old workbook", "old_xls"),
    (b"PK\x03\x04 broken", "broken_xlsx"),
    (b'{"Report_Header": {"Report_ID": "TR"', "not_json"),
    (b'{"Report_Items": []}', "not_counter"),
    (b"[" * 100_000, "not_json"),
    (table(GOOD, head=head_with(Release="4")), "old_release"),
    (table(GOOD, head=head_with(Release="")), "no_release"),
    (table(GOOD, head=head_with(Report_ID="JR1")), "unknown_report"),
    (table([cells[:-3] for cells in GOOD], columns=COLUMNS[:-3]), "no_months"),
])
def test_what_is_no_report_is_said(data, code):
    with pytest.raises(CounterRefused) as refused:
        counter_report.read(data)
    assert refused.value.code == code


def test_a_report_that_is_too_large_is_not_read():
    with pytest.raises(CounterRefused) as refused:
        counter_report.read(b"x" * (counter_report.MOST_BYTES + 1))
    assert refused.value.code == "too_large"


def test_platforms_and_databases():
    platform = [name for name in COLUMNS if name in ("Platform", "Data_Type", "Access_Method", "Metric_Type")]
    report = counter_report.read(table(
        [["JHOnline", "Platform", "Regular", "Searches_Platform", "6", "1", "2", "3"]],
        head=head_with(Report_ID="PR", Report_Name="Platform Master Report"),
        columns=[*platform, *COLUMNS[-4:]],
    ))  # fmt: skip
    assert report.counts[("jhonline", ""), "Searches_Platform", MARCH] == 3
    report = counter_report.read(table(
        [["Rivers A–Z", "JHOnline", "Searches_Regular", "6", "1", "2", "3"]],
        head=head_with(Report_ID="DR_D1"), columns=["Database", "Platform", "Metric_Type", *COLUMNS[-4:]],
    ))  # fmt: skip
    assert report.counts[("jhonline", "rivers a–z"), "Searches_Regular", JANUARY] == 1


def test_a_report_cut_to_some_titles_replaces_nothing():
    assert not counter_report.read(table(GOOD, head=head_with(Report_Filters="Data_Type=Book"))).is_whole
    view = head_with(Report_ID="TR_J1", Report_Filters="Data_Type=Journal")
    assert counter_report.read(table(GOOD, head=view)).is_whole


def test_items_in_items_have_the_names_of_the_whole():
    nested = {"Items": [{"Item": "A paper", "Attribute_Performance": [
        {"Data_Type": "Article", "Performance": {"Total_Item_Requests": {"2025-01": 4}}}]}]}
    data = {"Report_Header": {"Report_ID": "IR", "Release": "5.1"},
            "Report_Items": [{"Platform": "JHOnline", **nested}, "no item", {"Platform": "x", "Items": 7}]}
    report = counter_report.read(json.dumps(data).encode())
    assert report.counts == {(("jhonline", "a paper"), "Total_Item_Requests", JANUARY): 4}
    assert [refusal.code for refusal in report.refused] == ["no_platform"]


@pytest.mark.parametrize("performance", [
    {"Total_Item_Requests": {"2025-01": -4}}, {"Total_Item_Requests": {"2025-01": "4"}},
    {"Total_Item_Requests": {"2025-01": True}}, {"Total_Item_Requests": {"2025-01": 10**15}},
])
def test_json_with_numbers_that_are_none(performance):
    report = counter_report.read(json_51(performance))
    assert [refusal.code for refusal in report.refused] == ["bad_count"]
    assert report.counts == {}


@pytest.mark.parametrize(("text", "month"), [
    ("Jan-2025", JANUARY), ("Jan-25", JANUARY), ("january 2025", JANUARY), ("2025-01", JANUARY),
    ("2025-01-01", JANUARY), ("01-Jan-2025", JANUARY), ("2025/1", JANUARY), ("2025年1月", JANUARY),
    ("Metric_Type", None), ("13-2025", None), ("2025-13", None), ("Jan-0001", None), ("", None),
])
def test_months(text, month):
    assert read_month(text) == month


def test_every_code_has_a_sentence():
    assert len({code for code, _words in COUNTER_CODES}) == len(COUNTER_CODES)


def test_a_long_report_is_read_in_seconds():
    rows = [row(f"Title {number}", YOP=str(2000 + number % 20)) for number in range(20_000)]
    data, begin = table(rows), time.monotonic()
    report = counter_report.read(data)
    assert len(report.sources) == 20_000
    assert time.monotonic() - begin < 20

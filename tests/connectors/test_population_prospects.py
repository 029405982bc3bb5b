"""Tables that people make: the population, and lists of who came to a course."""

import pandas as pd
import pytest

from library_crm.connectors import population, prospects
from library_crm.connectors.messages import FileRefused


def frame(*rows):
    return pd.DataFrame(rows, index=range(2, len(rows) + 2)).fillna("")


def test_population():
    """Feature: 3.3"""
    found = population.normalise(frame(
        {"Faculty": "Physics", "Category": "STU", "Age band": "18-25", "Year": "2025", "Size": "1,234"},
        {"Faculty": "Physics", "Category": "STU", "Age band": "65+", "Year": "2025", "Size": "56.0"},
        {"Faculty": "", "Category": "PUB", "Age band": "", "Year": "2024", "Size": "0"}))
    assert found.refused == []
    assert found.rows.drop(columns=["affiliation_code", "branch_code"]).values.tolist() == [
        ["Physics", "STU", 18, 25, 2025, 1234], ["Physics", "STU", 65, 150, 2025, 56],
        [None, "PUB", None, None, 2024, 0]]
    assert found.rows.index.tolist() == [2, 3, 4]


def test_population_in_chinese():
    row = {"院系": "物理学院", "年份": "2025年", "人数": "１２３人", "年龄段": "60岁以上"}
    found = population.normalise(frame(row))
    assert found.rows[["affiliation_name", "age_from", "year", "size"]].values.tolist() == [["物理学院", 60, 2025, 123]]


@pytest.mark.parametrize(("row", "code"), [
    ({"size": "-5"}, "bad_number"), ({"size": "many"}, "bad_number"), ({"size": "1.5"}, "bad_number"),
    ({"size": "9" * 12}, "bad_number"), ({"size": ""}, "missing_value"), ({"year": "25"}, "bad_year"),
    ({"year": "next"}, "bad_year"), ({"group": ""}, "no_group"), ({"age": "old"}, "bad_number"),
    ({"age": "30-20"}, "bad_number"), ({"group": "x" * 300}, "value_too_long")])
def test_population_refusals(row, code):
    """Feature: 3.3"""
    found = population.normalise(frame({"group": "A", "year": "2025", "size": "5", "age": "", **row}))
    assert [each.code for each in found.refused] == [code] and len(found.rows) == 0


def test_same_group_twice():
    seen = {}
    rows = [{"group": "A", "year": "2025", "size": "5"}, {"group": "a", "year": "2025", "size": "6"},
            {"group": "A", "year": "2024", "size": "6"}]
    found = population.normalise(frame(*rows), seen=seen)
    assert [(each.line, each.code, each.params) for each in found.refused] == [(3, "duplicate_row", {"line": 2})]
    assert len(population.normalise(frame(rows[0]), seen=seen).rows) == 1, "the same line again"


@pytest.mark.parametrize(("text", "band"), [
    ("18-25", (18, 25)), ("18 – 25", (18, 25)), ("18至25岁", (18, 25)), ("65+", (65, 150)), ("under 18", (0, 17)),
    ("unter 6", (0, 5)), ("6岁以下", (0, 6)), ("60歲以上", (60, 150)), ("7", (7, 7)), ("x", (None, None)),
    ("200", (None, None)), ("1-999", (None, None)), ("", (None, None))])
def test_age_bands(text, band):
    assert population.age_band(text) == band


@pytest.mark.parametrize(("reader", "columns", "missing"), [
    (population, ["group", "size"], "year"), (population, ["group", "year"], "size"),
    (prospects, ["name", "email"], "basis"), (prospects, ["email", "basis"], "name"),
    (prospects, ["name", "basis"], "email")])
def test_missing_columns(reader, columns, missing):
    with pytest.raises(FileRefused) as caught:
        reader.normalise(frame(dict.fromkeys(columns, "x")))
    assert caught.value.params == {"column": missing}


def test_prospects():
    """Feature: 14.3"""
    found = prospects.normalise(frame(
        {"Name": "Jane  Doe", "E-mail": "Jane@Example.org", "Course": "Citing", "Date": "13/02/2025", "Consent": "yes"},
        {"Name": "王晓燕", "E-mail": "w@example.cn", "Course": "", "Date": "", "Consent": "同意"}), "%d/%m/%Y")
    assert found.refused == []
    assert found.rows[["name", "email", "event", "date", "basis"]].values.tolist() == [
        ["Jane Doe", "jane@example.org", "Citing", "2025-02-13", "consent"],
        ["王晓燕", "w@example.cn", None, None, "consent"]]


@pytest.mark.parametrize(("row", "code"), [
    ({"basis": ""}, "no_basis"), ({"basis": "no"}, "no_basis"), ({"basis": "maybe"}, "no_basis"),
    ({"basis": "否"}, "no_basis"), ({"basis": "f"}, "no_basis"), ({"basis": "0"}, "no_basis"),
    ({"name": ""}, "missing_value"), ({"email": ""}, "missing_value"), ({"email": "nobody"}, "bad_email"),
    ({"date": "31/02/2025"}, "bad_date"), ({"name": "x" * 500}, "value_too_long")])
def test_nobody_without_a_lawful_basis(row, code):
    """Feature: 14.3"""
    found = prospects.normalise(frame({"name": "Jane", "email": "j@example.org", "basis": "yes", "date": "", **row}),
                                "%d/%m/%Y")
    assert [each.code for each in found.refused] == [code] and len(found.rows) == 0


def test_same_person_at_the_same_course():
    row = {"name": "Jane", "email": "j@example.org", "basis": "contract", "event": "A"}
    found = prospects.normalise(frame(row, {**row, "email": "J@example.org"}, {**row, "event": "B"}))
    assert [each.line for each in found.refused] == [3] and len(found.rows) == 2


def test_bases():
    said = ["Consent", "Art. 6(1)(a)", "GDPR 6(1)(b)", "public task", "legitimate interest", "公共任务", "Ja"]
    assert [prospects.basis_of(text) for text in said] == [
        "consent", "consent", "contract", "public_task", "legitimate_interest", "public_task", "consent"]

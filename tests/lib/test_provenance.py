"""The record of where a fact comes from."""

import datetime

import pytest

from library_crm.lib import provenance

DAY = datetime.date(2026, 11, 3)


def test_a_stamp_keeps_the_other_fields():
    """Feature: 11.7"""
    before = {"name": ["koha_csv", 12, "2025-01-01", False]}
    after = provenance.stamped(before, ["phone", "email"], "manual", 5, DAY)
    assert after["name"] == before["name"]
    assert after["phone"] == after["email"] == ["manual", 5, "2026-11-03", True]
    assert before == {"name": ["koha_csv", 12, "2025-01-01", False]}


@pytest.mark.parametrize(
    ("source", "verified"), [("manual", True), ("portal", True), ("mail", False), ("koha_csv", False)]
)
def test_only_somebodys_word_is_verified(source, verified):
    """Feature: 11.7"""
    assert provenance.entry(source, None, DAY) == [source, None, "2026-11-03", verified]


def test_an_unknown_source_is_refused():
    """Feature: 11.7"""
    with pytest.raises(ValueError, match="unknown source"):
        provenance.entry("rumour", 1, DAY)


def test_confirming_keeps_the_origin():
    """Feature: 11.7, 11.4"""
    before = {"name": ["koha_csv", 12, "2025-01-01", False]}
    assert provenance.confirmed(before, ["name", "city"], DAY) == {
        "name": ["koha_csv", 12, "2026-11-03", True], "city": ["manual", None, "2026-11-03", True],
    }


@pytest.mark.parametrize("kept", [None, [], ["manual", 1], ["rumour", 1, "2026-11-03", True], "manual", 7])
def test_what_is_no_record_is_read_as_none(kept):
    """Feature: 11.7"""
    assert provenance.read({"name": kept}, "name") is None


def test_a_broken_day_is_no_day():
    """Feature: 11.7"""
    assert provenance.read({"name": ["manual", 1, "03/11/2026", True]}, "name") == ("manual", 1, None, True)


def test_stale_facts_come_oldest_first():
    """Feature: 11.7"""
    kept = {
        "city": ["koha_csv", 1, "2025-06-01", False], "phone": ["manual", 1, "2024-06-01", True],
        "name": ["manual", 1, "2026-10-01", True],
    }
    assert provenance.stale(kept, ["city", "phone", "name", "zip"], DAY.replace(year=2025)) == ["zip", "phone", "city"]

"""Facts that a mail's signature states, and what only looks like one."""

import time

import pytest

from library_crm.lib.mail_text import new_text
from library_crm.lib.signature import closing_lines, facts


def found(text):
    return {fact.field: fact.value for fact in facts(text)}


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (
            "Amara Obi\nDepartment of Marine Biology\nTel: +44 20 7946 0958",
            {"affiliation_id": "Department of Marine Biology", "phone": "+44 20 7946 0958"},
        ),
        ("Prof. Dr. Lena Fischer\nSchool of Law | Phone: (030) 1234-567", {
            "honorific": "Prof. Dr.", "affiliation_id": "School of Law", "phone": "(030) 1234-567"}),
        ("林伟 副教授\n福建大学海洋学院\n电话：0591-2286 1234", {
            "honorific": "副教授", "affiliation_id": "福建大学海洋学院", "phone": "0591-2286 1234"}),
        ("林偉\n單位：物理學系\n手機：0912-345-678\n傳真：02-2345-6789", {
            "affiliation_id": "物理學系", "phone": "0912-345-678"}),
        ("Jo\nSenior Lecturer\nT. +64 9 373 7599 ext 82345", {
            "honorific": "Senior Lecturer", "phone": "+64 9 373 7599 ext 82345"}),
        ("+86 138 0013 8000", {"phone": "+86 138 0013 8000"}),
    ],
)
def test_facts_of_a_signature(signature, expected):
    """Feature: 11.7"""
    assert found(signature) == expected


@pytest.mark.parametrize(
    "signature",
    [
        "", None, "20230118877", "Fax: 030 1234567", "2025-11-03", "Sent from my phone", "ISBN 978-7-302-12345-6",
        "I study at the department of the year", "Office hours 9-17", "电话会议", "T " + "9" * 400, "—" * 300,
    ],
)
def test_no_fact_where_there_is_none(signature):
    """Feature: 11.7"""
    assert found(signature) == {}


def test_the_evidence_is_the_line_it_stands_in():
    """Feature: 11.7"""
    (fact,) = facts("Wei | Tel: 0591 2286 1234 | room 5")
    assert (fact.field, fact.value, fact.evidence) == ("phone", "0591 2286 1234", "Wei | Tel: 0591 2286 1234 | room 5")


def test_lines_after_a_greeting_are_a_signature_too():
    """Feature: 11.7"""
    text = "Where is the map? Call 020 7946 0000 before noon.\n\nBest regards,\nAmara\nTel: 020 7946 0958"
    assert found(closing_lines(text)) == {"phone": "020 7946 0958"}
    assert closing_lines("Where is the map?\nCall 020 7946 0000") == ""
    assert found(closing_lines("请问地图在哪里？\n此致\n敬礼\n林伟\n手机：13800138000")) == {"phone": "13800138000"}


def test_a_signature_below_dashes_is_found_in_a_mail():
    """Feature: 11.7"""
    folded = new_text("My office is closed; ring 020 7946 0000.\n\n-- \nAmara Obi\nTel: 020 7946 0958\n", None)
    assert found(folded.signature) == {"phone": "020 7946 0958"}


def test_hostile_lines_end_soon():
    """Feature: 11.7"""
    start = time.perf_counter()
    facts("\n".join(["A " * 5000 + "Department of " + "x-" * 5000, "1 " * 9000, "教" * 9000]))
    assert time.perf_counter() - start < 0.5

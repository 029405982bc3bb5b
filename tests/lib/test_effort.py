"""The kind of a service from facts, and what counts as a reference transaction. Feature: X6"""

import csv
import io

import pytest

from library_crm.lib.effort import is_reference_transaction, propose_warner
from library_crm.lib.statistics_table import csv_bytes


@pytest.mark.parametrize(
    ("level", "facts", "kind"),
    [
        ("1", {}, "1"),
        ("2", {}, "2"),
        ("1", {"sources": 1}, "2"),
        ("3", {}, "2"),
        ("3", {"sources": 2}, "3"),
        ("4", {}, "3"),
        ("2", {"made_something": True}, "3"),
        ("3", {"made_something": True, "days": 5}, "4"),
        ("2", {"meetings": 1}, "4"),
        ("5", {}, "4"),
        ("6", {}, "4"),
    ],
)
def test_warner_follows_from_facts(level, facts, kind):
    assert propose_warner(level, **facts) == kind


@pytest.mark.parametrize(
    ("kind", "level", "warner", "sources", "counts"),
    [
        ("reference", "3", "2", 0, True),
        ("reference", "2", "2", 0, False),
        ("reference", "2", "3", 0, True),
        ("reference", "1", "1", 1, True),
        ("", "4", "", 0, True),
        ("training", "6", "4", 9, False),
        ("document", "5", "4", 3, False),
        ("purchase", "4", "3", 1, False),
        ("space", "2", "1", 0, False),
        ("complaint", "5", "4", 0, False),
        ("complaint", "5", "4", 1, True),
    ],
)
def test_reference_transaction(kind, level, warner, sources, counts):
    assert is_reference_transaction(kind, level, warner, sources) is counts


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "|x", "%0a", "\r=1"])
def test_no_spreadsheet_runs_a_name(text):
    rows = list(csv.reader(io.StringIO(csv_bytes(["a"], [[text]]).decode("utf-8-sig"), newline="")))
    assert rows[1][0] == f"'{text}"


def test_figures_and_names_come_through():
    content = csv_bytes(["分馆", "n"], [["东区, \"一\"", -3], [None, 2.5]])
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["分馆", "n"], ["东区, \"一\"", "-3"], ["", "2.5"]]

"""What make bench-mining prints, and the examples in the documentation of the functions it calls."""

import doctest
import importlib

import pytest

from benchmarks import mining, mining_data, report
from benchmarks.settings import BenchmarkError

MODULES = ("bgnbd", "clusters", "cohorts", "comeback", "demand", "facet_words", "lift", "message_class", "metrics",
           "next_subject", "phrase_rules", "stability", "stages", "visits")


@pytest.mark.parametrize("name", [*(f"library_crm.lib.{name}" for name in MODULES), "benchmarks.mining"])
def test_examples_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_examples_are_looked_at():
    tried = [doctest.testmod(importlib.import_module(f"library_crm.lib.{name}")).attempted for name in MODULES]
    assert sum(tried) >= 20


@pytest.mark.parametrize(("figure", "passed"), [
    ({"ours": 0.775, "least": 0.775}, True), ({"ours": 0.7749, "least": 0.775}, False),
    ({"ours": 1.85, "most": 1.85}, True), ({"ours": 1.86, "most": 1.85}, False),
    ({"ours": 0.246, "near": 0.002}, False), ({"ours": 0.2445, "near": 0.002}, True),
    ({"ours": None, "least": 0.5}, False), ({"ours": None}, True), ({"ours": False, "least": True}, False),
])
def test_a_bar_is_reached_or_not(figure, passed):
    assert mining.Quality("figure", 0.243, **figure).passed is passed


def test_a_missed_bar_ends_with_one(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(mining, "RESULTS", tmp_path)
    for ours, code in ((0.9, 0), (0.1, 1)):
        figure = mining.Quality("x", 0.8, ours, least=0.5)
        monkeypatch.setattr(mining, "run", lambda found, figure=figure: found.add(figure))
        assert mining.main() == code
        written = (tmp_path / "mining.txt").read_text()
        assert mining.HEADER in written and report.HEADER not in written
    assert "x | 0.800 | 0.100 | >= 0.500 | FAIL" in capsys.readouterr().out


def test_missing_data_say_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(mining_data, "find_spec", lambda _name: None)
    with pytest.raises(BenchmarkError, match=r"requirements-test\.txt"):
        mining_data.cdnow()
    assert mining.main() == 1
    assert "requirements-test.txt" in capsys.readouterr().err


def test_public_data_are_whole():
    loans, sales = mining_data.sibgmu(), mining_data.cdnow()
    assert (len(loans), loans["patron"].nunique()) == (24373, 1331)
    assert (len(sales), sales["patron"].nunique()) == (6919, 2357)
    assert loans.notna().all().all() and sales.notna().all().all()

"""Two snapshots subtracted tell nothing about fewer than five people."""

import pytest

from library_crm.lib import k_guard, plain_cells, snapshot
from library_crm.lib.k_guard import ALL
from library_crm.lib.snapshot import Cell, Earlier, differences, settle


def table(counts, rows=3):
    """A guarded table of one dimension: `counts` people for each value, each with `rows` rows."""
    persons = {(value,): count for value, count in counts.items()} | {(ALL,): sum(counts.values())}
    away = k_guard.hidden(persons)
    return {
        key: Cell({"n": None if key in away else rows * count}, None if key in away else count, key in away)
        for key, count in persons.items() if count
    }


def test_nothing_changed_is_nothing_kept_back():
    then = table({"a": 20, "b": 30})
    assert settle(table({"a": 20, "b": 30}), [Earlier(then, "2026-01-01")]) == then


@pytest.mark.parametrize("extra", [1, 2, 4])
def test_a_change_about_a_few_people_is_not_shown(extra):
    settled = settle(table({"a": 20 + extra, "b": 30}), [Earlier(table({"a": 20, "b": 30}), "2026-01-01")])
    assert settled["a",].values == {"n": 60}
    assert settled[ALL,].values == {"n": 150}
    assert settled["a",].since == "2026-01-01"


def test_small_changes_add_up_until_they_may_be_shown():
    kept = settle(table({"a": 23, "b": 30}), [Earlier(table({"a": 20, "b": 30}), "2026-01-01")])
    later = settle(table({"a": 26, "b": 30}), [Earlier(kept, "2026-02-01")])
    assert later["a",].values == {"n": 78}
    assert later["a",].since is None


def test_the_total_gives_no_small_change_away():
    then, now = table({"a": 20, "b": 30, "c": 40}), table({"a": 21, "b": 50, "c": 60})
    settled = settle(now, [Earlier(then, "2026-01-01")])
    changes = {
        key: settled[key].values["n"] - then[key].values["n"] for key in then
    }
    assert changes["a",] == 0
    shown = [key for key in then if key != (ALL,) and changes[key]]
    rest = changes[ALL,] - sum(changes[key] for key in shown)
    assert rest == 0 or rest >= 3 * 5 + 3, "what is left of the total is about the small change and another one"


def test_months_that_moved_are_people_who_moved():
    then, now = table({"a": 20, "b": 30}), table({"a": 21, "b": 31}, rows=4)
    settled = settle(now, [Earlier(then, "2026-01-01", moved={("a",): 9, ("b",): 9, (ALL,): 18})])
    assert settled["a",].values == {"n": 84}


def test_a_change_of_the_same_people_counts_by_its_size():
    then = {("a",): Cell({"met": 10, "minutes": 100}, 20), (ALL,): Cell({"met": 10, "minutes": 100}, 20)}
    few = {("a",): Cell({"met": 12, "minutes": 900}, 20), (ALL,): Cell({"met": 12, "minutes": 900}, 20)}
    many = {("a",): Cell({"met": 17, "minutes": 130}, 20), (ALL,): Cell({"met": 17, "minutes": 130}, 20)}
    before = [Earlier(then, "2026-01-01")]
    assert settle(few, before, {"minutes"})["a",].values["met"] == 10
    assert settle(many, before, {"minutes"})["a",].values["met"] == 17


def test_a_cell_hidden_beside_a_small_one_stays_so_while_the_small_one_is_small():
    then = table({"a": 3, "b": 9, "c": 40, "d": 50})
    assert then["b",].is_hidden
    # now another one would be chosen to hide the small one; the first one would then tell what it was
    now = table({"a": 3, "b": 9, "c": 8, "d": 50})
    settled = settle(now, [Earlier(then, "2026-01-01")])
    assert settled["b",].is_hidden
    grown = settle(table({"a": 30, "b": 19, "c": 40, "d": 50}), [Earlier(then, "2026-01-01")])
    assert not grown["a",].is_hidden


def test_differences_hide_what_either_hides():
    then, now = table({"a": 3, "b": 9, "c": 40}), table({"a": 12, "b": 19, "c": 40})
    found = differences(then, now, ["n"])
    assert found["a",]["n"] == (None, 36, None)
    assert found["c",]["n"] == (120, 120, 0)
    assert differences({}, now, ["n"])["c",]["n"] == (0, 120, 120)


def test_a_new_and_a_gone_line():
    then, now = table({"a": 20, "b": 30}), table({"a": 20, "c": 30})
    settled = settle(now, [Earlier(then, "2026-01-01")])
    assert differences(then, settled, ["n"])["b",]["n"] == (90, 0, -90)
    assert differences(then, settled, ["n"])["c",]["n"] == (0, 90, 90)


def test_an_empty_table():
    assert settle({}, []) == {}
    assert settle({}, [Earlier(table({"a": 20}), "2026-01-01")]) == {}
    assert snapshot.differences({}, {}, ["n"]) == {}


def test_a_title_of_sheets_is_counted_as_programs_count():
    assert len(plain_cells.sheet_title("图" * 60)) == 31
    assert plain_cells.sheet_title("📚" * 31) == "📚" * 15
    assert plain_cells.sheet_title("'quoted'") == "quoted"


def test_structures_are_made_plain_through_and_through():
    told = plain_cells.plain_table({"a": ["=1", {"b": "HTTP://x"}, 5, None], "c": "d=1"})
    assert told == {"a": ["'=1", {"b": "'HTTP://x"}, 5, None], "c": "d=1"}


def test_finer_cells_do_not_add_up_to_a_total_that_stands():
    then = {("a", ALL): Cell({"n": 60}, 20), ("b", ALL): Cell({"n": 90}, 30), (ALL, ALL): Cell({"n": 150}, 50)}
    fine = {("a", "x"): 11, ("a", "y"): 10, ("b", "x"): 15, ("b", "y"): 15}
    now = {key: Cell({"n": 3 * count}, count) for key, count in fine.items()}
    now |= {("a", ALL): Cell({"n": 63}, 21), ("b", ALL): Cell({"n": 90}, 30), (ALL, ALL): Cell({"n": 153}, 51)}
    settled = settle(now, [Earlier(then, "2026-01-01")])
    assert settled[ALL, ALL].values == {"n": 150}
    assert settled["a", ALL].values == {"n": 60}
    assert settled["a", "x"].is_hidden and settled["a", "y"].is_hidden


def test_what_is_compared_is_what_was_told_last_of_each_cell():
    coarse = {("a", ALL): Cell({"n": 60}, 20), (ALL, ALL): Cell({"n": 60}, 20)}
    fine = {("a", "x"): Cell({"n": 30}, 10), ("a", "y"): Cell({"n": 30}, 10), **coarse}
    later = {("a", ALL): Cell({"n": 90}, 30), (ALL, ALL): Cell({"n": 90}, 30)}
    now = {("a", "x"): Cell({"n": 33}, 11), ("a", "y"): Cell({"n": 57}, 19), **later}
    settled = settle(now, [Earlier(later, "2026-02-01"), Earlier(fine, "2026-01-01")])
    assert settled["a", "x"].values == {"n": 30}
    assert settled["a", ALL].values == {"n": 90}

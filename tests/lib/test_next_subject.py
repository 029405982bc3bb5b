"""Next subject: public figures, strictness in time, small cells, and tables that add up."""

import pandas as pd
import pytest

from benchmarks import mining_data
from library_crm.lib import next_subject

CUT = "2019-08-01"


@pytest.fixture(scope="module")
def loans():
    return mining_data.sibgmu()


def made(*rows):
    """Events from (patrons, date, subject): the patrons are letters."""
    return pd.DataFrame(
        [(who, date, subject) for patrons, date, subject in rows for who in patrons],
        columns=["patron", "date", "subject"]).assign(date=lambda frame: pd.to_datetime(frame["date"]))


EVENTS = made(
    ("abcdef", "2025-01-10", "A"), ("abcdef", "2025-01-20", "A"), ("abcde", "2025-03-05", "B"),
    ("abcd", "2025-04-05", "C"), ("uvwxyz", "2025-04-30", "C"), ("z", "2025-05-01", "A"))


@pytest.mark.parametrize("session", ["month", "day"])
def test_published_recall(loans, session):
    """Feature: 14.4"""
    found = next_subject.evaluate_next_subject(loans, CUT, session=session)
    assert found["patrons"] == pytest.approx(412, abs=1)
    assert found["recall"] >= 0.47 and found["ndcg"] >= 0.39
    assert found["beside"]["popular"] == pytest.approx((0.320, 0.213), abs=0.002)
    assert found["recall"] > found["beside"]["popular_year"][0] > found["beside"]["own"][0]


def test_nothing_after_the_cut_is_seen(loans):
    before = loans[loans["date"] < CUT]
    one, two = (next_subject.count_tables(events, CUT) for events in (loans, before))
    for name in ("next", "together", "totals", "recent"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    pd.testing.assert_frame_equal(next_subject.history(loans, CUT), next_subject.history(before, CUT))
    assert next_subject.pick_weights(loans, CUT) == next_subject.pick_weights(before, CUT)


def test_order_and_repeats_change_nothing(loans):
    mixed = pd.concat([loans, loans.sample(500, random_state=2)]).sample(frac=1, random_state=1)
    one, two = (next_subject.count_tables(events, CUT) for events in (loans, mixed))
    pd.testing.assert_frame_equal(one.next, two.next)
    pd.testing.assert_frame_equal(one.together, two.together)


def test_counts_by_hand():
    tables = next_subject.count_tables(EVENTS, "2025-06-01")
    cells = {(row.subject, row.other): (row.times, row.patrons) for row in tables.next.itertuples()}
    assert cells == {("A", "B"): (5, 5), ("B", "C"): (4, 4), ("C", "A"): (1, 1)}
    totals = tables.totals.set_index("subject")
    assert totals["next"].to_dict() == {"A": 5, "B": 4, "C": 1}
    assert totals["together"].to_dict() == {"A": 7, "B": 5, "C": 10}
    assert tables.people == 12


def test_cells_of_fewer_than_five_are_not_used():
    tables = next_subject.count_tables(EVENTS, "2025-06-01")
    assert next_subject.usable(tables).next[["subject", "other"]].to_numpy().tolist() == [["A", "B"]]
    past = next_subject.history(EVENTS, "2025-06-01")
    rows = next_subject.recommend(past, tables, {"next": 1})
    assert set(rows["because"]) == {"A"} and set(rows["subject"]) == {"B"}
    assert rows["times"].unique().tolist() == [5] and rows["total"].unique().tolist() == [5]


def test_history_halves_every_ninety_days():
    events = made(("a", "2025-01-01", "A"), ("a", "2025-04-01", "B"))
    weights = next_subject.history(events, "2025-04-01", session="day").set_index("subject")["weight"]
    assert weights.to_dict() == pytest.approx({"A": 0.5})
    events["date"] += pd.Timedelta(days=3)
    by_month = next_subject.history(events, "2025-05-15").set_index("subject")["weight"]
    assert by_month.to_dict() == pytest.approx({"A": 0.5 ** (120 / 90), "B": 0.5 ** (30 / 90)})


def test_reason_is_the_table_that_speaks_most():
    tables = next_subject.count_tables(EVENTS, "2025-06-01")
    past = next_subject.history(EVENTS[EVENTS["patron"] == "f"], "2025-06-01")
    rows = next_subject.recommend(past, tables, {"next": 1, "recent": 0.5})
    assert rows[["subject", "reason", "because"]].to_numpy().tolist() == [
        ["B", "next", "A"], ["C", "recent", None], ["A", "recent", None]]
    assert rows[["times", "total"]].to_numpy().tolist() == [[5, 5], [10, 12], [7, 12]]
    assert rows["rank"].tolist() == [1, 2, 3]
    fresh = next_subject.recommend(past, tables, {"next": 1, "recent": 0.5}, without_own=True)
    assert fresh["subject"].tolist() == ["B", "C"]


def test_neighbours_in_the_classification():
    pairs = next_subject.content_pairs(["616.1", "616.2", "616", "5", "TP311"])
    assert {(row.subject, row.other): row.share for row in pairs.itertuples()} == {
        ("616", "616.1"): 0.5, ("616", "616.2"): 0.5, ("616.1", "616"): 0.5, ("616.1", "616.2"): 0.5,
        ("616.2", "616"): 0.5, ("616.2", "616.1"): 0.5}
    given = next_subject.content_pairs([1, 2, 3], {1: 9, 2: 9, 3: None})
    assert given[["subject", "other"]].to_numpy().tolist() == [[1, 2], [2, 1]]


def test_tables_of_two_branches_add_up():
    one = next_subject.count_tables(EVENTS[EVENTS["patron"] < "m"], "2025-06-01")
    two = next_subject.count_tables(EVENTS[EVENTS["patron"] > "m"], "2025-06-01")
    both, whole = next_subject.merge(one, two), next_subject.count_tables(EVENTS, "2025-06-01")
    for name in ("next", "together", "totals", "recent"):
        pd.testing.assert_frame_equal(getattr(both, name), getattr(whole, name))
    assert both.people == whole.people
    again = next_subject.merge(one, one, same_patrons=True)
    assert again.next["patrons"].tolist() == one.next["patrons"].tolist()
    assert again.next["times"].tolist() == (one.next["times"] * 2).tolist()


@pytest.mark.parametrize("events", [EVENTS.iloc[:0], EVENTS.iloc[:1], made(("abcdefgh", "2025-01-01", "A"))])
def test_hardly_any_data(events):
    found = next_subject.evaluate_next_subject(events, "2025-02-01")
    assert (found["patrons"], found["recall"]) == (0, None)
    assert found["weights"] == next_subject.DEFAULT
    tables = next_subject.count_tables(events, "2025-02-01")
    assert len(next_subject.recommend(next_subject.history(events, "2025-02-01"), tables)) <= 8


def test_unknown_session_is_refused():
    with pytest.raises(ValueError, match="month or day"):
        next_subject.sessions(EVENTS, session="week")

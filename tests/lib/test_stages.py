"""Stages by thresholds: the table of the rule, vacations, what stages did next, and Python beside SQL."""

import sqlite3

import numpy as np
import pandas as pd
import pytest

from benchmarks import mining_data
from library_crm.lib import stages, visits

NAN = float("nan")


@pytest.mark.parametrize(("since", "visits_", "tenure", "expected"), [
    (NAN, 0, NAN, "none"), (5, 0, 5, "none"),
    (0, 1, 0, "new"), (0, 3, 30, "new"), (0, 1, 31, "active"), (0, 4, 20, "loyal"),
    (90, 3, 500, "active"), (90, 4, 500, "loyal"), (91, 4, 500, "loyal_cooling"), (91, 3, 500, "cooling"),
    (180, 4, 500, "loyal_cooling"), (181, 4, 500, "loyal_at_risk"), (181, 1, 500, "at_risk"),
    (365, 9, 500, "loyal_at_risk"), (366, 9, 500, "lost"), (366, 1, 366, "lost"),
])
def test_edges_of_the_rule(since, visits_, tenure, expected):
    assert stages.stage([since], [visits_], [tenure]).tolist() == [expected]


def test_thresholds_can_be_edited_and_must_rise():
    strict = stages.Thresholds(new_days=0, active_days=10, cooling_days=20, lost_days=30, regular_visits=2)
    assert stages.stage([5, 15, 25, 35], [1, 2, 1, 2], [1, 99, 99, 99], strict).tolist() == [
        "active", "loyal_cooling", "at_risk", "lost"]
    with pytest.raises(ValueError, match="must rise"):
        stages.Thresholds(active_days=200)
    with pytest.raises(ValueError, match="must rise"):
        stages.Thresholds(loyal_visits=3)


def test_lifecycle_of_each_stage():
    """Feature: P6"""
    codes = [*stages.STAGES, stages.NEW, stages.NONE]
    few = stages.lifecycle(codes, [1] * 9, True)
    often = stages.lifecycle(codes, [10] * 9, True)
    assert few.tolist() == [*["active"] * 4, "at_risk", "at_risk", "lapsed", "active", "registered"]
    assert often[:4].tolist() == ["loyal"] * 4
    assert stages.lifecycle(["loyal"], [4], True).tolist() == ["regular"]
    assert stages.lifecycle(codes, [10] * 9, True, True).tolist() == ["left"] * 9
    assert stages.lifecycle(["none"], [0], False).tolist() == ["prospect"]
    assert set(few) | set(often) | {"regular", "left", "prospect"} == set(stages.LIFECYCLE)


@pytest.fixture
def everybody():
    """Patrons at and around every threshold."""
    edges = [None, 0, 1, 29, 30, 31, 89, 90, 91, 179, 180, 181, 364, 365, 366, 4000]
    rows = [(since, count, tenure) for since in edges for count in (0, 1, 3, 4, 9, 10, 50)
            for tenure in edges if tenure is not None and tenure >= (since or 0)]
    return pd.DataFrame(rows, columns=["days_since", "visit_days", "tenure_days"])


def _in_sql(text, params, frame):
    """The value of an SQL expression for each row, by a database that every Python has."""
    connection = sqlite3.connect(":memory:")
    frame.to_sql("patron", connection, index=False)
    for name, value in params.items():
        text = text.replace(f"%({name})s", str(value))
    return [row[0] for row in connection.execute(f"SELECT {text} FROM patron ORDER BY rowid")]


@pytest.mark.parametrize("thresholds", [None, stages.Thresholds(0, 10, 100, 200, 2, 5)])
def test_python_and_sql_agree(everybody, thresholds):
    """Feature: P6"""
    codes = stages.stage(
        everybody["days_since"], everybody["visit_days"], everybody["tenure_days"], thresholds)
    assert _in_sql(*stages.stage_sql(thresholds=thresholds), everybody) == codes.tolist()
    frame = everybody.assign(stage=codes, has_card=everybody["visit_days"] % 2, gone=everybody["visit_days"] == 9)
    expected = stages.lifecycle(codes, frame["visit_days"], frame["has_card"], frame["gone"], thresholds)
    assert _in_sql(*stages.lifecycle_sql(has_left="gone", thresholds=thresholds), frame) == expected.tolist()
    assert len(set(codes)) >= 8


def test_days_of_vacation_do_not_count():
    summer = ("2025-07-01", "2025-08-31")
    cut = "2025-09-10"
    for since, expected in (("2025-06-30", 10), ("2025-07-15", 10), ("2025-08-31", 10), ("2025-09-05", 5),
                            ("2025-06-20", 20), ("2025-09-10", 0)):
        assert stages.counted_days([since], cut, [summer]).tolist() == [expected]
    assert stages.counted_days(["2025-06-30"], "2025-08-01", [summer]).tolist() == [0]
    twice = [summer, ("2025-08-01", "2025-08-20"), ("2024-12-24", "2025-01-06")]
    assert stages.counted_days(["2024-12-01"], cut, twice).tolist() == [283 - 62 - 14]
    assert np.isnan(stages.counted_days([None], cut, twice)).all()
    with pytest.raises(ValueError, match="before it begins"):
        stages.merged_vacations([("2025-08-31", "2025-07-01")])


def test_vacation_in_sql_names_each_vacation_once():
    text, params = stages.counted_days_sql("date_last_visit", vacations=[("2025-07-01", "2025-08-31")])
    assert text.count("%(vacation_0_first)s") == 1 and text.count("%(vacation_0_last)s") == 1
    assert str(params["vacation_0_last"]) == "2025-08-31"
    assert stages.counted_days_sql("x", "y")[0] == "GREATEST(0, (y - x))"


def test_published_shares_that_came_back():
    """Feature: P6"""
    found = stages.evaluate_stages(mining_data.sibgmu(), "2019-07-31")
    assert found["falls_strictly"] is True
    assert found["table"].loc[list(stages.STAGES), "rate"].round(3).tolist() == [
        0.955, 0.821, 0.675, 0.635, 0.438, 0.378, 0.039]
    assert found["auc"] == pytest.approx(0.841, abs=0.001)


def test_nothing_after_the_cut_is_seen():
    events = mining_data.sibgmu()
    before = events[events["date"] <= "2019-07-31"]
    pd.testing.assert_frame_equal(stages.label(events, "2019-07-31"), stages.label(before, "2019-07-31"))


def test_few_patrons_give_the_usual_rate():
    observed = stages.rates(["loyal"] * 4 + ["lost"] * 4, [True, True, True, False] + [False] * 4)
    chance = stages.chances(["loyal", "lost", "none"], observed)
    assert 0.6 < chance[0] < 0.9 and chance[1] < 0.05 and chance[2] == 0
    nobody = stages.rates([], [])
    assert stages.chances(list(stages.STAGES), nobody).tolist() == [stages.USUAL[code] for code in stages.STAGES]


@pytest.mark.parametrize("count", [0, 1])
def test_no_patron_and_one_patron(count):
    events = pd.DataFrame({"patron": ["ana"] * count, "date": pd.to_datetime(["2025-01-01"] * count)})
    found = stages.evaluate_stages(events, "2025-03-01")
    assert (found["patrons"], found["falls_strictly"], found["auc"]) == (count, None, None)
    assert len(visits.summary(events, "2025-03-01")) == count

"""Cohorts, survival and time to the next step."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import mining_data
from library_crm.lib import cohorts

EVENTS = pd.DataFrame({
    "patron": ["a", "a", "a", "b", "b", "c", "d"],
    "date": pd.to_datetime([
        "2024-01-05", "2024-05-01", "2024-05-02", "2024-02-01", "2024-09-30", "2024-04-01", "2025-02-01"]),
})


def test_matrix_by_hand():
    """Feature: P6"""
    found = cohorts.cohort_matrix(EVENTS, "2024-09-30")
    assert found.index.strftime("%Y-%m-%d").tolist() == ["2024-01-01", "2024-04-01"]
    assert found["patrons"].tolist() == [2, 1]
    assert found.iloc[0].tolist() == [2, 1.0, 0.5, 0.5]
    assert found.iloc[1, :3].tolist() == [1, 1.0, 0.0] and np.isnan(found.iloc[1, 3])


def test_a_period_that_goes_on_is_not_judged():
    found = cohorts.cohort_matrix(EVENTS, "2024-09-29")
    assert found.iloc[0, :3].tolist() == [2, 1.0, 0.5] and found.shape[1] == 3
    assert cohorts.cohort_matrix(EVENTS, "2024-09-30", "month").loc["2024-01-01", 4] == 1.0


def test_matrix_of_public_data():
    found = cohorts.cohort_matrix(mining_data.sibgmu(), "2021-12-31", "year")
    assert found["patrons"].sum() == 1331
    assert found.loc["2016-01-01", 1] > found.loc["2016-01-01", 4] > found.loc["2016-01-01", 5]


def test_survival_by_hand():
    """Six people: one leaves on day 1, two on day 3, three only seen (days 2, 3 and 5)."""
    found = cohorts.survival([1, 2, 3, 3, 3, 5], [True, False, True, True, False, False])
    assert found["surviving"].to_dict() == pytest.approx({0: 1, 1: 5 / 6, 2: 5 / 6, 3: 5 / 12, 5: 5 / 12})
    assert found["at_risk"].tolist() == [6, 6, 5, 4, 1]
    assert (found["low"] <= found["surviving"]).all() and (found["surviving"] <= found["high"]).all()
    assert found.loc[3, "low"] == pytest.approx(0.0560, abs=0.0005)
    assert found.loc[3, "high"] == pytest.approx(0.7668, abs=0.0005)


def test_everybody_left():
    found = cohorts.survival([2, 2], [True, True])
    assert found["surviving"].tolist() == [1, 0] and found.notna().all().all()


def test_time_to_convert():
    """Feature: 14.5"""
    started = ["2025-01-01"] * 4 + ["2025-09-01"]
    steps = ["2025-01-11", "2025-03-02", None, "2025-12-01", None]
    found = cohorts.time_to_convert(started, steps, "2025-06-30")
    assert (found["people"], found["converted"], found["rate"]) == (4, 2, 0.5)
    assert found["median_days"] == 60
    assert found["within"] == {30: 0.25, 90: 0.5, 365: None}


@pytest.mark.parametrize("events", [EVENTS.iloc[:0], EVENTS.iloc[-1:]])
def test_nobody_yet(events):
    assert cohorts.cohort_matrix(events, "2024-12-31").empty
    found = cohorts.time_to_convert([], [], "2025-01-01")
    assert (found["people"], found["rate"], found["median_days"]) == (0, None, None)
    assert set(found["within"].values()) == {None}
    with pytest.raises(ValueError, match="period is one of"):
        cohorts.cohort_matrix(events, "2024-12-31", "week")

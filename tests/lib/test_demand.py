"""Demand by class: seasons, short histories, intervals and the public bar."""

import numpy as np
import pandas as pd

from benchmarks import mining_data
from library_crm.lib import demand


def counts(values, first="2022-01"):
    months = pd.period_range(first, periods=len(values), freq="M")
    return pd.DataFrame({"A": np.array(values, dtype=float)}, index=months)


def test_published_bar():
    found = demand.evaluate_demand(mining_data.sibgmu(), "2018-09", "2019-09")
    assert found["mase"]["same_month"] <= 1.85 and found["under_naive"] >= 0.3
    assert found["series"] > 100 and 0.6 <= found["covered"] <= 0.9


def test_same_month_of_all_years():
    year = [20, 1, 0, 0, 4, 0, 0, 0, 12, 0, 2, 1]
    found = demand.forecast(counts(year + [2 * value for value in year]), 12)
    assert found["expected"].tolist() == [1.5 * value for value in year]
    assert found["method"].unique().tolist() == ["same_month"]
    assert [str(month) for month in found["month"][:2]] == ["2024-01", "2024-02"]
    assert (found["low"] <= found["expected"]).all() and (found["expected"] <= found["high"]).all()


def test_short_history_takes_the_mean_and_says_how_unsure():
    found = demand.forecast(counts([0] * 30 + [6, 0, 0, 6]), 2)
    assert found["method"].tolist() == ["mean", "mean"]
    assert found[["low", "expected", "high"]].to_numpy().tolist() == [[1.5, 3, 4.5]] * 2
    never = demand.forecast(counts([0] * 30), 1)
    assert never[["method", "expected"]].to_numpy().tolist() == [["nothing", 0.0]]


def test_interval_holds_what_last_season_missed():
    steady = demand.forecast(counts([10] * 36), 3)
    wild = demand.forecast(counts([10] * 24 + [0, 30] * 6), 3)
    assert (steady["high"] - steady["low"]).max() == 0
    assert (wild["high"] - wild["low"]).min() > 10


def test_months_without_use_are_there():
    events = pd.DataFrame({"date": ["2025-01-05", "2025-03-07", "2025-03-08", None], "subject": ["A", "A", "B", "B"]})
    found = demand.monthly_counts(events, last="2025-04-01")
    assert found.to_numpy().tolist() == [[1, 0], [0, 0], [1, 1], [0, 0]]
    assert demand.monthly_counts(events.assign(uses=3), uses="uses").to_numpy().sum() == 9


def test_nothing_after_an_origin_is_used():
    events = mining_data.sibgmu()
    table = demand.monthly_counts(events)
    before = table[table.index < "2019-01"]
    changed = table.copy()
    changed[changed.index >= "2019-01"] = 9999
    pd.testing.assert_frame_equal(demand.forecast(before), demand.forecast(changed[changed.index < "2019-01"]))


def test_no_events():
    empty = pd.DataFrame({"date": pd.to_datetime([]), "subject": []})
    assert demand.monthly_counts(empty).empty
    assert demand.forecast(demand.monthly_counts(empty)).empty
    assert demand.evaluate_demand(empty, "2019-01", "2019-03")["series"] == 0

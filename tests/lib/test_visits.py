"""The figures of a history that everything else starts from."""

import pandas as pd
import pytest

from library_crm.lib import visits

EVENTS = pd.DataFrame({
    "who": ["ana", "ana", "ana", "bo", "bo", None],
    "when": ["2025-01-10 09:00", "2025-01-10 17:00", "2025-03-20", "2025-02-28", "2025-04-02", "2025-01-01"],
    "paid": [1, 2, 4, 8, 16, 32],
})


def test_summary_counts_days_and_stops_at_the_cut():
    found = visits.summary(EVENTS, "2025-03-31", "who", "when", "paid")
    assert found.index.tolist() == ["ana", "bo"]
    assert found[["visit_days", "days_since", "tenure_days", "amount"]].to_numpy().tolist() == [
        [2, 11, 80, 7], [1, 31, 31, 8]]


def test_month_resolution_knows_the_month_only():
    found = visits.summary(EVENTS, "2025-03-31", "who", "when", resolution="month")
    assert found["days_since"].tolist() == [16, 44]
    same = visits.summary(EVENTS.assign(when=["2025-01-01", "2025-01-02", "2025-03-01", "2025-02-02", None, None]),
                          "2025-03-31", "who", "when", resolution="month")
    assert same["days_since"].tolist() == found["days_since"].tolist()
    assert visits.summary(EVENTS, "2025-03-20", "who", "when", resolution="month")["days_since"].min() >= 0
    with pytest.raises(ValueError, match="day or month"):
        visits.summary(EVENTS, "2025-03-31", "who", "when", resolution="hour")


def test_came_back_looks_at_the_time_after_the_cut_only():
    for cut, days, expected in (("2025-03-20", 13, [False, True]), ("2025-03-20", 12, [False, False]),
                                ("2025-03-19", 1, [True, False])):
        assert visits.came_back(EVENTS, cut, days, ["ana", "bo"], "who", "when").tolist() == expected


def test_a_year_earlier_ends_before_the_cut():
    assert visits.year_earlier("2024-02-29") == pd.Timestamp("2023-02-28")
    assert visits.year_earlier("2025-01-01", 400) == pd.Timestamp("2025-01-01") - pd.Timedelta(days=400)

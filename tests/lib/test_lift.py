"""Two groups beside each other, and silence about few people."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from library_crm.lib import lift


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (10, 10), (8, 10), (3, 400)])
def test_wilson_is_the_known_interval(hits, count):
    known = binomtest(hits, count).proportion_ci(method="wilson")
    assert lift.wilson(hits, count) == pytest.approx((known.low, known.high))


def test_newcombe_example():
    """Newcombe 1998, table II: 56/70 beside 48/80, method 10: 0.0524 to 0.3339."""
    found = lift.compare(56, 70, 48, 80)
    assert (found["difference_low"], found["difference_high"]) == pytest.approx((0.0524, 0.3339), abs=0.0001)
    assert found["clear"] and found["lift"] == pytest.approx(0.8 / 0.6)
    assert found["lift_low"] < found["lift"] < found["lift_high"]


@pytest.mark.parametrize("groups", [(1, 4, 20, 100), (20, 100, 4, 50), (46, 50, 20, 100), (0, 0, 20, 100)])
def test_fewer_than_five_are_not_told(groups):
    """Feature: T7"""
    found = lift.compare(*groups)
    assert found.pop("told") is False and set(found.values()) == {None}


def test_none_and_all_of_a_large_group_are_told():
    found = lift.compare(0, 50, 20, 100)
    assert found["told"] and found["lift"] == 0 and found["clear"]
    assert lift.compare(50, 50, 0, 100)["lift"] == np.inf
    assert lift.compare(0, 50, 0, 100)["lift"] == 1 and not lift.compare(0, 50, 0, 100)["clear"]


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="between 0"):
        lift.compare(6, 5, 1, 10)


def test_each_group_beside_the_others():
    frame = pd.DataFrame({"team": ["a"] * 20 + ["b"] * 30 + ["c"] * 3 + [None],
                          "met": [1] * 15 + [0] * 5 + [1] * 10 + [0] * 20 + [1] * 3 + [1]})
    found = lift.compare_groups(frame, "team", "met").set_index("group")
    assert found.index.tolist() == ["a", "b", "c"]
    assert found.loc["a", ["rate", "n", "other_n"]].tolist() == [0.75, 20, 33]
    assert found["told"].tolist() == [True, True, False]
    assert lift.compare_groups(frame.iloc[:0], "team", "met").empty

"""A figure before and after a change, beside what others worked out."""

import pytest

from library_crm.lib import before_after
from library_crm.lib.before_after import Sample


def test_shares_as_newcombe_published():
    """Newcombe 1998, table II: 56/70 beside 48/80, method 10: 0.0524 to 0.3339."""
    found = before_after.share(Sample(hits=48, count=80), Sample(hits=56, count=70))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=0.0001)
    assert before_after.verdict(found, True, 0.05) == "better" and before_after.verdict(found, False, 0.05) == "worse"


def test_means_as_welch_published():
    """Student's sleep data (1908): extra hours of sleep with two drugs; Welch's interval is -3.3655 to 0.2055."""
    first = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
    second = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
    found = before_after.mean(Sample(values=second), Sample(values=first))
    assert (found.low, found.high) == pytest.approx((-3.3655, 0.2055), abs=0.0001)
    assert found.difference == pytest.approx(-1.58) and before_after.verdict(found, True, 0.25) == "unsure"


def test_medians_give_the_same_each_time():
    before, after = Sample(values=tuple(range(20, 60))), Sample(values=tuple(range(40)))
    found = before_after.median(before, after)
    assert found == before_after.median(before, after) and found.difference == -20
    assert found.low < -20 < found.high < 0 and before_after.verdict(found, False, 2) == "better"


def test_events_a_month_have_an_exact_interval():
    found = before_after.rate(Sample(count=30, days=90), Sample(count=10, days=90))
    assert found.before == 10 and found.after == pytest.approx(10 / 3) and found.difference == pytest.approx(1 / 3)
    # 10 of 40: Clopper and Pearson's interval 0.1269 to 0.4120, as odds
    assert (found.low, found.high) == pytest.approx((0.1269 / 0.8731, 0.4120 / 0.5880), abs=0.001)
    assert before_after.verdict(found, False, 0.1) == "better"
    assert before_after.rate(Sample(count=30, days=90), Sample(count=30, days=90)).none == 1


@pytest.mark.parametrize("compare", [before_after.mean, before_after.median])
def test_fewer_than_five_say_nothing(compare):
    """Feature: T7"""
    found = compare(Sample(values=(1, 2, 3, 4)), Sample(values=tuple(range(50))))
    assert found.low is None and before_after.verdict(found, True, 1) == "unsure"
    assert before_after.share(Sample(hits=1, count=4), Sample(hits=4, count=40)).low is None
    assert before_after.rate(Sample(count=1, days=90), Sample(count=2, days=90)).low is None
    assert compare(Sample(), Sample()).before is None


@pytest.mark.parametrize("compare", [before_after.mean, before_after.median])
def test_no_spread_is_no_error(compare):
    found = compare(Sample(values=(3,) * 9), Sample(values=(3,) * 9))
    assert (found.difference, found.low, found.high) == (0, 0, 0)
    assert before_after.verdict(found, True, 0.25) == "same"

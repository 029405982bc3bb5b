"""Promises in working days. Feature: 16.1"""

from datetime import datetime

import pytest

from library_crm.lib.opening_hours import OpeningHours
from library_crm.lib.working_days import after_days

WEEK = [(weekday, 9.0, 17.0) for weekday in range(5)]
FRIDAY = datetime(2026, 10, 2, 10)


def test_weekends_and_closures_do_not_count():
    assert after_days(OpeningHours(WEEK), FRIDAY, 5) == datetime(2026, 10, 9, 17)
    closed = [(datetime(2026, 10, 5), datetime(2026, 10, 6))]
    assert after_days(OpeningHours(WEEK, closures=closed), FRIDAY, 1) == datetime(2026, 10, 6, 17)
    half = [(datetime(2026, 10, 5, 12), datetime(2026, 10, 6))]
    assert after_days(OpeningHours(WEEK, closures=half), FRIDAY, 1) == datetime(2026, 10, 5, 12)


def test_the_day_is_that_of_the_clock_on_the_wall():
    shanghai = OpeningHours(WEEK, "Asia/Shanghai")
    # Thursday evening in London is Friday morning in Shanghai
    assert after_days(shanghai, datetime(2026, 10, 1, 22), 1) == datetime(2026, 10, 5, 9)


def test_a_house_that_never_opens_promises_nothing():
    assert after_days(OpeningHours([]), FRIDAY, 1) is None


def test_less_than_a_day_is_no_promise():
    with pytest.raises(ValueError, match="at least a day"):
        after_days(OpeningHours(WEEK), FRIDAY, 0)

"""Quiet hours of colleagues. Feature: X7"""

import doctest
from datetime import datetime, timedelta

import pytest

from library_crm.lib import quiet_hours
from library_crm.lib.quiet_hours import quiet_left, until_hour


def test_examples():
    assert doctest.testmod(quiet_hours).failed == 0


@pytest.mark.parametrize(("hour", "start", "end", "left"), [
    (22, 22, 7, 9), (6.5, 22, 7, 0.5), (7, 22, 7, 0), (21.5, 22, 7, 0), (13, 12, 14, 1), (14, 12, 14, 0),
    (0, 0, 6, 6), (23, 18, 24, 1), (5, None, 6, 1), (5, None, None, 0),
])
def test_quiet_left(hour, start, end, left):
    moment = datetime(2026, 5, 4) + timedelta(hours=hour)
    assert quiet_left(moment, start, end) == timedelta(hours=left)


@pytest.mark.parametrize("hour", range(24))
def test_the_next_morning_is_always_ahead(hour):
    moment = datetime(2026, 5, 4, hour, 17)
    ahead = until_hour(moment, 8)
    assert timedelta() < ahead <= timedelta(days=1)
    assert (moment + ahead).hour == 8 and (moment + ahead).minute == 0

"""Opening hours against a reference that looks at the clock on the wall every minute. Feature: X1"""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library_crm.lib.opening_hours import OpeningHours, week_parity

MINUTE = timedelta(minutes=1)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kathmandu", "Australia/Lord_Howe"]
# around the days on which clocks are set, month ends, the turn of the year and a leap day
DAYS = [
    datetime(2024, 2, 27), datetime(2024, 12, 29), datetime(2025, 3, 7), datetime(2025, 3, 28), datetime(2025, 4, 4),
    datetime(2025, 4, 29), datetime(2025, 10, 3), datetime(2025, 10, 24), datetime(2025, 10, 31), datetime(2026, 1, 30),
]  # fmt: skip
OFFICE = [(weekday, 9.0, 17.0) for weekday in range(5)]


class Reference:
    """The obvious way: a minute counts when the clock on the wall stands within a time and no closure covers it."""

    def __init__(self, weekly, zone, closures):
        self.weekly, self.zone, self.closures = weekly, ZoneInfo(zone), closures

    def is_open(self, minute):
        wall = minute.replace(tzinfo=timezone.utc).astimezone(self.zone)
        clock = wall.hour * 60 + wall.minute
        if any(start < minute + MINUTE and minute < end for start, end in self.closures):
            return False
        return any(
            weekday == wall.weekday() and round(opens * 60) <= clock < round(closes * 60)
            and (not parity or parity[0] == week_parity(wall.date()))
            for weekday, opens, closes, *parity in self.weekly
        )  # fmt: skip

    def between(self, start, end):
        total = 0
        while start < end:
            total += self.is_open(start)
            start += MINUTE
        return total

    def add(self, moment, minutes, days=30):
        for _number in range(days * 24 * 60):
            if not minutes:
                return moment
            minutes -= self.is_open(moment)
            moment += MINUTE
        return None if minutes else moment


@st.composite
def houses(draw):
    """(weekly, zone, closures) of a house, some with closures to the second as people enter them."""
    weekly = []
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        for _number in range(draw(st.integers(1, 3))):
            opens, closes = sorted(draw(st.tuples(st.integers(0, 96), st.integers(0, 96))))
            parity = draw(st.sampled_from([(), (), (), (0,), (1,)]))
            weekly.append((weekday, opens / 4, closes / 4, *parity))
    closures = []
    for _number in range(draw(st.integers(0, 3))):
        start = draw(st.sampled_from(DAYS)) + draw(st.integers(-2000, 8000)) * MINUTE
        end = start + draw(st.integers(1, 3000)) * MINUTE
        closures.append((start, end - timedelta(seconds=draw(st.sampled_from([0, 1])))))
    return weekly, draw(st.sampled_from(ZONES)), closures


moments = st.builds(lambda day, minutes: day + minutes * MINUTE, st.sampled_from(DAYS), st.integers(0, 6 * 24 * 60))


@settings(max_examples=150, deadline=None)
@given(houses(), moments, st.integers(0, 6 * 24 * 60))
def test_between_counts_the_minutes_on_the_wall(house, start, span):
    end = start + span * MINUTE
    assert OpeningHours(*house).between(start, end) == Reference(*house).between(start, end)


@settings(max_examples=150, deadline=None)
@given(houses(), moments, st.integers(0, 1500))
def test_add_is_the_minute_at_which_so_many_have_passed(house, start, minutes):
    expected = Reference(*house).add(start, minutes)
    found = OpeningHours(*house).add(start, minutes / 60)
    if expected is None:
        assert found is None or found > start + timedelta(days=30)
    else:
        assert found == expected


@settings(max_examples=200, deadline=None)
@given(houses(), moments, st.floats(0, 60, allow_nan=False), st.integers(0, 59))
def test_add_subtract_and_between_agree(house, start, hours, seconds):
    hours = round(hours * 3600) / 3600
    opening, start = OpeningHours(*house), start + timedelta(seconds=seconds)
    end = opening.add(start, hours)
    if end is None:
        return
    assert end >= start
    assert opening.between(start, end) == pytest.approx(hours * 60, abs=1e-6)
    back = opening.subtract(end, hours)
    assert back >= start
    assert opening.between(back, end) == pytest.approx(hours * 60, abs=1e-6)
    assert opening.between(start, back) == 0


@settings(max_examples=150, deadline=None)
@given(houses(), moments, st.integers(0, 3000), st.integers(0, 4000), st.integers(1, 2000))
def test_a_pause_moves_the_promise_by_nothing_but_the_pause(house, start, worked, paused, total):
    """What was used before a pause and what is left after it make the whole, wherever the pause lies."""
    opening = OpeningHours(*house)
    promise = opening.add(start, total / 60)
    stop = start + worked * MINUTE
    if promise is None or stop >= promise:
        return
    left = opening.between(stop, promise)
    resumed = stop + paused * MINUTE
    moved = opening.add(resumed, left / 60)
    if moved is None:
        return
    assert opening.between(start, stop) + opening.between(resumed, moved) == pytest.approx(total)
    assert moved >= min(promise, resumed)


@pytest.mark.parametrize("zone, friday, monday", [
    # clocks go forward on 30 March 2025, back on 26 October 2025
    ("Europe/Berlin", datetime(2025, 3, 28, 15, 0), datetime(2025, 3, 31, 8, 0)),
    ("Europe/Berlin", datetime(2025, 10, 24, 14, 0), datetime(2025, 10, 27, 9, 0)),
    ("America/New_York", datetime(2025, 3, 7, 21, 0), datetime(2025, 3, 10, 14, 0)),
    ("Asia/Shanghai", datetime(2025, 3, 28, 8, 0), datetime(2025, 3, 31, 2, 0)),
])  # fmt: skip
def test_two_hours_from_friday_at_four_end_on_monday_at_ten(zone, friday, monday):
    assert OpeningHours(OFFICE, zone).add(friday, 2) == monday


def test_a_night_shift_has_the_hours_that_the_night_has():
    nights = [(weekday, 0.0, 6.0) for weekday in range(7)]
    opening = OpeningHours(nights, "Europe/Berlin")
    assert opening.between(datetime(2025, 3, 29, 12), datetime(2025, 3, 30, 12)) == 5 * 60
    assert opening.between(datetime(2025, 10, 25, 12), datetime(2025, 10, 26, 12)) == 7 * 60
    assert opening.between(datetime(2025, 7, 1, 12), datetime(2025, 7, 2, 12)) == 6 * 60


def test_month_end_and_holidays():
    """The trap of helpdesk_mgmt_sla: days of the month compared as numbers."""
    closures = [(datetime(2025, 12, 31, 23), datetime(2026, 1, 2, 22, 59, 59))]
    opening = OpeningHours(OFFICE, "Europe/Berlin", closures)
    assert opening.add(datetime(2025, 12, 31, 15), 2) == datetime(2026, 1, 5, 9)
    assert opening.add(datetime(2025, 1, 31, 15), 2) == datetime(2025, 2, 3, 9)


def test_nobody_opens():
    assert not OpeningHours([])
    assert OpeningHours([]).add(datetime(2025, 1, 1), 1) is None
    assert OpeningHours([]).subtract(datetime(2025, 1, 1), 1) is None
    assert OpeningHours([]).opens(datetime(2025, 1, 1)) is None
    assert OpeningHours([]).between(datetime(2025, 1, 1), datetime(2026, 1, 1)) == 0
    always = OpeningHours.always()
    assert always.add(datetime(2025, 1, 1), 30) == datetime(2025, 1, 2, 6)
    with pytest.raises(ValueError, match="negative"):
        always.add(datetime(2025, 1, 1), -1)


def test_open_now_and_next():
    opening = OpeningHours(OFFICE, "Asia/Shanghai")
    assert opening.is_open(datetime(2025, 5, 5, 1))
    assert not opening.is_open(datetime(2025, 5, 5, 9))
    assert opening.opens(datetime(2025, 5, 3, 1)) == datetime(2025, 5, 5, 1)


def test_ten_thousand_promises_are_quick():
    """The clock of all open cases asks for each of them."""
    import time

    opening = OpeningHours(OFFICE, "Europe/Berlin", [(datetime(2025, 5, 1), datetime(2025, 5, 2))])
    started = time.perf_counter()
    for number in range(10_000):
        opening.add(datetime(2025, 4, 1) + number * MINUTE, 40)
    assert time.perf_counter() - started < 2

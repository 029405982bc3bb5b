"""Free times of a librarian. Feature: X15"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from library_crm.lib.booking_slots import free, week_slots

BERLIN = "Europe/Berlin"


def test_hours_on_the_wall_stay_when_summer_time_begins():
    slots = week_slots(0, 14, 15, 30, BERLIN, date(2027, 3, 22), date(2027, 4, 5))
    utc, wall = ZoneInfo("UTC"), ZoneInfo(BERLIN)
    walls = [start.replace(tzinfo=utc).astimezone(wall).strftime("%d %H:%M") for start, _end in slots]
    assert walls == ["22 14:00", "22 14:30", "29 14:00", "29 14:30", "05 14:00", "05 14:30"]


def test_an_hour_that_the_clock_jumps_over_is_not_offered():
    slots = week_slots(6, 1, 4, 60, BERLIN, date(2027, 3, 28), date(2027, 3, 28))
    assert [start for start, _end in slots] == [datetime(2027, 3, 28, 0), datetime(2027, 3, 28, 1)]


def test_nothing_ends_after_the_hours_and_nothing_is_offered_without_minutes():
    day = date(2027, 3, 1)
    assert len(week_slots(0, 9, 10.5, 60, "UTC", day, day)) == 1
    assert week_slots(0, 9, 10, 0, "UTC", day, day) == []


@given(
    st.integers(0, 6), st.integers(0, 22), st.integers(5, 120), st.integers(0, 400),
    st.lists(st.tuples(st.integers(0, 40 * 24 * 60), st.integers(1, 600)), max_size=8),
)
def test_free_times_against_minute_by_minute(weekday, hour, minutes, start_day, taken):
    first = date(2027, 1, 1) + timedelta(days=start_day)
    slots = week_slots(weekday, hour, hour + 2, minutes, "Asia/Taipei", first, first + timedelta(days=27))
    origin = datetime(first.year, first.month, first.day)
    busy = [(origin + timedelta(minutes=at), origin + timedelta(minutes=at + long)) for at, long in taken]
    left = free(slots, busy)
    blocked = {start + timedelta(minutes=n) for start, end in busy for n in range(int((end - start).seconds / 60))}
    for slot in slots:
        touched = any(slot[0] + timedelta(minutes=n) in blocked for n in range(minutes))
        assert (slot in left) is not touched
    assert all(later[0] >= earlier[1] for earlier, later in zip(left, left[1:], strict=False))

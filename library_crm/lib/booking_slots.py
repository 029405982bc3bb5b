"""Free times of a librarian: what the week offers, less what is taken already.

Moments are naive and in UTC, as a database stores them; hours of a rule are read from the clock on the wall.
"""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo


def week_slots(weekday, hour_from, hour_to, minutes, zone, first, last):
    """The times that a weekly rule offers, free or not.

    :param weekday: 0 for Monday
    :param hour_from: hour on the wall as a float, 9.5 for half past nine
    :param hour_to: no slot ends after this hour
    :param minutes: how long a slot is
    :param zone: name of the time zone of the clock on the wall
    :param first: first local day
    :param last: last local day
    :return: list of (start, end), oldest first

    >>> from datetime import date
    >>> days = (date(2027, 3, 1), date(2027, 3, 7))
    >>> [start.isoformat() for start, _end in week_slots(1, 9, 10, 30, "Europe/Berlin", *days)]
    ['2027-03-02T08:00:00', '2027-03-02T08:30:00']
    """
    found, wall = [], ZoneInfo(zone or "UTC")
    if minutes <= 0:
        return found
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        begin = round(hour_from * 60)
        while begin + minutes <= round(hour_to * 60):
            start = _utc(day, begin, wall)
            if start is not None:
                found.append((start, start + timedelta(minutes=minutes)))
            begin += minutes
        day += timedelta(days=7)
    return found


def _utc(day, minute, wall):
    """The moment of a minute of a local day; None for one that the clock jumps over."""
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    moment = local.replace(tzinfo=wall).astimezone(timezone.utc)
    return moment.replace(tzinfo=None) if moment.astimezone(wall).replace(tzinfo=None) == local else None


def free(slots, busy):
    """Those of `slots` that overlap none of the (start, end) in `busy`."""
    return [slot for slot in slots if not any(start < slot[1] and slot[0] < end for start, end in busy)]

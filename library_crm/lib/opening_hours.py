"""Opening hours as arithmetic: when so many hours of opening have passed, and how many lie between two moments.

Moments are naive and in UTC, as a database stores them. Opening times are read from the clock on the wall, so a day on
which summer time begins or ends has the hours that a person standing at the door would see.
"""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
FARTHEST = 1500  # days that a promise is looked for before we say that the house never opens again


class OpeningHours:
    """The opening times of a house with its closures."""

    def __init__(self, weekly, zone="UTC", closures=()):
        """Read the times once; days are worked out when they are first asked for.

        :param weekly: list of (weekday, hour_from, hour_to) with 0 for Monday and hours as floats up to 24.0; a fourth
            member 0 or 1 says that the time holds in every other week only (see `week_parity`)
        :param zone: name of the time zone of the clock on the wall
        :param closures: (from, to), naive UTC, in which the house is closed; they count in whole minutes
        """
        self.zone = ZoneInfo(zone or "UTC")
        self._weekly = {}
        for weekday, hour_from, hour_to, *parity in weekly:
            times = (_minutes(hour_from), _minutes(hour_to))
            if times[0] < times[1]:
                for week in parity or (0, 1):
                    self._weekly.setdefault((int(weekday), int(week)), []).append(times)
        self._closures = _union((_floor(start), _ceil(end)) for start, end in closures if start < end)
        self._days = {}

    @classmethod
    def always(cls):
        """A house that never closes: what counts when nobody said when it is open."""
        return cls([(weekday, 0.0, 24.0) for weekday in range(7)])

    def __bool__(self):
        """Whether there are opening times at all."""
        return bool(self._weekly)

    def add(self, moment, hours):
        """The first moment until which `hours` of opening have passed since `moment`.

        :return: naive UTC datetime; None when the house does not open that long any more
        :raise ValueError: for negative hours
        """
        left = _span(hours)
        if not left:
            return moment
        for start, end in self._ahead(moment):
            start = max(start, moment)
            if end - start >= left:
                return start + left
            left -= end - start
        return None

    def subtract(self, moment, hours):
        """The last moment from which `hours` of opening lie before `moment`; None when there never were that many.

        :raise ValueError: for negative hours
        """
        left = _span(hours)
        if not left:
            return moment
        for start, end in self._behind(moment):
            end = min(end, moment)
            if end - start >= left:
                return end - left
            left -= end - start
        return None

    def between(self, start, end):
        """Minutes of opening from `start` to `end`, as a float; nothing when `end` is not after `start`."""
        total = timedelta()
        if start < end:
            for opened, closed in self._ahead(start):
                if opened >= end:
                    break
                total += min(closed, end) - max(opened, start)
        return total / MINUTE

    def is_open(self, moment):
        """Whether somebody is there at `moment`."""
        return any(start <= moment < end for start, end in self._ahead(moment))

    def opens(self, moment):
        """The first moment from `moment` on at which the house is open; None when it never is."""
        for start, _end in self._ahead(moment):
            return max(start, moment)
        return None

    def times(self, day):
        """[(from, to)] of one day of the local calendar, in UTC, without closures, oldest first."""
        if day not in self._days:
            self._days[day] = self._open_times(day)
        return self._days[day]

    def _ahead(self, moment):
        """Opening times that end after `moment`, oldest first."""
        if not self._weekly:
            return
        first = self._local_day(moment) - DAY
        for number in range(FARTHEST):
            for start, end in self.times(first + number * DAY):
                if end > moment:
                    yield start, end

    def _behind(self, moment):
        """Opening times that begin before `moment`, newest first."""
        if not self._weekly:
            return
        last = self._local_day(moment) + DAY
        for number in range(FARTHEST):
            for start, end in reversed(self.times(last - number * DAY)):
                if start < moment:
                    yield start, end

    def _local_day(self, moment):
        return moment.replace(tzinfo=timezone.utc).astimezone(self.zone).date()

    def _open_times(self, day):
        found = []
        midnight = datetime.combine(day, datetime.min.time())
        for first, last in self._weekly.get((day.weekday(), week_parity(day)), ()):
            wall = (midnight + first * MINUTE, midnight + last * MINUTE)
            found += [times for times in self._in_utc(midnight, wall) if times[0] < times[1]]
        return _without(_union(found), self._closures)

    def _in_utc(self, midnight, wall):
        """A time on the wall as one or more times in UTC: more when the clock is set within the day."""
        begin, end = midnight - timedelta(hours=15), midnight + timedelta(hours=39)
        before, after = self._offset(begin), self._offset(end)
        if before == after:
            return [(wall[0] - before, wall[1] - before)]
        low, high = begin, end
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        change = _floor(high)
        return [
            (wall[0] - before, min(wall[1] - before, change)),
            (max(wall[0] - after, change), wall[1] - after),
        ]

    def _offset(self, moment):
        return moment.replace(tzinfo=timezone.utc).astimezone(self.zone).utcoffset()


def week_parity(day):
    """0 or 1 for the week of `day`, taking turns without a break over the turn of the year."""
    return (day - date(1, 1, 1)).days // 7 % 2


def _minutes(hour):
    return min(max(round(float(hour) * 60), 0), 24 * 60)


def _span(hours):
    if hours < 0:
        raise ValueError("hours must not be negative")
    return timedelta(seconds=round(hours * 3600))


def _floor(moment):
    return moment.replace(second=0, microsecond=0)


def _ceil(moment):
    floor = _floor(moment)
    return floor if floor == moment else floor + MINUTE


def _union(times):
    """Times that overlap or touch as one, oldest first."""
    found = []
    for start, end in sorted(times):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _without(times, closures):
    """`times` without what lies in `closures`, both sorted and free of overlaps."""
    for closed_from, closed_to in closures:
        if not times or closed_from >= times[-1][1]:
            break
        if closed_to <= times[0][0]:
            continue
        kept = []
        for start, end in times:
            kept.append((start, min(end, closed_from)))
            kept.append((max(start, closed_to), end))
        times = [(start, end) for start, end in kept if start < end]
    return times

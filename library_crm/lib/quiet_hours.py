"""When quiet hours end, and when the next daily mail leaves; local times come in as arguments."""

from datetime import timedelta


def quiet_left(local, start, end):
    """How long it stays quiet.

    :param datetime local: the time where the person is
    :param float start, end: hours of the day; equal: no quiet hours
    :return: timedelta; zero when it is not quiet

    >>> from datetime import datetime
    >>> quiet_left(datetime(2026, 5, 4, 23, 30), 22, 7)
    datetime.timedelta(seconds=27000)
    >>> quiet_left(datetime(2026, 5, 4, 12, 0), 22, 7)
    datetime.timedelta(0)
    >>> quiet_left(datetime(2026, 5, 4, 12, 0), 0, 0)
    datetime.timedelta(0)
    """
    start, end = start or 0, end or 0
    hour = local.hour + local.minute / 60 + local.second / 3600
    inside = start <= hour < end if start < end else hour >= start or hour < end
    if start == end or not inside:
        return timedelta()
    return timedelta(hours=(end - hour) % 24)


def until_hour(local, hour):
    """How long it is until the clock shows `hour` again; a whole day when it shows it now.

    >>> from datetime import datetime
    >>> until_hour(datetime(2026, 5, 4, 7, 0), 8), until_hour(datetime(2026, 5, 4, 8, 0), 8)
    (datetime.timedelta(seconds=3600), datetime.timedelta(days=1))
    """
    day = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (day if day > local else day + timedelta(days=1)) - local

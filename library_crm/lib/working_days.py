"""Promises in working days: a day counts when the house opens on it."""

from datetime import timedelta, timezone

FARTHEST = 1500
"""Days that are looked at before we say that the house never opens again."""


def after_days(opening, moment, days):
    """The end of opening on the `days`-th working day after the day of `moment`.

    :param opening: lib.opening_hours.OpeningHours
    :param moment: naive UTC datetime
    :param int days: at least one
    :return: naive UTC datetime; None when the house does not open so often any more
    :raise ValueError: for less than one day
    """
    if days < 1:
        raise ValueError("a promise takes at least a day")
    day = moment.replace(tzinfo=timezone.utc).astimezone(opening.zone).date()
    for number in range(1, FARTHEST):
        times = opening.times(day + timedelta(days=number))
        days -= bool(times)
        if not days:
            return times[-1][1]
    return None

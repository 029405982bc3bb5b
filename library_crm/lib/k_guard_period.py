"""Which stretches of months may be told of a group without telling of few people by comparing two of them.

A stretch ends where the calendar lets it: between two years, two quarters or two months, whichever is coarsest. Such a
boundary is *open* for a group when the years (or quarters, or months) on both its sides are each about enough people.
Whatever lies between two open boundaries then holds at least one such unit, and so enough people: no two stretches that
are shown, nor one of them and all the time, differ by less. A single month, quarter or year is a stretch like any
other.

>>> import datetime
>>> months = [datetime.date(2025 + n // 12, n % 12 + 1, 1) for n in range(24)]
>>> units_beside(months, datetime.date(2026, 1, 1), datetime.date(2026, 3, 1))
[2025, 2026, (2026, 'Q1'), (2026, 'Q2')]
"""


def is_stretch(months, chosen):
    """Whether the chosen months follow one another, among those that there are.

    :param list months: first days of all months with data, in their order
    :param list chosen: those that a filter leaves
    """
    wanted = set(chosen)
    places = [place for place, month in enumerate(months) if month in wanted]
    return not places or places[-1] - places[0] + 1 == len(places)


def units_of(month):
    """The year, the quarter and the month in which a month lies, the coarsest first.

    :param date month: its first day
    """
    return month.year, (month.year, f"Q{(month.month + 2) // 3}"), (month.year, month.month)


def units_beside(months, first, last):
    """The calendar units on both sides of both ends of a stretch.

    An end beyond which nobody has any data divides nothing and needs no unit; months in which nobody has any are
    passed over.

    :param list months: first days of all months with data, in their order
    :param date first, last: first and last month of the stretch, of these
    :return: list of units as `units_of` names them
    """
    begin, end = months.index(first), months.index(last)
    units = []
    for place in ([begin] if begin else []) + ([end + 1] if end + 1 < len(months) else []):
        sides = zip(units_of(months[place - 1]), units_of(months[place]), strict=True)
        # the coarsest level at which the two sides differ
        units += next(side for side in sides if side[0] != side[1])
    return units

"""Levels of an ability from 0 to 4: from the points of a quiz, and drawn as a radar. Plain arithmetic.

>>> [level_of(points, 8) for points in (0, 1, 2, 4, 7, 8)]
[0, 1, 1, 2, 4, 4]
>>> level_of(3, 0) is None
True
"""

from math import cos, pi, sin

HIGHEST = 4
# Level of what the newest evidence says: what was seen or tested comes before what somebody says of themselves.
SOURCES_BY_TRUST = (("quiz", "librarian"), ("self",))


def level_of(points, most):
    """The level that some points of a quiz stand for; None if nothing could be won.

    Each quarter of the points is a level, rounded half up; points below zero count as none.
    """
    if most <= 0:
        return None
    return min(HIGHEST, int(HIGHEST * max(points, 0) / most + 0.5))


def current(said):
    """The level to work with, from the newest statement of each source.

    :param said: {source: (date, level)}
    :return: level, or None if nobody has said anything

    >>> current({"self": (9, 4), "quiz": (3, 1), "librarian": (2, 3)})
    1
    """
    for sources in SOURCES_BY_TRUST:
        known = [said[source] for source in sources if source in said]
        if known:
            return max(known)[1]
    return None


def radar(levels, radius):
    """Where the corners of a radar lie; the first axis points up.

    :param levels: level of each axis, None counts as 0
    :return: dict of texts for SVG: `area`, `rings` (one for each level), `dots` and `ends` as (x, y)
    """
    def point(index, level):
        angle = 2 * pi * index / len(levels) - pi / 2
        distance = radius * level / HIGHEST
        return round(cos(angle) * distance, 1), round(sin(angle) * distance, 1)

    def polygon(found):
        return " ".join(f"{x},{y}" for x, y in found)

    dots = [point(index, level or 0) for index, level in enumerate(levels)]
    rings = [polygon([point(index, ring) for index in range(len(levels))]) for ring in range(1, HIGHEST + 1)]
    ends = [point(index, HIGHEST * 1.14) for index in range(len(levels))]
    return {"area": polygon(dots), "rings": rings, "dots": dots, "ends": ends}

"""Figures of a gap survey: the least that people accept, what they wish for, and what they find, each from 1 to 9.

Adequacy is what people find less the least that they accept; superiority is what they find less what they wish for; the
zone of tolerance lies between the least and the wish. What people find predicts how content they are better than a
gap does (Roszkowski, Baky and Jones, Library & Information Science Research 27 (2005) 424-439), so that it always
stands beside the gaps here, and nothing is sorted by a gap alone.
"""

from hashlib import sha256

from .survey_figures import FEWEST, mean_of_sums

LOWEST, HIGHEST = 1, 9
NAMES = ("minimum", "desired", "perceived", "adequacy", "superiority")


def state_of(minimum, desired, perceived):
    """What a row of three ratings is good for.

    :return: "whole", "half" (a rating is missing), "reversed" (accepts no less than more than wished for), "empty"

    >>> state_of(5, 8, 6), state_of(5, 0, 6), state_of(8, 5, 6), state_of(0, 0, 0)
    ('whole', 'half', 'reversed', 'empty')
    """
    given = [bool(value) for value in (minimum, desired, perceived)]
    if not any(given):
        return "empty"
    if minimum and desired and minimum > desired:
        return "reversed"
    return "whole" if all(given) else "half"


def figures(rows, fewest=FEWEST):
    """The five figures of some whole rows with their intervals.

    :param rows: (minimum, desired, perceived) of one person each
    :return: dict: told, n, and by name (NAMES) a dict with value, low and high; `place`: "below" the zone of
        tolerance, "within" it or "above" it, and `is_sure`: whether the interval of the gap that says so holds no 0

    >>> found = figures([(5, 8, 6), (6, 9, 7), (4, 7, 6), (5, 8, 5), (6, 8, 7)])
    >>> round(found["adequacy"]["value"], 2), found["place"]
    (1.0, 'within')
    """
    rows = list(rows)
    columns = {
        "minimum": [row[0] for row in rows], "desired": [row[1] for row in rows],
        "perceived": [row[2] for row in rows],
        "adequacy": [row[2] - row[0] for row in rows], "superiority": [row[2] - row[1] for row in rows],
    }
    found = {
        name: mean_of_sums(len(values), sum(values), sum(value * value for value in values), fewest)
        for name, values in columns.items()
    }
    told = found["perceived"]["told"]
    return {"told": told, "n": len(rows), **found, **(_place(found) if told else {"place": None, "is_sure": None})}


def _place(found):
    """Where what people find lies."""
    adequacy, superiority = found["adequacy"], found["superiority"]
    if adequacy["value"] < 0:
        return {"place": "below", "is_sure": adequacy["high"] < 0}
    if superiority["value"] > 0:
        return {"place": "above", "is_sure": superiority["low"] > 0}
    return {"place": "within", "is_sure": adequacy["low"] > 0 and superiority["high"] < 0}


def weighted(parts):
    """One figure of several, each counted by its weight.

    :param parts: (figure, weight) pairs; a figure that is not told is left out
    :return: the mean, None without any

    >>> weighted([(6.0, 3), (7.0, 1), (None, 5)])
    6.25
    """
    kept = [(value, weight) for value, weight in parts if value is not None and weight > 0]
    total = sum(weight for _value, weight in kept)
    return sum(value * weight for value, weight in kept) / total if total else None


def drawn(items, count, seed):
    """The items that one person is asked, the same each time.

    :param items: names of the items in their order
    :param int count: how many of them; 0 for all
    :param str seed: what the draw hangs on, e.g. the number of the invitation
    :return: the chosen names, in the order of `items`

    >>> drawn(["a", "b", "c"], 0, "1")
    ['a', 'b', 'c']
    >>> drawn(["a", "b", "c"], 2, "1") == drawn(["a", "b", "c"], 2, "1")
    True
    """
    if not count or count >= len(items):
        return list(items)
    ranked = sorted(items, key=lambda item: sha256(f"{seed}:{item}".encode()).digest())
    chosen = set(ranked[:count])
    return [item for item in items if item in chosen]

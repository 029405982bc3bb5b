"""Tables of figures about people's cases: which figure needs how many people, and how it is written."""

from collections import namedtuple

from . import k_guard

Figure = namedtuple("Figure", "code label column how digits", defaults=(0,))
"""A column of a table: `column` is what is looked at, `how` is count, sum, mean, share, median or p90."""

SQL_OF = {
    "count": "count({column})",
    "sum": "sum({column})",
    "mean": "avg({column})",
    "share": "avg({column})",
    "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY {column})",
    "p90": "percentile_cont(0.9) WITHIN GROUP (ORDER BY {column})",
}
FEWEST = {"p90": 2 * k_guard.K}
"""Nine of ten needs more people behind it than a mean: of five, it would be about one."""


def cells(figures, persons, values, key):
    """The cells of one line.

    :param figures: list of Figure
    :param persons: {column: {key: persons}}, totals included, keys as `lib.k_guard` wants them
    :param values: {code: {key: figure}}
    :return: a list with a number or text for each figure, "" where there is nothing, None where it must not be shown;
        nothing is shown of a line whose first figure must not be
    """
    if key in away(persons, figures[0].column):
        # nothing at all about few people: an empty figure would tell something of them, too
        return [None] * len(figures)
    line = []
    for figure in figures:
        behind = persons[figure.column].get(key, 0)
        if not behind:
            line.append(0 if figure.how in ("count", "sum") else "")
        elif key in away(persons, figure.column) or behind < FEWEST.get(figure.how, 0):
            line.append(None)
        else:
            line.append(written(figure, values[figure.code].get(key)))
    return line


def away(persons, column):
    """The cells of a column that must not be shown, worked out once."""
    known = persons.setdefault("away", {})
    if column not in known:
        known[column] = k_guard.hidden(persons[column])
    return known[column]


def written(figure, value):
    """A figure as it stands in its cell."""
    if value is None:
        return ""
    if figure.how == "share":
        return f"{value:.0%}"
    rounded = round(float(value), figure.digits)
    return rounded if figure.digits else int(rounded)

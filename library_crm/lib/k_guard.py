"""Which cells of a table about people must stay empty, so that no figure is about fewer than five of them.

A table is given with all its totals as ``{key: persons}``: a key is a tuple with one value for each dimension, and
``ALL`` in place of a value for a total over that dimension. ``persons`` is how many different people stand behind the
figure. A cell that is not in the mapping is empty and public.

>>> people = [(("loan",), n) for n in range(9)] + [(("visit",), n) for n in range(6)] + [(("event",), 1)]
>>> sorted(hidden(count_persons(people)))
[('event',), ('visit',)]

What is hidden:

1. cells about fewer than `k` persons;
2. *complementary* cells: where the total of a line is shown, a hidden cell could be found by subtraction, so that
   another one, about `k` persons or more, is hidden with it. What subtraction then gives is about both together;
3. every cell below a hidden total: otherwise adding up the cells would give the total back;
4. whatever linear algebra over all lines of all totals could still find. The result is checked against exactly that.

The answer depends on the table alone, and a table of fewer dimensions hides the same cells as the totals of one with
more, when both are cut from the same people: screens that group differently cannot be played off against each other.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations

K = 5
MOST_TO_GIVE_BACK = 200  # above it trying each of them takes longer than anybody waits
MOST_UNKNOWNS = 1500  # above it the exact check takes longer than anybody waits, and the finest level is hidden


class _All:
    """The total over a dimension."""

    def __repr__(self):
        return "ALL"

    def __lt__(self, other):
        return False


ALL = _All()
Key = tuple[Hashable, ...]


def count_persons(rows: Iterable[tuple[Key, Hashable]]) -> dict[Key, int]:
    """The table of some rows, with all its totals.

    :param rows: (key without totals, person) pairs, one or more for each person and cell
    :return: {key: different persons}, totals included
    """
    people = defaultdict(set)
    for key, person in rows:
        for parent in projections(key):
            people[parent].add(person)
    return {key: len(group) for key, group in people.items()}


def hidden(persons: Mapping[Key, int], k: int = K) -> set[Key]:
    """The cells and totals of a table that must not be shown.

    :param persons: {key: persons}, totals included (see `count_persons`); keys of one length
    :param k: fewest persons that a figure may be about
    """
    persons = {key: count for key, count in persons.items() if count}
    if not persons:
        return set()
    size = len(next(iter(persons)))
    result = set()
    # from the grand total down, so that what a coarse table hides never depends on how finely somebody looks
    for depth in range(size + 1):
        for dimensions in combinations(range(size), depth):
            result |= _hidden_within(persons, dimensions, result, k)
    return result


def masked(values: Mapping[Key, object], persons: Mapping[Key, int], k: int = K) -> dict[Key, object]:
    """The same cells with None in those that must not be shown.

    :param values: {key: figure}, with totals or without
    :param persons: {key: persons}, totals included
    """
    away = hidden(persons, k)
    return {key: None if key in away else value for key, value in values.items()}


def line(values: Mapping[Hashable, object], persons: Mapping[Hashable, int], k: int = K, total: int | None = None):
    """`masked` for a table of one dimension whose total is shown or known.

    :param values: {value: figure}
    :param persons: {value: persons}
    :param total: different persons behind all; the sum if nobody can stand in two cells
    :return: {value: figure or None}
    """
    table = {(value,): count for value, count in persons.items()}
    table[ALL,] = sum(persons.values()) if total is None else total
    away = hidden(table, k)
    return {value: None if (value,) in away or (ALL,) in away else figure for value, figure in values.items()}


def projections(key):
    """The key and all totals that it counts in.

    >>> list(projections(("a",)))
    [('a',), (ALL,)]
    """
    for number in range(len(key) + 1):
        for dimensions in combinations(range(len(key)), number):
            yield tuple(ALL if index in dimensions else value for index, value in enumerate(key))


def _hidden_within(persons, dimensions, before, k):
    """What is hidden in the table of some dimensions, given what is hidden in all coarser ones."""
    keys = [key for key in persons if all((key[d] is not ALL) == (d in dimensions) for d in range(len(key)))]
    lines = [_lines(keys, d) for d in dimensions]
    away = {
        key for key in keys
        if persons[key] < k or any(_parent(key, d) in before for d in dimensions)
    }
    while True:
        partners = _partners(persons, lines, away | before, k) or _found(persons, keys, dimensions, away | before, k)
        if not partners:
            return _given_back(persons, keys, lines, dimensions, away, before, k)
        away |= partners


def _given_back(persons, keys, lines, dimensions, away, before, k):
    """What is still hidden when every partner that turned out not to protect anything is shown again.

    Partners are chosen one at a time; a later choice can make an earlier one needless.
    """
    spare = [
        key for key in away
        if persons[key] >= k and not any(_parent(key, d) in before for d in dimensions)
    ]
    if len(away) > MOST_TO_GIVE_BACK:
        return away
    for key in sorted(spare, key=lambda key: (-persons[key], str(key))):
        rest = away - {key}
        if not (_partners(persons, lines, rest | before, k) or _found(persons, keys, dimensions, rest | before, k)):
            away = rest
    return away


def _parent(key, dimension):
    return (*key[:dimension], ALL, *key[dimension + 1:])


def _lines(keys, dimension):
    """Cells by the total that they add up to along one dimension."""
    found = defaultdict(list)
    for key in keys:
        found[_parent(key, dimension)].append(key)
    return found


def _partners(persons, lines, away, k):
    """Cells to hide because a line that shows its total has too little hidden in it."""
    partners = set()
    for by_total in lines:
        for total, keys in by_total.items():
            gone = [key for key in keys if key in away]
            if not any(persons[key] < k for key in gone) or total in away or len(gone) == len(keys):
                continue
            if max(persons[key] for key in gone) >= k:
                continue
            partners.add(_smallest(persons, (key for key in keys if key not in away), k))
    return partners


def _smallest(persons, keys, k):
    """The cell to give up: the smallest one that is about enough people."""
    return min(keys, key=lambda key: (persons[key] < k, persons[key], str(key)))


def _found(persons, keys, dimensions, away, k):
    """Partners for cells that can still be computed from the totals; empty when none can."""
    unknown = sorted((key for key in away if key in persons and _lies_in(key, dimensions)), key=str)
    if len(dimensions) < 2 or not any(key in away for key in keys):
        return set()
    shown = [key for key in keys if key not in away]
    if len(unknown) > MOST_UNKNOWNS:
        return set(shown)
    partners = set()
    for key in _given_away(persons, unknown, dimensions, k):
        beside = [cell for cell in shown if any(_shares_total(cell, key, d) for d in dimensions)]
        if not partners.intersection(beside) and shown:
            partners.add(_smallest(persons, beside or shown, k))
    return partners


def _lies_in(key, dimensions):
    """Whether a cell or total belongs to the table of these dimensions or to one of its totals."""
    return all(value is ALL or d in dimensions for d, value in enumerate(key))


def _shares_total(cell, key, dimension):
    """Whether a cell adds up, along one dimension, to the same total as `key` or as a cell below it."""
    return all(
        d == dimension or wanted is ALL or value == wanted
        for d, (value, wanted) in enumerate(zip(cell, key, strict=True))
    )


def _few_together(persons, sums, dimensions, k):
    """The cells about too few people of each line, together: their sum would be about few people as well.

    Where all cells of a line are such, their sum is its total, which is about as many people as it says.

    :param dict sums: {(total, dimension): hidden cells}
    """
    cells = {dimension: _lines([key for key in persons if _lies_in(key, dimensions)], dimension)
             for dimension in dimensions}
    for (total, dimension), keys in sums.items():
        few = [key for key in keys if persons[key] < k]
        whole = [key for key in cells[dimension][total] if key[dimension] is not ALL]
        if len(few) > 1 and not (len(few) == len(whole) and persons[total] >= k):
            yield few


def _given_away(persons, unknown, dimensions, k):
    """Hidden cells and totals about too few people that the shown ones give away, alone or as a sum along a line.

    Linear algebra over all lines: a sum is known exactly when its vector lies in the space that the lines span.
    """
    import numpy as np  # noqa: PLC0415

    column = {key: number for number, key in enumerate(unknown)}
    sums = defaultdict(list)
    for key in unknown:
        for d in dimensions:
            if key[d] is not ALL:
                sums[_parent(key, d), d].append(key)
    matrix = np.zeros((len(sums), len(unknown)))
    for number, ((total, _dimension), keys) in enumerate(sums.items()):
        matrix[number, [column[key] for key in keys]] = 1
        if total in column:
            matrix[number, column[total]] = -1
    questions = [[key] for key in unknown if persons[key] < k] + list(_few_together(persons, sums, dimensions, k))
    if not questions:
        return []
    _left, values, right = np.linalg.svd(matrix, full_matrices=False)
    row_space = right[values > 1e-9]
    wanted = np.zeros((len(unknown), len(questions)))
    for number, keys in enumerate(questions):
        wanted[[column[key] for key in keys], number] = 1
    inside = ((row_space @ wanted) ** 2).sum(axis=0)
    return sorted(
        (keys[0] for keys, share in zip(questions, inside, strict=True)
         if share > len(keys) - 1e-7), key=str,
    )

"""Snapshots of a table about people, and what changed between two of them, so that subtracting singles out nobody.

A snapshot is ``{key: Cell}`` with all its totals; a key has one value for each dimension, ``k_guard.ALL`` for a total.
Cells about too few people are hidden before they come here (`lib.k_guard`). What is added here looks at time: whoever
holds two snapshots can subtract them, so that a *change* must not be about too few people either.

>>> ALL = k_guard.ALL
>>> def table(loans, visits):
...     return {("loan",): Cell({"n": loans}, loans), ("visit",): Cell({"n": visits}, visits),
...             (ALL,): Cell({"n": loans + visits}, loans + visits)}
>>> then, now = table(40, 30), table(41, 50)
>>> settled = settle(now, [Earlier(then, "2026-03-01")])
>>> settled[("loan",)].values, settled[("loan",)].since
({'n': 40}, '2026-03-01')

One person more in the first line: its figure of then stands. The other line must stand too, or the total would tell.

>>> settled[("visit",)].since, settled[ALL,].values
('2026-03-01', {'n': 91})
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import k_guard

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Cell:
    """Figures about some people.

    `values` are None where they must not be shown; `persons` is None then, or where nobody is counted; `since` is the
    day of the snapshot whose figures still stand; `is_kept` says that the cell is away only because it was away before.
    """

    values: Mapping[str, float | None]
    persons: int | None = None
    is_hidden: bool = False
    since: str | None = None
    is_kept: bool = False


@dataclass(frozen=True)
class Earlier:
    """A snapshot taken before, of a period that overlaps with the new one; it may have been grouped less finely.

    `moved` is how many people stand behind the months that only one of the two covers, as far as that may be told.
    """

    cells: Mapping[Key, Cell]
    day: str
    moved: Mapping[Key, int] = field(default_factory=dict)


def settle(
    new: Mapping[Key, Cell], earlier: Sequence[Earlier], amounts: Collection[str] = (), means: Collection[str] = (),
    k: int = k_guard.K,
) -> dict[Key, Cell]:
    """The new snapshot as it may be kept beside the earlier ones.

    :param new: guarded cells with all totals
    :param earlier: newest first
    :param amounts: measures of which one person can add any number, such as minutes, or that do not add up
    :param means: those of them that do not add up
    :param k: fewest people that a change may be about
    :return: {key: Cell}
    """
    cells = _still_away(new, earlier)
    before, moved, days = _newest(earlier)
    told, changes = {_places(key) for key in before}, {}
    for key in {*cells, *before}:
        if _places(key) not in told:
            # never told so finely: nothing to compare, but it must not add up to a total that stands
            changes[key] = max(k, cells[key].persons or k)
            continue
        count = _people_behind(cells.get(key), before.get(key), moved.get(key, 0), amounts)
        if count is None:
            count = _left_over(key, cells, before, amounts, means)
        if count:
            changes[key] = count
    if all(count >= k for count in changes.values()):
        return cells
    names = next(iter(new.values())).values if new else ()
    for key in k_guard.hidden(changes, k):
        then = before.get(key)
        if key in cells and cells[key].is_hidden:
            continue
        if then and not then.is_hidden:
            values = {name: then.values.get(name) for name in names}
            cells[key] = replace(then, values=values, since=then.since or days[key])
        elif _places(key) not in told:
            cells[key] = Cell(dict.fromkeys(names), None, is_hidden=True, is_kept=True)
    return cells


def _places(key):
    """Which dimensions a cell tells apart."""
    return tuple(place for place, value in enumerate(key) if value is not k_guard.ALL)


def _newest(earlier):
    """What was told last of each cell, whichever snapshot told it: (cells, people who moved, days)."""
    before, moved, days = {}, {}, {}
    for snapshot in earlier:
        for key, cell in snapshot.cells.items():
            if key not in before:
                before[key], moved[key], days[key] = cell, snapshot.moved.get(key, 0), snapshot.day
    return before, moved, days


def _still_away(new, earlier):
    """The new cells; one that was hidden beside another stays so as long as that other one is hidden."""
    cells = dict(new)
    away = {key for key, cell in new.items() if cell.is_hidden}
    for snapshot in earlier:
        then = {key for key, cell in snapshot.cells.items() if cell.is_hidden and not cell.is_kept}
        for key in then & (cells.keys() - away):
            if any(other in away and _in_line(key, other) for other in then):
                cell = cells[key]
                cells[key] = Cell(dict.fromkeys(cell.values), None, is_hidden=True, is_kept=True)
    return cells


def _in_line(one, two):
    """Whether two cells add up to the same total along some dimension."""
    return one != two and sum(a != b for a, b in zip(one, two, strict=True)) == 1


def _people_behind(now, then, moved, amounts):
    """At how many people a change is about: 0 where nothing changed, None where a figure is hidden."""
    if any(cell and cell.is_hidden for cell in (now, then)):
        return None
    if now is None or then is None:
        there = now or then
        return there.persons or _most(there.values, {}, amounts)
    both = [name for name in now.values if name in then.values]
    if now.persons == then.persons and all(now.values[name] == then.values[name] for name in both):
        return 0
    people = max(abs((now.persons or 0) - (then.persons or 0)), moved or 0)
    return people or _most({name: now.values[name] for name in both}, then.values, amounts)


def _left_over(key, now, then, amounts, means):
    """How much of the change of a total the shown cells leave for the hidden ones beside `key`."""
    result = 0
    for dimension, value in enumerate(key):
        if value is k_guard.ALL:
            continue
        total = (*key[:dimension], k_guard.ALL, *key[dimension + 1:])
        if not all(total in table and not table[total].is_hidden for table in (now, then)):
            continue
        rest = {name: n for name, n in _differ(now[total], then[total]).items() if name not in means}
        for other in {*now, *then}:
            if other != total and _in_line(other, total) and other[dimension] is not k_guard.ALL:
                cells = (now.get(other), then.get(other))
                if not any(cell and cell.is_hidden for cell in cells):
                    rest = {name: number - _differ(*cells).get(name, 0) for name, number in rest.items()}
        if any(rest.values()):
            result = max(result, _most(rest, {}, amounts))
    return result


def _differ(now, then):
    names = (now or then).values
    return {
        name: ((now.values.get(name) if now else 0) or 0) - ((then.values.get(name) if then else 0) or 0)
        for name in names
    }


def _most(now, then, amounts):
    """The biggest change of a measure that counts: about that many people at the most, and about one at least."""
    counts = [abs((value or 0) - (then.get(name) or 0)) for name, value in now.items() if name not in amounts]
    return int(max([1, *counts]))


def differences(then: Mapping[Key, Cell], now: Mapping[Key, Cell], measures: Sequence[str]):
    """What changed between two kept snapshots.

    :return: {key: {measure: (old, new, difference)}}; None where a figure is hidden, and the difference with it; an old
        or new figure of a line that was not there is 0
    """
    result = {}
    for key in {**now, **then}:
        old, new = then.get(key), now.get(key)
        result[key] = {name: _change(old, new, name) for name in measures}
    return result


def _change(old, new, name):
    one = 0 if old is None else old.values.get(name)
    two = 0 if new is None else new.values.get(name)
    hidden = (old and old.is_hidden) or (new and new.is_hidden) or one is None or two is None
    return (one, two, None if hidden else two - one)

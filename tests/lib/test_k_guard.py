"""No figure about fewer than five people, not even by arithmetic: attacked with the exact solution of all sums."""

import itertools
import random
from collections import defaultdict
from fractions import Fraction

import pytest

from library_crm.lib.k_guard import ALL, K, count_persons, hidden, line, masked


def _projections(key):
    return itertools.product(*((value, ALL) for value in key))


def _library(seed, sizes, people, uses):
    """Uses of some people: (key, person, uses) with a few values in each dimension, some of them rare."""
    dice = random.Random(seed)
    rows = []
    for _number in range(uses):
        key = tuple(min(int(dice.expovariate(1.1)), size - 1) for size in sizes)
        rows.append((key, dice.randrange(people), dice.randint(1, 9)))
    return rows


def _figures(rows):
    sums = defaultdict(int)
    for key, _person, uses in rows:
        for parent in _projections(key):
            sums[parent] += uses
    return dict(sums)


def _who(rows):
    people = defaultdict(set)
    for key, person, _uses in rows:
        for parent in _projections(key):
            people[parent].add(person)
    return people


def _equations(figures, column):
    """All sums of a table as rows of coefficients of the hidden cells, with what is known on the right."""
    lines = defaultdict(list)
    for key in figures:
        for d, value in enumerate(key):
            if value is not ALL:
                lines[(*key[:d], ALL, *key[d + 1:]), d].append(key)
    for (total, _d), cells in lines.items():
        row, known = [Fraction(0)] * len(column), Fraction(0)
        for key, sign in [(total, -1), *((cell, 1) for cell in cells)]:
            if key in column:
                row[column[key]] += sign
            else:
                known -= sign * figures[key]
        if any(row):
            yield [*row, known]


def _attack(figures, away):
    """What a clever reader finds out of what is shown: {hidden cell: its figure}, by exact elimination."""
    unknown = sorted(away, key=str)
    matrix = list(_equations(figures, {key: number for number, key in enumerate(unknown)}))
    done = []
    for index in range(len(unknown)):
        pivot = next((row for row in matrix if row[index]), None)
        if pivot is None:
            continue
        matrix.remove(pivot)
        pivot = [value / pivot[index] for value in pivot]
        matrix, done = ([_without(row, pivot, index) for row in rows] for rows in (matrix, done))
        done.append(pivot)
    return {
        unknown[[bool(value) for value in row[:-1]].index(True)]: row[-1]
        for row in done if sum(map(bool, row[:-1])) == 1
    }


def _without(row, pivot, index):
    factor = row[index]
    return [mine - factor * theirs for mine, theirs in zip(row, pivot, strict=True)] if factor else row


def test_the_attack_finds_what_a_careless_table_gives_away():
    rows = [((kind,), person, 1) for kind, size in (("loan", 9), ("visit", 7), ("event", 1)) for person in range(size)]
    figures = _figures(rows)
    assert _attack(figures, {("event",)}) == {("event",): 1}


@pytest.mark.parametrize("seed", range(120))
def test_nothing_hidden_can_be_computed(seed):
    dice = random.Random(seed)
    sizes = [(6,), (5, 4), (4, 4), (3, 3, 3)][seed % 4]
    rows = _library(seed, sizes, people=dice.choice((8, 20, 60)), uses=dice.choice((20, 60, 150)))
    persons = count_persons((key, person) for key, person, _uses in rows)
    away = hidden(persons)
    assert {key for key, count in persons.items() if count < K} <= away
    found = _attack(_figures(rows), away)
    assert {key for key in found if persons[key] < K} == set(), "the table gives away figures about a few people"


@pytest.mark.parametrize("seed", range(80))
def test_what_subtraction_gives_is_about_five_people(seed):
    rows = _library(seed, (5, 5), people=30, uses=90)
    who = _who(rows)
    away = hidden({key: len(group) for key, group in who.items()})
    lines = defaultdict(list)
    for key in who:
        for d, value in enumerate(key):
            if value is not ALL:
                lines[(*key[:d], ALL, *key[d + 1:])].append(key)
    for total, cells in lines.items():
        rest = set().union(*(who[cell] for cell in cells if cell in away))
        if total not in away:
            assert not rest or len(rest) >= K


@pytest.mark.parametrize("seed", range(40))
def test_coarse_and_fine_tables_hide_the_same(seed):
    rows = _library(seed, (4, 3, 3), people=40, uses=120)
    fine = hidden(count_persons((key, person) for key, person, _uses in rows))
    for first, second in itertools.combinations(range(3), 2):
        coarse = hidden(count_persons(((key[first], key[second]), person) for key, person, _uses in rows))
        seen = {
            (key[first], key[second]) for key in fine
            if all((value is ALL) or d in (first, second) for d, value in enumerate(key))
        }
        assert coarse == seen


def test_a_full_table_hides_nothing():
    persons = count_persons(((a, b), n) for a in range(3) for b in range(3) for n in range(6))
    assert hidden(persons) == set()


def test_one_small_cell_takes_its_smallest_neighbour_along():
    assert line({"a": 40, "b": 12, "c": 3}, {"a": 20, "b": 9, "c": 2}) == {"a": 40, "b": None, "c": None}


def test_a_table_about_four_people_shows_nothing():
    assert line({"a": 40, "b": 12}, {"a": 3, "b": 1}) == {"a": None, "b": None}
    assert hidden(count_persons([(("a",), 1), (("b",), 2)])) == {("a",), ("b",), (ALL,)}


def test_overlapping_people_are_counted_once():
    assert line({"a": 40, "b": 12}, {"a": 4, "b": 4}, total=4) == {"a": None, "b": None}


def test_empty_tables():
    assert hidden({}) == set()
    assert masked({}, {}) == {}
    assert hidden({("a",): 0, (ALL,): 0}) == set()


def test_a_big_table_is_answered_quickly():
    rows = _library(3, (24, 30), people=5000, uses=40000)
    persons = count_persons((key, person) for key, person, _uses in rows)
    away = hidden(persons)
    assert {key for key, count in persons.items() if count < K} <= away


def test_nothing_is_hidden_that_protects_nobody():
    """Members of a segment by type of patron: big groups stay readable beside small ones.

    Feature: 14.1
    """
    everybody = {"student": 169, "public": 94, "faculty": 43, "doctoral": 42, "child": 28, "staff": 16, "visitor": 11,
                 "organisation": 3}
    members = {"student": 37, "public": 22, "faculty": 17, "doctoral": 17, "child": 5, "staff": 3, "organisation": 1}
    people = []
    for kind, count in everybody.items():
        people += [((kind, number < members.get(kind, 0)), (kind, number)) for number in range(count)]
    away = hidden(count_persons(people))
    assert {kind for kind, inside in away if inside is True} == {"child", "staff", "organisation"}
    assert {kind for kind, inside in away if inside is False} == {"child", "staff", "organisation", "visitor"}
    assert {kind for kind, inside in away if inside is ALL} == {"organisation", "visitor"}


def test_small_services_do_not_hide_the_large_one():
    """A service with one or two people each quarter and six in the year stays hidden by quarter, and nothing else."""
    quarters = ("Q1", "Q2", "Q3", "Q4")
    persons = {("large", quarter): 20 for quarter in quarters} | {("middle", quarter): 9 for quarter in quarters}
    persons |= {("small", quarter): 2 for quarter in quarters} | {("tiny", quarter): 1 for quarter in quarters}
    persons |= {("large", ALL): 50, ("middle", ALL): 20, ("small", ALL): 6, ("tiny", ALL): 5}
    persons |= {(ALL, quarter): 30 for quarter in quarters} | {(ALL, ALL): 70}
    away = hidden(persons)
    assert {("small", quarter) for quarter in quarters} | {("tiny", quarter) for quarter in quarters} <= away
    assert not away & {("large", quarter) for quarter in quarters}

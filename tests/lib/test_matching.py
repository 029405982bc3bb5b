"""Matched pairs: who may stand beside whom, and a published example of the interval for pairs."""

import doctest
import random

import pytest

from library_crm.lib import matching


def person(number, exact, *counts):
    return {"id": number, "exact": exact, "counts": counts}


def test_examples_of_the_module():
    assert doctest.testmod(matching).failed == 0


def test_nobody_stands_beside_somebody_of_another_kind_or_too_far_away():
    treated = [person(1, ("student",), 10), person(2, ("staff",), 10), person(3, ("student",), 4000)]
    others = [person(11, ("student",), 11), person(12, ("guest",), 10), person(13, ("student",), 0)]
    assert matching.pairs(treated, others) == [(1, 11)]


def test_everybody_stands_in_one_pair_at_most():
    dice = random.Random(5)
    treated = [person(n, (dice.choice("ab"),), dice.randrange(50)) for n in range(60)]
    others = [person(100 + n, (dice.choice("ab"),), dice.randrange(50)) for n in range(200)]
    found = matching.pairs(treated, others)
    assert len({left for left, _right in found}) == len({right for _left, right in found}) == len(found) > 40
    kinds = {one["id"]: one["exact"] for one in [*treated, *others]}
    assert all(kinds[left] == kinds[right] for left, right in found)


def test_nobody_to_compare_with():
    assert matching.pairs([person(1, (), 1)], []) == []
    assert matching.pairs([], [person(1, (), 1)]) == []


def test_interval_of_pairs_as_published():
    """Student's own sleep data (Biometrika 6, 1908): mean 1.58, 95 % interval 0.70 to 2.46."""
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = matching.difference(list(zip(second, first, strict=True)))
    assert found["n"] == 10
    assert found["value"] == pytest.approx(1.58)
    assert found["low"] == pytest.approx(0.7001, abs=1e-4)
    assert found["high"] == pytest.approx(2.4599, abs=1e-4)
    assert found["clear"]


def test_a_planted_difference_is_found_where_the_whole_groups_mislead():
    """Heavy users attend more often: the plain difference is large, among matched people it is what was planted."""
    dice = random.Random(11)
    people, value = [], {}
    for number in range(800):
        uses = dice.randrange(60)
        attends = dice.random() < uses / 120
        value[number] = uses + (3 if attends else 0) + dice.gauss(0, 1)
        people.append((attends, person(number, (), uses)))
    treated, others = ([one for attends, one in people if attends is kind] for kind in (True, False))
    with_it, without = ([value[one["id"]] for one in group] for group in (treated, others))
    plain = sum(with_it) / len(with_it) - sum(without) / len(without)
    found = matching.difference([(value[a], value[b]) for a, b in matching.pairs(treated, others, furthest=0.05)])
    assert plain > 10
    assert found["low"] < 3.5 and found["high"] > 2.5
    assert abs(found["value"] - 3) < 1


def test_same_difference_in_every_pair():
    found = matching.difference([(2, 1)] * 6)
    assert (found["value"], found["low"], found["high"], found["clear"]) == (1, 1, 1, True)

"""Association rules: beside counting by hand, published figures, and what must not be told."""

import random
from itertools import combinations, product

import pytest

from library_crm.lib.association import find_rules

FREE = {"fewest": 1, "least_lift": 0, "most_p": 1}


def pairs(baskets):
    return zip(*((person, item) for person, items in enumerate(baskets) for item in items), strict=True)


def by_hand(baskets, fewest, most_items=3):
    """{(antecedent, consequent): (count, confidence, lift)} by looking into every basket for every set."""
    baskets = [set(items) for items in baskets]
    total, every = len(baskets), sorted(set().union(*baskets))

    def having(items):
        return sum(items <= basket for basket in baskets)

    found = {}
    for size in range(2, most_items + 1):
        for items in combinations(every, size):
            count = having(set(items))
            cells = [
                sum(tuple(item in basket for item in items) == flags for basket in baskets)
                for flags in product((True, False), repeat=size)
            ]
            if count < max(fewest, 1) or any(0 < cell < fewest for cell in cells):
                continue
            for item in items:
                rest = tuple(other for other in items if other != item)
                confidence = count / having(set(rest))
                found[rest, item] = (count, confidence, confidence / (having({item}) / total))
    return found


@pytest.mark.parametrize(("seed", "fewest"), [(1, 1), (2, 3), (3, 5)])
def test_equal_to_counting_by_hand(seed, fewest):
    chance = random.Random(seed)
    baskets = []
    for _person in range(160):
        items = {item for item in range(7) if chance.random() < 0.3}
        if 0 in items and chance.random() < 0.7:
            items.add(1)
        baskets.append(items or {6})
    found = {
        (rule.antecedent, rule.consequent): (rule.count, rule.confidence, rule.lift)
        for rule in find_rules(*pairs(baskets), fewest=fewest, least_lift=0, most_p=1)
    }
    wanted = by_hand(baskets, fewest)
    assert wanted and set(found) == set(wanted)
    assert all(found[key] == pytest.approx(value) for key, value in wanted.items())


def test_the_textbook_example():
    """The five baskets of Tan, Steinbach and Kumar: {milk, diapers} -> beer has support 2/5 and confidence 2/3."""
    baskets = [
        {"bread", "milk"}, {"bread", "diapers", "beer", "eggs"}, {"milk", "diapers", "beer", "cola"},
        {"bread", "milk", "diapers", "beer"}, {"bread", "milk", "diapers", "cola"},
    ]  # fmt: skip
    found = {(rule.antecedent, rule.consequent): rule for rule in find_rules(*pairs(baskets), **FREE)}
    rule = found[("diapers", "milk"), "beer"]
    assert (rule.support, rule.confidence) == (pytest.approx(0.4), pytest.approx(2 / 3))
    assert rule.lift == pytest.approx((2 / 3) / 0.6)


def test_no_rule_tells_about_fewer_than_five():
    """Nine of ten who have A have B: the tenth would be told as well; with all ten nobody stands out."""
    others = [{"C"}] * 40
    assert find_rules(*pairs([{"A", "B"}] * 9 + [{"A"}] + others)) == []
    assert {rule.consequent for rule in find_rules(*pairs([{"A", "B"}] * 10 + others))} == {"A", "B"}
    assert find_rules(*pairs([{"A", "B"}] * 4 + others)) == []


def test_chance_makes_no_rule():
    chance = random.Random(7)
    baskets = [{item for item in range(10) if chance.random() < 0.4} or {0} for _person in range(400)]
    assert find_rules(*pairs(baskets), least_lift=1) == []


def test_twice_the_same_counts_once_and_those_without_anything_count():
    persons, items = map(list, pairs([{"A", "B"}] * 10 + [{"C"}] * 10))
    once = find_rules(persons, items)
    assert find_rules(persons + persons, items + items) == once
    assert find_rules(persons, items, total=40)[0].lift == pytest.approx(2 * once[0].lift)


def test_nothing():
    assert find_rules([], []) == []
    assert find_rules([1], ["A"]) == []

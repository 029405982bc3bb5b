"""Which purchase comes first, and what a dossier keeps of what was counted. Feature: 3.2, 5.7"""

import doctest
import random

import pytest

from library_crm.lib import dossier_figures, purchase_rank
from library_crm.lib.dossier_figures import guarded

ALIKE = {"people": 1, "price": 50.0, "borrowed": 0, "turned_away": 0, "uses": 0}


@pytest.mark.parametrize("module", [purchase_rank, dossier_figures])
def test_examples_in_the_text_hold(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


@pytest.mark.parametrize("better", [
    {"people": 2}, {"price": 20.0}, {"borrowed": 1}, {"turned_away": 1}, {"uses": 1},
])  # fmt: skip
def test_each_sign_moves_a_purchase_up(better):
    assert purchase_rank.ranked([{"id": 1, **ALIKE}, {"id": 2, **ALIKE, **better}]) == {2: 1, 1: 2}


def test_the_same_evidence_is_the_same_place_and_the_order_given_changes_nothing():
    rows = [{"id": number, **ALIKE, "people": 1 + number % 3} for number in range(30)]
    places = purchase_rank.ranked(rows)
    assert sorted(set(places.values())) == [1, 11, 21]
    random.Random(7).shuffle(rows)
    assert purchase_rank.ranked(rows) == places


def test_nothing_to_rank():
    assert purchase_rank.ranked([]) == {}


def test_nothing_counted_is_nothing_and_not_hidden():
    assert set(guarded({}).values()) == {0, None}
    assert [name for name, value in guarded({}).items() if value is None] == ["uses_per_title", "met_share"]


def test_no_figure_of_a_dossier_is_about_fewer_than_five():
    """Nor is the difference of two of them that stand in one sum."""
    draw = random.Random(11)
    for _round in range(300):
        people = {state: draw.choice([0, 0, 1, 3, 5, 9]) for state in dossier_figures.STATES}
        counted = {f"{state}_people": number for state, number in people.items()}
        counted |= people | {"needs": sum(people.values()), "need_people": sum(people.values())}
        shown = guarded(counted)
        hidden = [state for state in people if shown[state] is None]
        assert all(shown[state] is None or people[state] == 0 or people[state] >= 5 for state in people)
        if shown["needs"] is not None and hidden:
            rest = shown["needs"] - sum(shown[state] for state in people if state not in hidden)
            assert rest == 0 or rest >= 5

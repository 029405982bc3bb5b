"""Levels from points, the level to work with, and the corners of a radar."""

import doctest

import pytest

from library_crm.lib import ability


def test_examples_of_the_module():
    assert doctest.testmod(ability).failed == 0


@pytest.mark.parametrize(("points", "most", "level"), [
    (0, 10, 0), (1, 10, 0), (1.25, 10, 1), (3.75, 10, 2), (6.25, 10, 3), (8.75, 10, 4), (99, 10, 4), (-5, 10, 0),
    (1, 0, None), (0, -1, None),
])
def test_level_of_points(points, most, level):
    assert ability.level_of(points, most) == level


def test_what_was_seen_comes_before_what_is_said_whatever_is_newer():
    assert ability.current({"self": (3, 4)}) == 4
    assert ability.current({"self": (3, 4), "quiz": (1, 0)}) == 0
    assert ability.current({"librarian": (2, 1), "quiz": (1, 3)}) == 1
    assert ability.current({}) is None


def test_radar_points_up_first_and_keeps_unknown_at_the_centre():
    found = ability.radar([4, None, 2, 0], 100)
    assert found["dots"] == [(0.0, -100.0), (0.0, 0.0), (0.0, 50.0), (0.0, 0.0)]
    assert len(found["rings"]) == 4
    assert found["rings"][3].startswith("0.0,-100.0 100.0,")

import random

import pytest

from library_crm.lib.survival import survival


def test_textbook_example():
    """Six people: two leave, one is lost from sight between them; worked out by hand."""
    curve = survival([(1, True), (2, False), (3, True), (4, False), (4, True), (5, False)], fewest=1)
    assert [(time, watched) for time, _share, watched in curve] == [(0, 6), (1, 6), (2, 5), (3, 4), (4, 3), (5, 1)]
    shares = [share for _time, share, _watched in curve]
    assert shares == pytest.approx([1, 5 / 6, 5 / 6, 5 / 6 * 3 / 4, 5 / 6 * 3 / 4 * 2 / 3, 5 / 6 * 3 / 4 * 2 / 3])


def test_where_everybody_left_it_is_the_plain_share():
    spans = [(random.Random(n).randint(1, 40), True) for n in range(200)]
    for time, share, _watched in survival(spans, fewest=1)[1:]:
        assert share == pytest.approx(sum(end > time for end, _gone in spans) / 200)


def test_it_never_rises_and_stops_where_too_few_are_left():
    draw = random.Random(7)
    curve = survival([(draw.randint(0, 60), draw.random() < 0.5) for _person in range(300)])
    shares = [share for _time, share, _watched in curve]
    assert shares == sorted(shares, reverse=True)
    assert min(watched for _time, _share, watched in curve) >= 5


def test_nobody():
    assert survival([]) == [(0, 1.0, 0)]

"""Scores of `lib.assignment`: who should serve, in turn or by skill, and which cases should change hands."""

from datetime import datetime

import pytest

from library_crm.lib.assignment import Colleague, Skill, Wish, choose, closeness, rank, rebalance, weigh

MEDICINE = Skill("class", "R Medicine", 4, logs=12, path="1/")
ONCOLOGY = Skill("class", "R73", 3, path="1/7/")
CHINESE = Skill("language", "Chinese", 4, lang="zh")


def codes(reasons):
    return [code for code, _params in reasons]


@pytest.mark.parametrize(("skill", "asked", "far", "expected"), [
    ("1/7/", ["1/"], [], 1.0),
    ("1/", ["1/"], [], 1.0),
    ("1/", ["1/7/"], [], 0.5),
    ("2/", ["1/7/"], [], 0.0),
    ("2/", ["1/7/"], ["2/3/"], 0.5),
    ("1/", ["17/"], [], 0.0),
])
def test_a_class_fits_itself_what_lies_below_and_less_what_lies_above(skill, asked, far, expected):
    """Feature: 2.3"""
    assert closeness(skill, asked, far) == expected


def test_skill_language_and_earlier_service_beat_an_empty_table():
    """Feature: 2.3"""
    wish = Wish(1, paths=("1/7/",), lang="zh", served={1: 2})
    able = Colleague(1, load=400, skills=(MEDICINE, CHINESE))
    idle = Colleague(2)
    ranked = rank(wish, [idle, able])
    assert [colleague.user_id for colleague, _score, _why in ranked] == [1, 2]
    assert set(codes(ranked[0][2])) == {"served", "language", "class", "load"}


def test_whoever_drowns_is_spared():
    """Feature: 2.3, 21.4"""
    wish = Wish(1, paths=("1/7/",))
    full = Colleague(1, load=1300, skills=(ONCOLOGY,))
    free = Colleague(2, skills=(MEDICINE,))
    assert rank(wish, [full, free])[0][0] is free


def test_absent_and_closed_colleagues_stand_last_and_say_so():
    """Feature: 2.3, X2"""
    wish = Wish(1, paths=("1/",))
    away = Colleague(1, until=datetime(2026, 5, 4), skills=(MEDICINE,))
    closed = Colleague(2, takes_new=False, skills=(MEDICINE,))
    there = Colleague(3, load=900)
    ranked = rank(wish, [away, closed, there])
    assert ranked[0][0] is there
    assert "absent" in codes(dict((one.user_id, why) for one, _score, why in ranked)[1])
    assert "closed" in codes(dict((one.user_id, why) for one, _score, why in ranked)[2])
    assert choose(wish, [away, closed], "best") is None


def test_the_patrons_wish_for_the_same_librarian_comes_first_whatever_the_method():
    """Feature: 2.3"""
    wish = Wish(1, wants_same=True, last_librarian_id=2, served={2: 1})
    team = [Colleague(1), Colleague(2, load=590)]
    for method in ("claim", "manual", "round_robin", "best"):
        colleague, reasons = choose(wish, team, method)
        assert (colleague.user_id, codes(reasons)[0]) == (2, "same")
    team[1].until = datetime(2026, 5, 4)
    assert choose(wish, team, "claim") is None
    assert choose(wish, team, "best")[0].user_id == 1


def test_in_turn_everybody_gets_one_before_anybody_gets_two():
    """Feature: X2"""
    team = [Colleague(1), Colleague(2), Colleague(3)]
    given = []
    for number in range(6):
        chosen, reasons = choose(Wish(number), team, "round_robin")
        chosen.date_last = datetime(2026, 1, 1, 8, number)
        given.append(chosen.user_id)
        assert codes(reasons)[0] == "turn"
    assert given == [1, 2, 3, 1, 2, 3]


def test_whoever_gave_a_case_back_is_not_asked_again_unless_alone():
    """Feature: X2"""
    wish = Wish(1, paths=("1/",), gave_back_id=1)
    expert, other = Colleague(1, skills=(MEDICINE,)), Colleague(2)
    assert choose(wish, [expert, other], "best")[0] is other
    assert choose(wish, [expert], "best")[0] is expert


def test_methods_and_tools_count_where_the_service_asks_for_them():
    """Feature: 2.3, 33.2"""
    method = Skill("method", "Systematic search", 3, service_ids=frozenset({7}))
    assert "method" in codes(weigh(Wish(1, service_id=7), Colleague(1, skills=(method,)))[1])
    assert "method" not in codes(weigh(Wish(1, service_id=8), Colleague(1, skills=(method,)))[1])


def test_a_rebalance_lightens_the_fullest_and_leaves_the_facts_alone():
    """Feature: 21.4"""
    full, free = Colleague(1, load=1000), Colleague(2, load=0, skills=(MEDICINE,))
    held = {1: [Wish(number, minutes=100, paths=("1/",) if number % 2 else ()) for number in range(10)]}
    moves = rebalance([full, free], held)
    assert moves
    assert {(giver, taker) for _wish, giver, taker, _why in moves} == {(1, 2)}
    assert all("load" in codes(why) for *_move, why in moves)
    moved = sum(wish.minutes for wish, *_rest in moves)
    assert 1000 - moved >= moved, "the taker never ends fuller than the giver"
    assert (full.load, free.load) == (1000, 0)
    assert moves[0][0].paths, "what suits the taker best goes first"


def test_a_case_stays_with_the_only_one_who_can_serve_it():
    """Feature: 21.4, 2.3"""
    held = {1: [Wish(1, minutes=100, lang="zh"), Wish(2, minutes=100)]}
    full, free = Colleague(1, load=1000, skills=(CHINESE,)), Colleague(2)
    assert [wish.case_id for wish, *_move in rebalance([full, free], held)] == [2]
    full.until = datetime(2026, 5, 4)
    assert {wish.case_id for wish, *_move in rebalance([full, free], held)} == {1, 2}


def test_balanced_teams_and_lone_people_get_no_proposal():
    """Feature: 21.4"""
    team = [Colleague(1, load=300), Colleague(2, load=320)]
    assert rebalance(team, {1: [Wish(1)], 2: [Wish(2)]}) == []
    assert rebalance([Colleague(1, load=3000)], {1: [Wish(1)]}) == []
    assert rebalance([], {}) == []


def test_cases_of_somebody_away_go_first_and_to_somebody_who_is_there():
    """Feature: 21.4, X2"""
    away = Colleague(1, load=50, until=datetime(2026, 5, 4))
    closed, there = Colleague(2, takes_new=False), Colleague(3, load=100)
    moves = rebalance([away, closed, there], {1: [Wish(1), Wish(2)]})
    assert [(giver, taker) for _wish, giver, taker, _why in moves] == [(1, 3), (1, 3)]


def test_nobody_without_capacity_takes_a_case_and_nothing_divides_by_zero():
    """Feature: 21.4"""
    assert Colleague(1, capacity=0).strain() == 0.0
    assert Colleague(1, capacity=0, load=1).strain() == float("inf")
    moves = rebalance([Colleague(1, load=900), Colleague(2, capacity=0)], {1: [Wish(1)]})
    assert moves == []

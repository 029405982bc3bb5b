"""How alike kinds of patrons are, and what is told of what helped them."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library_crm.lib import similarity
from library_crm.lib.similarity import K, Kind, Served, likeness, rank

ME = Kind("student", "doctoral", frozenset({"R"}), "novice", {"depth": "full", "lang": "zh_CN"})
kinds = st.builds(
    Kind,
    st.sampled_from([None, "student", "staff"]),
    st.sampled_from([None, "bachelor", "master", "doctoral", "alumni"]),
    st.frozensets(st.sampled_from("RQK"), max_size=3),
    st.sampled_from([None, "novice", "expert"]),
    st.dictionaries(st.sampled_from(["depth", "lang"]), st.sampled_from([None, "full", "zh_CN"]), max_size=2),
)
served = st.lists(
    st.builds(
        Served, st.sampled_from(["map", "list", "table"]), kinds, st.integers(0, 12),
        st.one_of(st.none(), st.floats(0, 1)),
    ),
    max_size=60,
)  # fmt: skip


def test_doctests():
    assert doctest.testmod(similarity).failed == 0


@given(kinds, kinds)
def test_alike_both_ways_and_within_bounds(one, other):
    there, back = likeness(one, other), likeness(other, one)
    assert there == back
    assert 0 <= there.share <= 1


@given(kinds)
def test_everybody_is_like_themselves_in_all_that_is_known(kind):
    found = likeness(kind, kind)
    assert found.share in (0.0, 1.0)
    assert bool(found.reasons) == bool(found.share)


def test_neighbouring_stages_are_half_alike():
    assert likeness(Kind(stage="master"), Kind(stage="doctoral")).share == 0.5
    assert likeness(Kind(stage="bachelor"), Kind(stage="doctoral")).share == 0.0
    assert likeness(Kind(stage="alumni"), Kind(stage="doctoral")).share == 0.0


def test_nothing_known_is_not_alike():
    assert likeness(ME, Kind()).share == 0.0


@given(kinds, served)
def test_fewer_than_five_people_are_never_told_of(me, entries):
    for document, found in rank(me, entries).items():
        alike = [one for one in entries if one.document == document and likeness(me, one.kind).share >= 0.5]
        assert found.people == len({one.person for one in alike}) >= K
        said = {one.person for one in alike if one.outcome is not None}
        assert (found.outcome is None) == (len(said) < K)
        assert found.outcome is None or -1e-9 <= found.outcome <= 1 + 1e-9


@given(kinds, served)
def test_a_few_voices_change_nothing_that_is_told(me, entries):
    """Whoever is one of fewer than five voices cannot be seen in the figures of their document."""
    told = rank(me, entries)
    for document, found in told.items():
        if found.voices < K:
            turned = [
                Served(one.document, one.kind, one.person, 1 - one.outcome)
                if one.document == document and one.outcome is not None else one
                for one in entries
            ]
            again = rank(me, turned)[document]
            assert (again.match, again.people, again.outcome) == (found.match, found.people, None)


def test_one_person_five_times_is_one_person():
    entries = [Served("map", ME, "Lin", 1.0)] * 9
    assert rank(ME, entries) == {}


def test_what_helped_more_comes_first_and_two_happy_ones_do_not_beat_twenty():
    entries = [Served("good", ME, number, 0.9) for number in range(20)]
    entries += [Served("few", ME, number, 1.0) for number in range(5)]
    entries += [Served("bad", ME, number, 0.1) for number in range(20)]
    assert list(rank(ME, entries)) == ["good", "few", "bad"]


def test_what_the_others_are_not_alike_in_is_no_reason():
    others = [Kind("student", "doctoral", frozenset({"R"}))] * 4 + [Kind("student", "master", frozenset({"R"}))]
    found = rank(ME, [Served("map", kind, number) for number, kind in enumerate(others)])["map"]
    assert found.reasons == ("type", "classes")
    assert found.outcome is None
    assert found.match == pytest.approx((4 * 1.0 + 7 / 8) / 5)

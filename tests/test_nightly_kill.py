"""Each nightly analysis is killed with SIGKILL at random points and goes on; it ends as an undisturbed run does."""

from __future__ import annotations

import random

import pytest

from .rig.obedient import Obedient

KILLS = 10


@pytest.fixture(scope="module")
def night(kitchen):
    database = kitchen.serve("addon", "night")
    night = Obedient("nightly_process", database)
    night.do("fill")
    for code in night.do("jobs"):
        night.do("queue", code=code)
        night.do("run", code=code)
    yield night
    night.close()
    database.close()


def differences(before, after):
    return {table: (before.get(table), after.get(table)) for table in {*before, *after}
            if before.get(table) != after.get(table)}


def test_there_is_something_to_kill(night):
    """Feature: 14.4, P6"""
    state = night.do("state")
    for table in (
        "library_patron_fact", "library_lifecycle_transition", "library_lifecycle_milestone",
        "library_comeback_model", "library_subject_transition", "library_patron_change", "library_prediction",
        "library_recovery",
    ):
        assert not state[table].startswith("0 "), f"{table} is empty"


def test_every_job_survives_ten_kills_and_a_rebuild_gives_the_same(night):
    """Feature: 12.3, P6, 14.4, 1.7"""
    draw = random.Random(20)
    interrupted = 0
    for code in night.do("jobs"):
        night.do("queue", code=code)
        seconds = night.do("run", code=code)
        undisturbed = night.do("state")
        night.do("queue", code=code)
        for _kill in range(KILLS):
            left = night.do("kill", code=code, after=draw.uniform(0, 1.1 * seconds))
            interrupted += left["killed"] and 0 < left["done"] < left["total"]
            if left["state"] == "idle":
                night.do("queue", code=code)
        night.do("run", code=code)
        assert not differences(undisturbed, night.do("state")), code
    assert interrupted >= KILLS, "the kills hit no job in the middle"

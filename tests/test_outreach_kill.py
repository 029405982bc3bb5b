"""Journeys are killed with SIGKILL at random points; each step reaches each patron's box exactly once."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from .rig.obedient import Obedient

KILLS = 10
PATRONS = 16
STEPS = 16


@pytest.fixture
def journeys(kitchen, mail_server):
    database = kitchen.serve("addon", "outreach")
    journeys = Obedient("outreach_process", database, mail_server.smtp_port)
    yield journeys
    journeys.close()
    database.close()


def test_each_step_reaches_each_patron_exactly_once(journeys, mail_server):
    """Feature: P3"""
    boxes = [mail_server.box(f"journey{number}@patrons.test") for number in range(PATRONS)]
    journeys.do("fill", patrons=PATRONS)
    journeys.do("run")
    journeys.do("days")
    seconds = journeys.do("run")
    draw = random.Random(25)
    interrupted = set()
    for _number in range(KILLS):
        journeys.do("days")
        # at every stage: while mails are made, while they leave
        left = journeys.do("kill", after=draw.uniform(0.02, seconds))
        if left["killed"]:
            interrupted.add("making" if len(set(left["steps"])) > 1 else
                            "sending" if left["waiting_mails"] else "between")
        journeys.do("run")
    for _number in range(STEPS):
        journeys.do("days")
        journeys.do("run")
    state = journeys.do("state")
    assert (state["people"], set(state["steps"])) == (PATRONS, {STEPS})
    assert (state["waiting_mails"], state["rows"], state["rows_sent"]) == (0, PATRONS * STEPS, PATRONS * STEPS)
    assert len(interrupted) > 1, f"the kills hit one stage only: {interrupted}"
    mail_server.settle()
    expected = {f"Step {number:02}" for number in range(1, STEPS + 1)}
    for number, box in enumerate(boxes):
        found = Counter(mail.subject for mail in box.messages())
        assert {title: count for title, count in found.items() if count > 1} == {}, f"twice to patron {number}"
        assert set(found) == expected, f"not all to patron {number}"

"""A campaign is killed with SIGKILL at random points and its mail server fails: each patron gets one mail."""

from __future__ import annotations

import random
import socket
from collections import Counter

import pytest

from .rig.obedient import Obedient

KILLS = 10
PATRONS = 60


@pytest.fixture
def campaign(kitchen, mail_server):
    database = kitchen.serve("addon", "campaign")
    campaign = Obedient("campaign_process", database, mail_server.smtp_port)
    yield campaign
    campaign.close()
    database.close()


def test_each_patron_gets_exactly_one_mail(campaign, mail_server):
    """Feature: T13"""
    boxes = [mail_server.box(f"campaign{number}@patrons.test") for number in range(PATRONS)]
    assert campaign.do("fill", patrons=PATRONS) == PATRONS
    draw = random.Random(13)
    interrupted = set()
    for number in range(KILLS):
        if number == KILLS // 2:
            # in the middle the mail server is away: whatever is tried now fails, and nothing of it is lost
            with socket.socket() as closed:
                closed.bind(("127.0.0.1", 0))
                campaign.do("outage", port=closed.getsockname()[1])
                campaign.do("run")
            campaign.do("outage")
            state = campaign.do("state")
            assert state["failed"] == 0, "an outage is no end"
            assert state["handed"] == state["sent"] + state["waiting"]
            campaign.do("retry")
        left = campaign.do("kill", after=draw.uniform(0.01, 0.35))
        if left["killed"]:
            interrupted.add("handing over" if left["handed"] < PATRONS else "sending" if left["waiting"] else "end")
        assert left["handed"] == left["sent"] + left["waiting"] + left["failed"]
    for _again in range(3):
        campaign.do("retry")
        campaign.do("run")
    state = campaign.do("state")
    assert (state["state"], state["handed"], state["sent"], state["waiting"], state["failed"]) == (
        "done", PATRONS, PATRONS, 0, 0)
    assert "sending" in interrupted, f"the kills hit one stage only: {interrupted}"
    mail_server.settle()
    found = Counter({number: len(box.messages()) for number, box in enumerate(boxes)})
    assert {number: count for number, count in found.items() if count > 1} == {}, "twice to a patron"
    missing = [number for number, count in found.items() if not count]
    assert len(missing) <= state["unsure"], f"lost: {missing}, unsure {state['unsure']}"
    assert found[0] in (0, 1) and sum(found.values()) >= PATRONS - state["unsure"]
    arrived = next(box.messages()[0] for number, box in enumerate(boxes) if found[number])
    assert "Dear Reader" in arrived.html and "blank.gif" not in arrived.html
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

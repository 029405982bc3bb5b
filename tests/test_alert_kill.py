"""The alerts are killed with SIGKILL at random points; each find reaches each patron's box exactly once."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from .rig.obedient import Obedient

KILLS = 10
PATRONS = 12
TITLE = re.compile(r"Find \d\d-\d\d of the (\w+)")
TOPICS = ("harbour", "census", "dialect", "wetland")
ITEMS = 24


@pytest.fixture
def alerts(kitchen, mail_server):
    database = kitchen.serve("addon", "alerts")
    alerts = Obedient("alert_process", database, mail_server.smtp_port)
    yield alerts
    alerts.close()
    database.close()


def test_each_find_reaches_each_patron_exactly_once(alerts, mail_server):
    """Feature: 15.4"""
    boxes = [mail_server.box(f"alert{number}@patrons.test") for number in range(PATRONS)]
    alerts.do("fill", patrons=PATRONS)
    alerts.do("wave", number=0)
    seconds = alerts.do("run")
    draw = random.Random(15)
    interrupted = set()
    for number in range(1, KILLS + 1):
        alerts.do("wave", number=number)
        # at every stage: while matching, while mails are made up, while they leave
        left = alerts.do("kill", after=draw.uniform(0.02, seconds))
        if left["killed"]:
            interrupted.add("matching" if left["items"] < (number + 1) * ITEMS else
                            "making" if left["waiting_hits"] else "sending")
    for number in range(KILLS + 1, KILLS + 4):
        alerts.do("wave", number=number)
        alerts.do("run")
    state = alerts.do("state")
    assert (state["waiting_hits"], state["waiting_mails"]) == (0, 0)
    assert len(interrupted) > 1, f"the kills hit one stage only: {interrupted}"
    mail_server.settle()
    for number, box in enumerate(boxes):
        topics = (TOPICS[number % 4], TOPICS[(number + 1) % 4])
        expected = {
            f"Find {wave:02}-{place:02} of the {TOPICS[place % 4]}"
            for wave in range(KILLS + 4) for place in range(ITEMS) if TOPICS[place % 4] in topics
        }
        found = Counter(title[0] for mail in box.messages() for title in TITLE.finditer(_titles(mail.html)))
        assert {title: count for title, count in found.items() if count > 1} == {}, f"twice to patron {number}"
        assert set(found) == expected, f"not all to patron {number}"


def _titles(html):
    """The mail without its attributes and its subject: titles as the patron reads them."""
    return re.sub(r"<[^>]*>", " ", html)

"""Two patrons take the same hour of a librarian at once: one gets it, the other is told so and loses no word."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from requests import Response

from .rig.odoo_server import OdooServer
from .rig.web_session import WebSession

TIMES = 8


@pytest.fixture(scope="module")
def desk(odoo: OdooServer) -> OdooServer:
    """A librarian who can be booked every day."""
    user = odoo.add_user("mira", ["library_crm.group_library_librarian"], name="Mira")
    team = odoo.create("library.team", name="Reference", member_ids=[(0, 0, {"user_id": user})])
    for weekday in range(7):
        odoo.create(
            "library.booking.rule",
            user_id=user, team_id=team, weekday=str(weekday), hour_from=8, hour_to=17, minutes=30,
        )
    odoo.mark_log()
    return odoo


def _book(visitor: WebSession, token: str, start: Barrier, form: dict) -> Response:
    start.wait()
    return visitor.post("/library/book/send", {**form, "csrf_token": token}, allow_redirects=False)


def test_of_two_who_book_at_once_one_wins_and_the_other_keeps_the_words(desk: OdooServer) -> None:
    """Feature: X15"""
    visitors = [desk.session(), desk.session()]
    tokens = [visitor.csrf_token("/library/book") for visitor in visitors]
    slots = re.findall(r'value="(\d+-\d{12})"', visitors[0].get("/library/book").text)[:TIMES]
    assert len(slots) == TIMES
    with ThreadPoolExecutor(2) as pool:
        for number, slot in enumerate(slots):
            start = Barrier(2)
            forms = [
                {"slot": slot, "email": f"{name}{number}@patrons.test", "topic": f"Words of {name}"} for name in "ab"
            ]
            sent = [
                pool.submit(_book, *who, start, form)
                for *who, form in zip(visitors, tokens, forms, strict=True)
            ]
            answers = [one.result(timeout=60) for one in sent]
            assert sorted(answer.status_code for answer in answers) == [303, 422], [one.text[:500] for one in answers]
            lost = next(number for number, answer in enumerate(answers) if answer.status_code == 422)
            assert "Somebody else has just taken this time" in answers[lost].text
            assert forms[lost]["topic"] in answers[lost].text
            ((count, email),) = desk.sql(
                "SELECT count(*), min(email) FROM library_booking WHERE to_char(date_start, 'YYYYMMDDHH24MI') = %s",
                slot.partition("-")[2],
            )
            assert (count, email) == (1, forms[1 - lost]["email"])

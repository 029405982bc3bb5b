"""Two cases of one patron are closed at the same moment, on two screens: the patron is asked once. Ten times."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from .rig.odoo_server import OdooServer
from .rig.web_session import WebSession

PATRONS = 10
CLOSERS = ("nora", "ivo")


@pytest.fixture(scope="module")
def desk(odoo: OdooServer) -> OdooServer:
    """A team of two."""
    odoo.add_team("Reference", CLOSERS)
    odoo.mark_log()
    return odoo


def _close(session: WebSession, wizard_id: int, start: Barrier) -> None:
    start.wait()
    session.call("library.case.close", "action_close", [wizard_id])


def test_who_has_two_cases_closed_at_once_is_asked_once(desk: OdooServer) -> None:
    """Feature: 2.1"""
    sessions = {login: desk.session(login) for login in CLOSERS}
    (team,) = desk.search("library.team", [("name", "=", "Reference")])
    patrons = []
    with ThreadPoolExecutor(len(CLOSERS)) as pool:
        for number in range(PATRONS):
            patron = desk.create("library.patron", name=f"Reader {number}", email=f"reader{number}@patrons.test")
            patrons.append(patron)
            start, closes = Barrier(len(CLOSERS)), []
            for login, session in sessions.items():
                case = desk.create("library.case", name=f"Question {number}", patron_id=patron, team_id=team["id"])
                wizard = session.call("library.case.close", "create", [{"case_id": case, "read_level": "3"}])
                closes.append((login, wizard[0] if isinstance(wizard, list) else wizard))
            for done in [pool.submit(_close, sessions[login], wizard, start) for login, wizard in closes]:
                done.result(timeout=60)
    asked = desk.sql(
        "SELECT patron_id, count(*) FROM library_evaluation_invitation WHERE patron_id = ANY(%s) AND"
        " date_invited IS NOT NULL GROUP BY patron_id", patrons,
    )
    assert sorted(asked) == sorted((patron, 1) for patron in patrons)
    ((closed,),) = desk.sql(
        "SELECT count(*) FROM library_case WHERE patron_id = ANY(%s) AND stage_code = 'closed'", patrons
    )
    assert closed == 2 * PATRONS, "nobody's closing was lost"
    ((mails,),) = desk.sql(
        "SELECT count(*) FROM library_outreach WHERE patron_id = ANY(%s) AND mail_id IS NOT NULL", patrons
    )
    assert mails == PATRONS

"""Two librarians claim the same case at once: one gets it, the other is told so in plain words. Fifty times."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from .rig.odoo_server import OdooServer
from .rig.web_session import RpcError, WebSession

TIMES = 50
CLAIMERS = ("nora", "ivo")


@pytest.fixture(scope="module")
def desk(odoo: OdooServer) -> OdooServer:
    """A team of two, and a queue."""
    odoo.add_team("Reference", CLAIMERS)
    odoo.mark_log()
    return odoo


def _claim(session: WebSession, case_id: int, start: Barrier) -> str | None:
    """Claim when everybody is ready; what the server said to whoever was too late."""
    start.wait()
    try:
        session.call("library.case", "action_claim", [case_id])
    except RpcError as error:
        assert error.name == "odoo.exceptions.UserError", error.debug
        return error.message
    return None


def test_of_two_who_claim_at_once_one_wins_and_the_other_knows_why(desk: OdooServer) -> None:
    """Feature: X2"""
    sessions = {login: desk.session(login) for login in CLAIMERS}
    (team,) = desk.search("library.team", [("name", "=", "Reference")])
    cases = [desk.create("library.case", name=f"Question {number}", team_id=team["id"]) for number in range(TIMES)]
    said = []
    with ThreadPoolExecutor(len(CLAIMERS)) as pool:
        for number, case_id in enumerate(cases):
            start = Barrier(len(CLAIMERS))
            order = CLAIMERS if number % 2 else CLAIMERS[::-1]
            claims = {login: pool.submit(_claim, sessions[login], case_id, start) for login in order}
            answers = {login: claim.result(timeout=60) for login, claim in claims.items()}
            winners = [login for login, words in answers.items() if words is None]
            assert len(winners) == 1, answers
            (owner,) = desk.sql(
                "SELECT u.login FROM library_case c JOIN res_users u ON u.id = c.user_id WHERE c.id = %s", case_id
            )
            assert owner == (winners[0],), "whoever was told that they have it has it"
            (words,) = [words for words in answers.values() if words]
            assert f"{winners[0].title()} has this case already." in words or "taking this case just now" in words
            said.append(words)
    assert len(said) == TIMES
    (followers,) = desk.sql(
        "SELECT count(*) FROM mail_followers WHERE res_model = 'library.case' AND res_id = ANY(%s)", cases
    )
    assert followers[0] <= 2 * TIMES, "who lost does not follow beside whoever created and who won"

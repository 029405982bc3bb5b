"""A case is merged at the very moment at which its answer is sent: no word is lost, and the patron gets one mail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from .rig.odoo_server import OdooServer
from .rig.web_session import RpcError, WebSession

TIMES = 20
STAFF = ("writer", "merger")


@pytest.fixture(scope="module")
def desk(odoo: OdooServer) -> OdooServer:
    """A team of two, and a patron who asks everything twice."""
    odoo.add_team("Reference", STAFF)
    odoo.create("library.patron", name="Wei Lin", email="wei@patrons.example")
    odoo.mark_log()
    return odoo


def _send(session: WebSession, answer_id: int, start: Barrier) -> str | None:
    """Send the answer when everybody is ready; what the server said when it did not work."""
    start.wait()
    try:
        session.call("library.case.answer", "action_send", [answer_id])
    except RpcError as error:
        assert error.name in ("odoo.exceptions.UserError", "odoo.exceptions.LockError"), error.debug
        return error.message
    return None


def _merge(session: WebSession, merge_id: int, start: Barrier) -> None:
    start.wait()
    session.call("library.case.merge", "action_merge", [merge_id])


def _prepare(desk: OdooServer, sessions: dict[str, WebSession], number: int) -> tuple[int, int, int, int, str]:
    """Two cases, an answer that is written in the second, and the dialog that merges it into the first."""
    (team,) = desk.search("library.team", [("name", "=", "Reference")])
    (patron,) = desk.search("library.patron", [("name", "=", "Wei Lin")])
    kept, gone = (
        desk.create("library.case", name=f"Question {number}{part}", team_id=team["id"], patron_id=patron["id"])
        for part in "ab"
    )
    words = f"The answer number {number} is on shelf seven."
    answer = sessions["writer"].call("library.case.answer", "create", {"case_id": gone, "body": f"<p>{words}</p>"})
    merge = sessions["merger"].call(
        "library.case.merge", "create", {"case_id": kept, "case_ids": [(6, 0, [kept, gone])]}
    )
    return kept, gone, answer, merge, words


def test_a_case_is_merged_while_its_answer_is_sent(desk: OdooServer) -> None:
    """Feature: X3"""
    sessions = {login: desk.session(login) for login in STAFF}
    with ThreadPoolExecutor(len(STAFF)) as pool:
        for number in range(TIMES):
            kept, gone, answer, merge, words = _prepare(desk, sessions, number)
            start = Barrier(len(STAFF))
            sent = pool.submit(_send, sessions["writer"], answer, start)
            pool.submit(_merge, sessions["merger"], merge, start).result(timeout=120)
            sent.result(timeout=120)
            assert desk.read("library.case", gone, "merged_into_id")[0] == kept
            if not _said(desk, kept, words):
                # the dialog was shown once more, for the case that stayed, or said that a colleague was quicker
                for _try in range(2):
                    sessions["writer"].call("library.case.answer", "action_send", [answer])
            assert _said(desk, kept, words) == 1, "said once, in the case that stayed"
            assert _said(desk, gone, words) == 0
            mails = desk.sql("SELECT count(*) FROM mail_mail WHERE body_html LIKE %s", f"%{words}%")
            assert mails == [(1,)], "and mailed once"


def _said(desk: OdooServer, case_id: int, words: str) -> int:
    """How often `words` stand in the conversation of this case."""
    ((count,),) = desk.sql(
        "SELECT count(*) FROM mail_message WHERE model = 'library.case' AND res_id = %s AND body LIKE %s",
        case_id, f"%{words}%",
    )
    return count

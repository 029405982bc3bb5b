"""The self-test of mail, with real servers: a manager sends a test mail to oneself and reads what is wrong."""

from __future__ import annotations

import time

import pytest

from .rig import mail_client
from .rig.mailserver import PASSWORD
from .rig.odoo_server import FETCH_CRON, QUEUE_CRON, SERVER_NAME

MANAGER = "boss"
OWN = "boss@patrons.test"


@pytest.fixture(scope="module")
def library(odoo):
    """A library with a team that has an address, and the manager who tests."""
    team = odoo.add_team("Reference", ["ana"])
    odoo.write("library.team", team, alias_name="ask")
    odoo.user = odoo.add_user(MANAGER, ["library_crm.group_library_manager"], email=OWN)
    return odoo


@pytest.fixture
def desk(library, mail_server):
    """The servers as they should be, whatever the test before did to them."""
    smtp = library.search("ir.mail_server", [("name", "=", SERVER_NAME)])[0]["id"]
    box = library.search("fetchmail.server", [("name", "=", SERVER_NAME)])[0]["id"]
    library.write("ir.mail_server", smtp, smtp_host="127.0.0.1")
    library.write("fetchmail.server", box, password=PASSWORD)
    library.write("res.users", library.user, email=OWN)
    for cron in (FETCH_CRON, QUEUE_CRON):
        # nothing runs by itself here, which the test of mail would rightly complain about
        library.write("ir.cron", library.ref(cron), nextcall=time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()))
    mail_server.box(OWN)
    return library, smtp, box


def send(library):
    """Begin a test as the manager does; its id."""
    session = library.session(MANAGER)
    check = session.call("library.mail.check", "create", [{}])[0]
    session.call("library.mail.check", "action_send", [check])
    return check


def fetch(library, mail_server, check):
    mail_server.settle()
    library.session(MANAGER).call("library.mail.check", "action_fetch", [check])


def steps(library, check):
    rows = library.search("library.mail.check.line", [("check_id", "=", check)], ["step", "state", "said", "reply"])
    return {row["step"]: row for row in rows}


def test_mail_that_works_both_ways(desk, mail_server):
    library, _smtp, _box = desk
    cases = library.rpc("library.case", "search_count", [])
    check = send(library)
    fetch(library, mail_server, check)
    found = steps(library, check)
    assert {row["state"] for step, row in found.items() if step != "answer"} == {"ok"}, found
    assert library.read("library.mail.check", check, "state") == "done"
    letter = mail_server.wait_for(OWN)
    answer = mail_client.reply(letter, "Fine", client="outlook", drop_references=True)
    mail_server.deliver(answer.as_bytes(), answer["To"], OWN)
    fetch(library, mail_server, check)
    assert steps(library, check)["answer"]["state"] == "ok"
    assert library.rpc("library.case", "search_count", []) == cases
    assert not library.search("library.mail.held", [("name", "ilike", "Test of the library")])


def test_outgoing_server_that_is_down(desk, mail_server):
    library, _smtp, _box = desk
    mail_server.stop_smtp()
    found = steps(library, send(library))
    assert found["outgoing"]["state"] == "wrong"
    assert "Nobody listens there" in found["outgoing"]["said"]
    assert found["incoming"]["state"] == "ok"
    assert found["back_team"]["state"] == "note"


def test_outgoing_server_with_a_typing_error(desk):
    library, smtp, _box = desk
    library.write("ir.mail_server", smtp, smtp_host="no-such-server.invalid")
    said = steps(library, send(library))["outgoing"]
    assert (said["state"], "no server of this name" in said["said"]) == ("wrong", True)


def test_mailbox_with_a_wrong_password(desk, mail_server):
    library, _smtp, box = desk
    library.write("fetchmail.server", box, password="wrong-password-of-ours")
    check = send(library)
    said = steps(library, check)["incoming"]
    assert said["state"] == "wrong" and "refuses the user name or the password" in said["said"]
    assert "wrong-password-of-ours" not in str(said)
    assert library.read("library.mail.check", check, "state") == "failed"


def test_own_address_that_does_not_exist(desk, mail_server):
    library, _smtp, _box = desk
    library.write("res.users", library.user, email="boss@refused.test")
    check = send(library)
    fetch(library, mail_server, check)
    said = steps(library, check)["answer"]
    assert said["state"] == "wrong" and "undeliverable" in said["said"]
    assert steps(library, check)["back_plus"]["state"] == "ok"

"""What an import of uses leaves behind: counts, and nothing that tells what somebody read."""

from __future__ import annotations

import base64
import random
import subprocess
import threading
import time
from pathlib import Path

import pytest

from .rig.odoo_server import OdooServer

TITLE = "The Planted Title of Zanzibar"
ITEM = "777000777000"
SILENT = "900001"
PATRONS = 60
EVENTS = 400_000
CRON = "library_crm.ir_cron_library_import_run"


@pytest.fixture(scope="module")
def library(odoo: OdooServer) -> OdooServer:
    """A library whose patrons have numbers; one of them keeps nothing."""
    numbers = [str(1000 + number) for number in range(PATRONS)]
    for number in [*numbers, SILENT]:
        patron = odoo.create("library.patron", name=f"Reader {number}", email=f"r{number}@patrons.test")
        odoo.create("library.patron.identity", patron_id=patron, kind="ils", value=number)
        if number == SILENT:
            odoo.write("library.patron", patron, ils_privacy="2")
    return odoo


def _file(events: int, seed: int = 1) -> bytes:
    """Statistics of Koha: every row has the title, some are of strangers, some of the patron who keeps nothing."""
    dice = random.Random(seed)
    year = time.gmtime().tm_year
    lines = ["datetime,branch,type,borrowernumber,itemnumber,itemcallnumber,title"]
    for number in range(events):
        who = dice.choice((str(1000 + dice.randrange(PATRONS)), SILENT, "55555555") if number % 50 == 0
                          else (str(1000 + dice.randrange(PATRONS)),))
        moment = f"{year}-{dice.randint(1, 9):02}-{dice.randint(1, 28):02} {number // 3600 % 24:02}:" \
                 f"{number // 60 % 60:02}:{number % 60:02}"
        lines.append(f"{moment},MAIN,issue,{who},{ITEM}{number},TP311.1,{TITLE}")
    # rows that nobody can read come back as well
    lines.append(f"31/02/{year},MAIN,issue,1000,{ITEM}1,TP311.1,{TITLE}")
    lines.append(f"{year}-02-01 10:00:00,MAIN,issue,1000,{ITEM}2,TP311.1,{TITLE},one,too,many")
    return "\n".join(lines).encode()


def _upload(library: OdooServer, content: bytes) -> int:
    run = library.create(
        "library.import.run", profile_id=library.ref("library_crm.library_import_profile_koha_circulation"),
        file=base64.b64encode(content).decode(), file_name="circulation.csv",
    )
    library.rpc("library.import.run", "action_run", [run])
    return run


def _ended(library: OdooServer, run: int, seconds: int = 300) -> dict:
    """The run when it is over; the scheduled action is called until then."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        library.run_cron(CRON)
        values = library.search(
            "library.import.run", [("id", "=", run)], ["state", "created_count", "refused_count", "message"])[0]
        if values["state"] in ("done", "failed"):
            return values
        time.sleep(0.5)
    raise AssertionError("the import did not end")


def _dump(library: OdooServer) -> bytes:
    """The whole database as text."""
    command = ["pg_dump", "--no-owner", library.database.name]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _assert_nothing_left(library: OdooServer) -> None:
    dump = _dump(library)
    assert b"library_usage" in dump
    for planted in (TITLE, ITEM):
        assert planted.encode() not in dump, f"{planted} is in the database"
        for path in Path(library.database.filestore).rglob("*"):
            if path.is_file():
                assert planted.encode() not in path.read_bytes(), f"{planted} is in the file {path.name}"


def _counts(library: OdooServer) -> list:
    return library.sql(
        "SELECT patron_id, month::text, kind, subject_id, channel, sum(uses) FROM library_usage"
        " GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
    )


def test_nothing_of_a_title_is_left_after_an_import(library: OdooServer) -> None:
    """Feature: 11.6, T8"""
    ended = _ended(library, _upload(library, _file(3000)))
    assert ended["state"] == "done", ended["message"]
    assert ended["refused_count"] > 2
    assert sum(row[-1] for row in _counts(library) if row[2] == "loan") == ended["created_count"]
    silent = library.sql(
        "SELECT count(*) FROM library_usage u JOIN library_patron_identity i ON i.patron_id = u.patron_id"
        " WHERE i.value = %s", SILENT,
    )
    assert silent == [(0,)]
    _assert_nothing_left(library)


def test_nothing_is_left_after_a_kill_and_the_counts_are_the_same(library: OdooServer) -> None:
    """Feature: 11.6, X11"""
    content = _file(EVENTS, seed=2)
    run = _upload(library, content)
    worker = threading.Thread(target=lambda: _quietly(library.run_cron, CRON))
    worker.start()
    _wait_for_rows(library, run)
    library.kill()
    worker.join(30)
    assert _state(library, run)[0] == "running"
    library.restart()
    ended = _ended(library, run)
    assert ended["state"] == "done", ended["message"]
    _assert_nothing_left(library)
    killed = _counts(library)
    library.rpc("library.import.run", "action_undo", [run])
    again = _ended(library, _upload(library, content))
    assert again["created_count"] == ended["created_count"]
    assert _counts(library) == killed


def _quietly(function, *arguments) -> None:
    try:
        function(*arguments)
    except Exception:  # noqa: BLE001, S110 - the server is killed under it
        return


def _state(library: OdooServer, run: int) -> tuple:
    return library.sql("SELECT state, coalesce(done_rows, 0) FROM library_import_run WHERE id = %s", run)[0]


def _wait_for_rows(library: OdooServer, run: int, seconds: int = 120) -> None:
    """Until the first rows are in and the last ones are not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        state, rows = _state(library, run)
        if rows:
            assert state == "running", "the import was over before it could be killed: use a longer file"
            return
        time.sleep(0.01)
    raise AssertionError("the import did not begin")

"""An import that is killed, again and again, ends as if nothing had happened."""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import random
import threading
import time
from collections.abc import Iterator

import pytest

from .rig.kitchen import Kitchen
from .rig.odoo_server import OdooServer

CRON = "library_crm.ir_cron_library_import_run"
ROWS = 6000
CHUNK = 300
KILLS = 10
STATE = """
    SELECT to_jsonb(p) - ARRAY['id', 'partner_id', 'create_date', 'write_date', 'date_imported', 'import_number',
                               'provenance']::text[],
           (SELECT jsonb_object_agg(key, value->0) FROM jsonb_each(p.provenance)),
           to_jsonb(r) - ARRAY['id', 'commercial_partner_id', 'create_date', 'write_date',
                               'calendar_last_notif_ack']::text[],
           (SELECT jsonb_agg(jsonb_build_array(x.kind, x.value, x.value_normalized, x.is_primary, x.state, x.source)
                             ORDER BY x.kind, x.value)
              FROM library_patron_identity x WHERE x.patron_id = p.id),
           (SELECT count(*) FROM mail_message m WHERE m.model = 'library.patron' AND m.res_id = p.id)
      FROM library_patron p JOIN res_partner r ON r.id = p.partner_id
     ORDER BY r.name, r.email
"""


def _file(city: str, offset: int) -> bytes:
    """Patrons of one export: each seventh has moved, some addresses are shared, a few rows cannot be taken."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([
        "borrowernumber", "cardnumber", "surname", "firstname", "email", "phone", "city", "branchcode", "categorycode",
        "dateexpiry", "privacy", "password",
    ])
    for number in range(offset, offset + ROWS):
        writer.writerow([
            number, f"K{number:06}", f"Reader{number:06}", "Ana", f"box{number // 3}@readers.test",
            f"+33 1 {number:06}", city if number % 7 == 0 else "Lyon", "NOWHERE" if number % 500 == 1 else "MAIN",
            "STU", "2026-02-31" if number % 700 == 1 else "2028-08-31", number % 3, f"planted-secret-{number}",
        ])
    return buffer.getvalue().encode()


FILES = (_file("Lyon", 0), _file("Paris", ROWS // 2))


@contextlib.contextmanager
def _library(kitchen: Kitchen, purpose: str) -> Iterator[OdooServer]:
    with OdooServer(kitchen.serve("addon", purpose)) as server:
        server.freeze_address()
        server.create("library.branch", name="Main building", code="MAIN")
        server.rpc("ir.config_parameter", "set_param", "library_crm.import_chunk_rows", str(CHUNK))
        yield server


def _start(server: OdooServer, content: bytes) -> int:
    """Start a run of a file in the background; its id."""
    profile = server.ref("library_crm.library_import_profile_koha_patrons")
    run = server.create(
        "library.import.run", profile_id=profile, file_name="borrowers.csv", file=base64.b64encode(content).decode()
    )
    server.rpc("library.import.run", "action_run", [run])
    return run


def _ended(server: OdooServer, run: int) -> bool:
    return server.read("library.import.run", run, "state") == "done"


def _run_to_end(server: OdooServer, run: int) -> None:
    deadline = time.monotonic() + 120
    while not _ended(server, run):
        assert time.monotonic() < deadline, server.read("library.import.run", run, "state", "message", "done_rows")
        server.run_cron(CRON)


def _state(server: OdooServer) -> list[tuple]:
    return server.sql(STATE)


def _kill_at_work(server: OdooServer, run: int, chunks: int, seconds: float) -> None:
    """Have the import work, and pull the plug some chunks and a part of a second later."""
    def work() -> None:
        with contextlib.suppress(Exception):  # the connection breaks, as it should
            server.session("admin").call("ir.cron", "method_direct_trigger", [cron])

    def done() -> int:
        return server.sql("SELECT coalesce(done_rows, 0) FROM library_import_run WHERE id = %s", run)[0][0]

    cron = server.ref(CRON)
    target = done() + chunks * CHUNK
    worker = threading.Thread(target=work)
    worker.start()
    deadline = time.monotonic() + 60
    while done() < target and worker.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(seconds)
    server.kill()
    worker.join()
    server.start()


@pytest.fixture(scope="module")
def calm(kitchen: Kitchen) -> tuple[list[tuple], list[dict], list[str]]:
    """What two files make of a library when nothing happens, and where their passwords are found then."""
    with _library(kitchen, "import_calm") as server:
        runs = []
        for content in FILES:
            runs.append(_start(server, content))
            _run_to_end(server, runs[-1])
        return _state(server), _results(server, runs), _secret_places(server)


def _secret_places(server: OdooServer) -> list[str]:
    """Tables and files of refused rows that hold a password of the files."""
    tables = server.sql(
        "SELECT quote_ident(table_name) FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    found = [
        name for (name,) in tables
        if server.sql(f"SELECT 1 FROM {name} t WHERE t::text LIKE '%%planted-secret%%' LIMIT 1")
    ]
    for run in server.rpc("library.import.run", "search_read", [], ["refused_file"]):
        assert run["refused_file"], "the files have rows that cannot be taken"
        found += ["refused rows"] if b"planted-secret" in base64.b64decode(run["refused_file"]) else []
    return found


def _results(server: OdooServer, runs: list[int]) -> list[dict]:
    counts = ["created_count", "changed_count", "unchanged_count", "conflict_count", "refused_count"]
    fields = [*counts, "done_rows", "file"]
    found = server.rpc("library.import.run", "read", runs, fields)
    return [{name: value for name, value in run.items() if name != "id"} for run in found]


def test_killed_ten_times_it_ends_in_the_same_state(kitchen: Kitchen, calm: tuple) -> None:
    """SIGKILL at random points of two imports; afterwards patrons, notes and counts are those of a calm day.

    Feature: 11.1
    """
    chance = random.Random(20)
    state, results, _places = calm
    assert len(state) > ROWS
    with _library(kitchen, "import_kill") as server:
        runs, places = [], []
        for _kill in range(KILLS):
            if not runs or (_ended(server, runs[-1]) and len(runs) < len(FILES)):
                runs.append(_start(server, FILES[len(runs)]))
            _kill_at_work(server, runs[-1], chance.randrange(1, 4), chance.uniform(0, 0.2))
            places.append((len(runs), server.read("library.import.run", runs[-1], "done_rows")))
        while True:
            _run_to_end(server, runs[-1])
            if len(runs) == len(FILES):
                break
            runs.append(_start(server, FILES[len(runs)]))
        assert len({place for place in places if 0 < place[1] < ROWS}) >= 2, f"no kill in the middle: {places}"
        different = [
            (part, other)
            for row, calm_row in zip(_state(server), state, strict=True)
            for part, other in zip(row, calm_row, strict=True) if part != other
        ]
        assert not different, different[0]
        assert _results(server, runs) == results
        left = server.sql("SELECT relname FROM pg_class WHERE relname LIKE 'library_import_stage%%'")
        assert not left


def test_a_password_in_the_file_is_nowhere(calm: tuple) -> None:
    """Feature: 11.1"""
    assert not calm[2]

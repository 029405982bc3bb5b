"""`make run`, `make stop`, `make shell`, `make psql`: one running library desk for each database."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import database, people, postgres
from .machine import Machine
from .odoo_run import QUIET
from .places import ADDON, REPOSITORY, cache, database_folder, digest, folder_digest, locked
from .shell import Problem, say, step, tail

ANSWER_SECONDS = 120
CODE = "library_crm.installed_code"


def port():
    """The port to serve at.

    :raises Problem: $PORT is no number of a port
    """
    text = os.environ.get("PORT") or "8069"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"PORT={text} is no port.", "give a number from 1 to 65535: make run PORT=8070")
    return int(text)


def name():
    """The database that $DB names.

    :raises Problem: it cannot be one
    """
    text = os.environ.get("DB") or "library"
    database.check_name(text)
    return text


def run():
    """Bring the demo library up to date with the code, serve it in the background and say where it is."""
    started, wanted, where = time.monotonic(), name(), port()
    state = _State(wanted)
    with locked(f"database-{wanted}"):
        known = state.read()
        if not (state.pid() and known.get("code") == _code() and known.get("port") == where):
            _stop(state)
            _check_free(where)
            _open(state, where)
    _announce(wanted, where, started)


def _open(state, where):
    """Make or update the database of `state`, then start its server."""
    machine, wanted = Machine(), state.database
    if not database.exists(machine.server, wanted):
        _create(machine.odoo, wanted)
    elif _remembered(machine.server, wanted) != _code():
        step(f"updating {ADDON} in database {wanted}: its code has changed")
        machine.odoo.install(wanted, [ADDON], update=True)
    _remember(machine.server, wanted, CODE, _code())
    _remember(machine.server, wanted, "web.base.url", f"http://localhost:{where}")
    _start(machine.odoo, state, where)


def stop():
    """Stop the server of $DB, and the private PostgreSQL when nobody else uses it."""
    wanted = name()
    if _stop(_State(wanted)):
        say(f"Stopped the server of database {wanted}.")
    else:
        say(f"No server of database {wanted} was running.")
    postgres.stop_if_idle(postgres.server(start=False))


def stop_all():
    """Stop every server that was started from this cache."""
    for folder in (cache() / "databases").glob("*"):
        _stop(_State(folder.name))


def shell():
    """Open Odoo's shell on $DB."""
    machine = _with_database()
    command = machine.odoo.command(name(), "--no-http", "--log-level=warn", subcommand=["shell"])
    return subprocess.call(command, env=machine.odoo.environ, cwd=cache())


def psql():
    """Open psql on $DB."""
    machine = _with_database()
    return subprocess.call(["psql", "-d", name()], env=machine.server.full_environ)


def _with_database():
    machine = Machine()
    if not database.exists(machine.server, name()):
        raise Problem(f"There is no database {name()}.", "make it with: make run DB=" + name())
    return machine


# The demo library ------------------------------------------------------------------------------------------------

def _create(odoo, wanted):
    step(f"making the demo library in database {wanted}")
    model = database.template(odoo, demo=True)
    step(f"installing {ADDON} with its demo data")
    try:
        database.create(odoo.server, wanted, model)
        # copies of one template must share neither the identity of a database nor the key of its sessions and tokens
        odoo.server.psql("UPDATE ir_config_parameter SET value = gen_random_uuid()::text"
                         " WHERE key IN ('database.uuid', 'database.secret')", wanted)
        odoo.install(wanted, [ADDON], "--with-demo")
    except BaseException:
        # a half-made library would look finished to the next run
        database.drop(odoo.server, wanted)
        raise


def _code():
    """A key of the addon's code and of what its modules need."""
    return digest(folder_digest(REPOSITORY / ADDON), REPOSITORY / "requirements.txt")


def _remembered(server, wanted):
    return server.psql(f"SELECT value FROM ir_config_parameter WHERE key = '{CODE}'", wanted).strip()


def _remember(server, wanted, key, value):
    server.psql(f"DELETE FROM ir_config_parameter WHERE key = '{key}';"
                f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', '{value}')", wanted)


def _announce(wanted, where, started):
    say(f"\nThe library desk is open: http://localhost:{where}   ({time.monotonic() - started:.0f} s)")
    say("Who can log in:")
    for line in people.table():
        say(line)
    say(f"Log: {database_folder(wanted) / 'server.log'}   Stop: make stop" + (
        "" if wanted == "library" else f" DB={wanted}"))
    say("No mail leaves it: there is no outgoing server until you set one up under Settings.")


# The server's process --------------------------------------------------------------------------------------------

class _State:
    """What is known of the server process of a database."""

    def __init__(self, wanted):
        self.database = wanted
        self.folder = database_folder(wanted)
        self.file = self.folder / "server.json"
        self.log = self.folder / "server.log"

    def read(self):
        """What was written when the server started."""
        try:
            return json.loads(self.file.read_text())
        except (OSError, ValueError):
            return {}

    def pid(self):
        """The process id of the server if it runs."""
        pid = self.read().get("pid")
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as handle:
                line = handle.read()
        except OSError:
            return None
        # a number is used again some time; it must be an Odoo, and the one with our configuration
        return pid if str(self.folder / "odoo.conf").encode() in line else None


def _check_free(where):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", where))
        except PermissionError as error:
            raise Problem(f"Port {where} is for root only.", "choose another: make run PORT=8070") from error
        except OSError as error:
            raise Problem(f"Port {where} is taken by another program.",
                          f"choose another: make run PORT={where + 1}, or stop what runs there.") from error


def _start(odoo, state, where):
    step(f"starting the server at port {where}")
    command = odoo.command(state.database, *QUIET, port=where)
    with state.log.open("a") as log:
        child = subprocess.Popen(command, env=odoo.environ, cwd=cache(), stdin=subprocess.DEVNULL, stdout=log,
                                 stderr=subprocess.STDOUT, start_new_session=True)
    state.file.write_text(json.dumps({"pid": child.pid, "port": where, "code": _code()}))
    end = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < end:
        if child.poll() is not None:
            raise Problem("The server ended at once.", f"the whole log is {state.log}", tail(state.log))
        if _answers(where):
            return
        time.sleep(0.3)
    raise Problem(f"The server does not answer within {ANSWER_SECONDS} s.", f"the whole log is {state.log}",
                  tail(state.log))


def _answers(where):
    # a proxy that the machine is set up for must not be asked for our own page
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{where}/web/login", timeout=30) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _stop(state):
    """Stop the server; True if one was running."""
    pid = state.pid()
    if not pid:
        return False
    for number, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
        os.kill(pid, number)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if not state.pid():
                state.file.unlink(missing_ok=True)
                return True
            time.sleep(0.1)
    raise Problem(f"The server (process {pid}) does not stop.", f"kill -9 {pid}")

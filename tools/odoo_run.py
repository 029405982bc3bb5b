"""How Odoo is called: its configuration, installing an addon, and where its log goes."""

import ast
import os
import re
import socket

from . import pdf
from .places import ADDON, REPOSITORY, cache, database_folder, logs
from .shell import Problem, run_logged, tail

QUIET = ("--log-handler=odoo.addons.base.models.ir_attachment:WARNING",)


class Odoo:
    """An Odoo that can be started.

    :param source: where its code is
    :param python: the interpreter of the environment
    :param server: the PostgreSQL server
    """

    def __init__(self, source, python, server):
        self.source = source
        self.python = python
        self.server = server

    @property
    def addons_path(self):
        """All folders with addons, this repository last."""
        return ",".join(str(path) for path in [*self.source.addons_path, REPOSITORY])

    @property
    def environ(self):
        """The environment in which Odoo is importable, linters are on PATH and PostgreSQL is known."""
        found = {name: value for name, value in os.environ.items() if name not in ("ODOO_RC", "PYTHONHOME")}
        found.update(self.server.environ)
        found["PYTHONPATH"] = str(self.source.parent)
        folders = [str(self.python.parent), os.environ.get("PATH", os.defpath), str(pdf.folder())]
        found["PATH"] = os.pathsep.join(folders)
        return found

    def configuration(self, database, port=None):
        """Write the configuration file for a database and return its path.

        Nothing leaves the machine from it: there is no mail server by default (Odoo's own would be localhost:25), so
        a mail waits in the queue with the reason until somebody sets up an outgoing server in the settings.

        :param port: where it serves; None keeps HTTP off
        """
        folder = database_folder(database)
        folder.mkdir(parents=True, exist_ok=True)
        values = {
            "addons_path": self.addons_path,
            "data_dir": folder / "data",
            "db_name": database,
            "list_db": False,
            "http_enable": port is not None,
            "http_port": port or 8069,
            "http_interface": os.environ.get("LISTEN") or "127.0.0.1",
            "smtp_server": "",
            "workers": 0,
            "max_cron_threads": 1,
            "db_maxconn": 32,
            "log_level": "info",
        }
        path = folder / "odoo.conf"
        path.write_text("[options]\n" + "".join(f"{name} = {value}\n" for name, value in values.items()))
        return path

    def command(self, database, *arguments, subcommand=(), port=None):
        """The command line for `database`."""
        return [str(self.python), "-m", "odoo", *subcommand, "-c", str(self.configuration(database, port)),
                *map(str, arguments)]

    def install(self, database, modules, *arguments, update=False, label=None):
        """Install or update modules and stop; return the log.

        :raises Problem: it failed
        """
        log = logs() / f"{label or 'install'}-{database}.log"
        code = run_logged(
            self.command(database, "-u" if update else "-i", ",".join(modules), "--stop-after-init",
                         "--no-http", *QUIET, *arguments), log, env=self.environ, cwd=cache())
        if code:
            raise Problem(f"Odoo could not {'update' if update else 'install'} {', '.join(modules)}.",
                          f"the whole log is {log}", reason(log.read_text(errors="replace")))
        return log

    def script(self, database, text, what):
        """Run Python text in `odoo shell`, where `env` is the environment; it must commit itself.

        :raises Problem: it failed
        """
        log = logs() / f"script-{database}.log"
        code = run_logged(self.command(database, "--no-http", subcommand=["shell"]), log, env=self.environ,
                          cwd=cache(), stdin=text)
        if code:
            raise Problem(f"{what} failed.", f"the whole log is {log}", tail(log))


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def reason(log):
    """What the text of an Odoo log says about its end: the last error with its traceback, else the last lines."""
    lines = log.splitlines()
    errors = [number for number, line in enumerate(lines) if re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", line)]
    if not errors:
        return "\n".join(lines[-15:])
    told = [lines[errors[-1]]]
    for line in lines[errors[-1] + 1:]:
        if re.match(r"\d{4}-\d\d-\d\d ", line):
            break
        told.append(line)
    return "\n".join(told)


def manifest_value(key):
    """What our addon's manifest says about `key`.

    :raises Problem: it cannot be read
    """
    path = REPOSITORY / ADDON / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))[key]
    except (OSError, ValueError, SyntaxError, KeyError) as error:
        raise Problem(f"The manifest {path} cannot be read: {error}.", "mend it; see git diff.") from error

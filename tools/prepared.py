"""Databases with our addon in them, installed once for all parts of `make test`.

The tests of tests/ prepare them (tests/rig/kitchen.py) and keep them for the day; a part of the run works on a copy.
"""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path

from . import database
from .places import REPOSITORY, database_folder
from .shell import Problem

KINDS = ("addon", "demo")


class Prepared:
    """A prepared database; nobody drops it as long as this object lives.

    :param name: its name in PostgreSQL
    :param folder: where its files and the log of its installation are, a path
    """

    def __init__(self, name, folder):
        self.name = name
        self.folder = Path(folder)
        self._used = self.folder.with_suffix(".used").open("w")
        fcntl.flock(self._used, fcntl.LOCK_SH)

    @property
    def log(self):
        """What Odoo said when the addon was installed."""
        return (self.folder / "install.log").read_text(encoding="utf-8", errors="replace")

    def copy(self, server, name):
        """Create the database `name` as a copy, files included."""
        database.create(server, name, self.name)
        shutil.copytree(self.folder / "filestore" / self.name, database_folder(name) / "data" / "filestore" / name)


def prepare(machine, environ):
    """Install the addon without and with its demo library, side by side.

    :param environ: the environment for tests/
    :return: a `Prepared` by the kind of database
    :raises Problem: an installation failed
    """
    running = {kind: _begin(machine, environ, kind) for kind in KINDS}
    found = {}
    for kind, process in running.items():
        out, complaint = process.communicate()
        if process.returncode:
            raise Problem(f"library_crm could not be installed ({kind}).", "mend what Odoo complains of.", complaint)
        found[kind] = Prepared(**json.loads(out.splitlines()[-1]))
    return found


def _begin(machine, environ, kind):
    return subprocess.Popen(
        [str(machine.python), "-m", "tests.rig.kitchen", kind], env=environ, cwd=REPOSITORY, text=True,
        errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

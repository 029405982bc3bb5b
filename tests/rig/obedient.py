"""A process with Odoo in it that does what it is told, one line of JSON at a time, and kills its own children."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from .database import Database
from .environment import environment
from .odoo_process import variables, write_configuration


class Obedient:
    """A program of this folder such as ``nightly_process.py``, started on a database with Odoo's Python.

    :param program: name of the file without ending; also names its configuration and its log
    :param arguments: what it wants to know beside its configuration and its database
    """

    def __init__(self, program: str, database: Database, *arguments: object):
        self.program = program
        folder = database.data_folder
        configuration = write_configuration(folder / f"{program}.conf", database.name, folder)
        self._log = (folder / f"{program}.log").open("w+")
        command = [environment().python, Path(__file__).parent / f"{program}.py", configuration, database.name]
        self._process = subprocess.Popen(
            [str(part) for part in (*command, *arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, env=variables(), text=True,
        )  # fmt: skip
        self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise AssertionError(f"{self.program} ended early:\n{self._log.read()[-4000:]}")
        return json.loads(line)

    def do(self, what: str, **order: object):
        """Have something done and return what it says."""
        self._process.stdin.write(json.dumps({"do": what, **order}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._log.close()

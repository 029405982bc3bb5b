"""Databases of the tests: prepared once, cloned for each module of tests, dropped in any event."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from psycopg2 import errors, sql

from . import guard
from .environment import RigError, temporary_folder
from .odoo_process import run_to_end

PREFIX = "library_crm_test"


@contextlib.contextmanager
def cursor(database: str = "postgres") -> Iterator:
    """A cursor that commits each statement; host, port and user come from PGHOST and friends."""
    try:
        connection = psycopg2.connect(dbname=database)
    except psycopg2.OperationalError as error:
        raise RigError(f"PostgreSQL does not answer (set PGHOST, PGPORT and PGUSER): {error}") from error
    connection.autocommit = True
    try:
        with connection.cursor() as cr:
            yield cr
    finally:
        connection.close()


def exists(name: str) -> bool:
    """Whether there is a database of that name."""
    with cursor() as cr:
        cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cr.fetchone())


def create(name: str, template: str = "template0") -> None:
    """Create a database, as a copy of the template.

    :raises RigError: if somebody stays connected to the template for a minute
    """
    statement = sql.SQL("CREATE DATABASE {} ENCODING 'unicode' TEMPLATE {}")
    if template == "template0":
        statement = sql.SQL("CREATE DATABASE {} ENCODING 'unicode' LC_COLLATE 'C' TEMPLATE {}")
    deadline = time.monotonic() + 60
    with cursor() as cr:
        while True:
            try:
                cr.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
                return
            except errors.ObjectInUse as error:
                if time.monotonic() > deadline:
                    raise RigError(f"Database {template} cannot be copied: {error}") from error
                time.sleep(0.3)


def drop(name: str) -> None:
    """Drop a database, throwing out who is connected."""
    with cursor() as cr:
        cr.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


class Database:
    """A database and its filestore; both vanish when closed or when the tests die, unless they are kept."""

    def __init__(self, name: str, data_folder: Path, keep: bool = False):
        self.name = name
        self.data_folder = data_folder
        self.keep = keep
        self._promises: list[int] = []
        if not keep:
            self._promises.append(guard.promise("rm", "-rf", data_folder))
            self._promises.append(guard.promise_python("database", "drop", name))

    @classmethod
    def new(cls, purpose: str) -> Database:
        """An empty one, not yet created in PostgreSQL."""
        name = f"{PREFIX}_{os.getpid()}_{purpose}_{os.urandom(2).hex()}"
        return cls(name, temporary_folder("data"))

    def clone(self, purpose: str) -> Database:
        """A copy of its own; nobody may be connected to this one."""
        copy = Database.new(purpose)
        create(copy.name, self.name)
        copy_filestore(self.filestore, copy.filestore)
        return copy

    def moved(self, name: str, data_folder: Path) -> Database:
        """This database under another name, from now on kept."""
        shutil.rmtree(data_folder, ignore_errors=True)
        data_folder.mkdir(parents=True)
        kept = Database(name, data_folder, keep=True)
        copy_filestore(self.filestore, kept.filestore)
        with cursor() as cr:
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            cr.execute(rename.format(sql.Identifier(self.name), sql.Identifier(name)))
        self.close()
        return kept

    @property
    def filestore(self) -> Path:
        return self.data_folder / "filestore" / self.name

    def close(self) -> None:
        """Drop it, unless it is kept."""
        if self.keep:
            return
        drop(self.name)
        shutil.rmtree(self.data_folder, ignore_errors=True)
        while self._promises:
            guard.take_back(self._promises.pop())


def install(database: Database, modules: list[str], demo: bool) -> str:
    """Install modules and return Odoo's log.

    :raises RigError: if the installation fails, with the end of the log
    """
    log = run_to_end(database.name, database.data_folder, ["-i", ",".join(modules)], demo=demo)
    with cursor(database.name) as cr:
        cr.execute("SELECT name, state, demo FROM ir_module_module WHERE name IN %s", [tuple(modules)])
        found = {name: (state, has_demo) for name, state, has_demo in cr.fetchall()}
    for module in modules:
        state, has_demo = found.get(module, ("unknown", False))
        if state != "installed" or (demo and not has_demo):
            what = "demo data" if state == "installed" else "module"
            raise RigError(f"The {what} of {module} was not installed (state {state}):\n{log[-6000:]}")
    return log


def copy_filestore(source: Path, target: Path) -> None:
    """Copy attachments; as links where possible, since Odoo never changes a stored file in place."""
    if not source.is_dir():
        return
    shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


if __name__ == "__main__" and sys.argv[1:2] == ["drop"] and re.match(PREFIX, sys.argv[2]):
    drop(sys.argv[2])

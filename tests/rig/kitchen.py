"""Prepares databases: each kind is cooked once in a session and served as clones."""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import IO

from .database import Database, copy_filestore, create, cursor, drop, exists, install
from .environment import REPOSITORY, RigError, environment
from .odoo_server import OdooServer

ADDON = "library_crm"
READY = "library_crm_ready"


class Kitchen:
    """Prepares databases: each kind is cooked once, served as clones.

    With LIBRARY_CRM_KEEP_DATABASES=1 the cooked ones are kept for other sessions of the day: for people who write
    tests, and for `make test`, whose parts run side by side.
    """

    def __init__(self) -> None:
        self._prepared: dict[str, Database] = {}
        self._in_use: list[IO] = []

    def close(self) -> None:
        """Drop what was prepared and is not kept."""
        while self._prepared:
            self._prepared.popitem()[1].close()
        while self._in_use:
            self._in_use.pop().close()

    def serve(self, kind: str, purpose: str) -> Database:
        """A database of its own.

        :param kind: ``core`` (the modules we depend on), ``addon`` (library_crm) or ``demo`` (and its demo library)
        """
        return self.prepare(kind).clone(purpose)

    def prepare(self, kind: str) -> Database:
        """The database that the clones of a kind are made of."""
        if kind not in self._prepared:
            cook = {"core": self._core, "addon": self._addon, "demo": self._addon}[kind]
            keeps = os.environ.get("LIBRARY_CRM_KEEP_DATABASES") and kind != "core"
            self._prepared[kind] = self._kept(kind) if keeps else cook(kind)
        return self._prepared[kind]

    def _kept(self, kind: str) -> Database:
        """A database that outlives the session; cooked anew when the addon, Odoo, the template or the day changes."""
        name = f"{READY}_{kind}_{_digest()}"
        folder = environment().cache / "test-databases" / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        log = folder / "install.log"
        with (folder.parent / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            used = _used(folder).open("w")
            fcntl.flock(used, fcntl.LOCK_SH)
            self._in_use.append(used)
            if exists(name) and log.exists():
                return Database(name, folder, keep=True)
            _drop_outdated(kind, folder.parent)
            cooked = self._addon(kind)
            installed = (cooked.data_folder / "install.log").read_text(errors="replace")
            database = cooked.moved(name, folder)
            log.write_text(installed)
            return database

    def _core(self, kind: str) -> Database:
        database = _copy(environment().template, kind) if environment().template else self._fresh(kind)
        with cursor(database.name) as cr:
            # Odoo adds these only to databases that it creates itself.
            cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent")
        return database

    def _fresh(self, kind: str) -> Database:
        database = Database.new(kind)
        create(database.name)
        install(database, _dependencies(), demo=False)
        return database

    def _addon(self, kind: str) -> Database:
        if not environment().has_addon:
            raise RigError(f"There is no {ADDON}/__manifest__.py to install.")
        demo = kind == "demo"
        database = self._core_with_demo() if demo else self.prepare("core").clone(kind)
        install(database, [ADDON], demo=demo)
        _build_assets(database)
        return database

    def _core_with_demo(self) -> Database:
        template = environment().demo_template
        if template:
            return _copy(template, "demo")
        database = self.prepare("core").clone("demo")
        with cursor(database.name) as cr:
            # Odoo loads a module's demo data only where the modules below it have theirs; ours needs none of theirs.
            cr.execute("UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
        return database


def _copy(template: str, kind: str) -> Database:
    """A copy of a database that is not ours."""
    if not exists(template):
        raise RigError(f"The template database {template} is not in this PostgreSQL.")
    database = Database.new(kind)
    create(database.name, template)
    for folder in environment().filestores():
        if (folder / template).is_dir():
            copy_filestore(folder / template, database.filestore)
            break
    return database


def _drop_outdated(kind: str, folder: Path) -> None:
    with cursor() as cr:
        cr.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{READY}\\_{kind}\\_%"])
        names = [name for (name,) in cr.fetchall()]
    for name in names:
        with _used(folder / name).open("w") as used:
            try:
                fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # tests of another clone run on it
            drop(name)
            shutil.rmtree(folder / name, ignore_errors=True)


def _used(folder: Path) -> Path:
    """The file that sessions lock together while they use a kept database."""
    return folder.with_suffix(".used")


def _digest() -> str:
    """Changes with whatever a prepared database depends on; the addon's own tests do not count.

    The day is part of it: the demo library tells of yesterday and of next week.
    """
    release = (environment().odoo_home / "odoo" / "release.py").read_text()
    total = hashlib.sha256(
        f"{environment().template} {environment().demo_template} {release} {date.today()}".encode()
    )
    addon = REPOSITORY / ADDON
    for path in sorted(addon.rglob("*")):
        inside = path.relative_to(addon)
        if path.is_file() and inside.parts[0] != "tests" and "__pycache__" not in inside.parts:
            total.update(str(inside).encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:12]


def _build_assets(database: Database) -> None:
    """Build scripts and styles once, so that the first page of each clone need not (10 s on two cores)."""
    server = OdooServer(database).start()
    try:
        for session, path in ((server.session("admin"), "/odoo"), (server.session(), "/web/login")):
            for asset in re.findall(r'(?:src|href)="(/web/assets/[^"]+)"', session.get(path).text):
                session.get(asset)
    finally:
        server.stop()


def _dependencies() -> list[str]:
    manifest = REPOSITORY / ADDON / "__manifest__.py"
    if not manifest.is_file():
        return ["mail", "portal"]
    return ast.literal_eval(manifest.read_text())["depends"]


if __name__ == "__main__":
    # `python -m tests.rig.kitchen demo` prepares a kept database and says where it is
    prepared = Kitchen().prepare(sys.argv[1])
    print(json.dumps({"name": prepared.name, "folder": str(prepared.data_folder)}))

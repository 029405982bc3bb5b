"""Prepares databases: each kind is cooked once in a session and served as clones."""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import re
import shutil
from pathlib import Path

from .database import Database, copy_filestore, create, cursor, drop, exists, install
from .environment import REPOSITORY, RigError, environment
from .odoo_server import OdooServer

ADDON = "library_crm"
READY = "library_crm_ready"


class Kitchen:
    """Prepares databases: each kind is cooked once, served as clones.

    With LIBRARY_CRM_KEEP_DATABASES=1 the cooked ones are kept for the next session: for people who write tests.
    """

    def __init__(self) -> None:
        self._prepared: dict[str, Database] = {}
        self.install_log: dict[str, str] = {}  # what Odoo logged when it installed the addon

    def close(self) -> None:
        """Drop what was prepared."""
        while self._prepared:
            self._prepared.popitem()[1].close()

    def serve(self, kind: str, purpose: str) -> Database:
        """A database of its own.

        :param kind: ``core`` (the modules we depend on), ``addon`` (library_crm) or ``demo`` (and its demo library)
        """
        return self._prepare(kind).clone(purpose)

    def _prepare(self, kind: str) -> Database:
        if kind not in self._prepared:
            cook = {"core": self._core, "addon": self._addon, "demo": self._addon}[kind]
            keeps = os.environ.get("LIBRARY_CRM_KEEP_DATABASES") and kind != "core"
            self._prepared[kind] = self._kept(kind) if keeps else cook(kind)
        return self._prepared[kind]

    def _kept(self, kind: str) -> Database:
        """A database that outlives the session; cooked anew when the addon, Odoo or the template has changed."""
        name = f"{READY}_{kind}_{_digest()}"
        folder = environment().cache / "test-databases" / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        log = folder / "install.log"
        with (folder.parent / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if exists(name) and log.exists():
                self.install_log[kind] = log.read_text()
                return Database(name, folder, keep=True)
            _drop_outdated(kind, folder.parent)
            database = self._addon(kind).moved(name, folder)
            log.write_text(self.install_log[kind])
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
        database = self._core_with_demo() if demo else self._prepare("core").clone(kind)
        self.install_log[kind] = install(database, [ADDON], demo=demo)
        _build_assets(database)
        return database

    def _core_with_demo(self) -> Database:
        template = environment().demo_template
        if template:
            return _copy(template, "demo")
        database = self._prepare("core").clone("demo")
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
        drop(name)
        shutil.rmtree(folder / name, ignore_errors=True)


def _digest() -> str:
    """Changes with whatever a prepared database depends on; the addon's own tests do not count."""
    release = (environment().odoo_home / "odoo" / "release.py").read_text()
    total = hashlib.sha256(f"{environment().template} {environment().demo_template} {release}".encode())
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

"""Prepares databases: each kind is cooked once in a session and served as clones."""

from __future__ import annotations

import ast
import re

from .database import Database, copy_filestore, create, cursor, exists, install
from .environment import REPOSITORY, RigError, environment
from .odoo_server import OdooServer

ADDON = "library_crm"


class Kitchen:
    """Prepares databases: each kind is cooked once, served as clones."""

    def __init__(self) -> None:
        self._prepared: dict[str, Database] = {}
        self.install_log: dict[str, str] = {}  # what Odoo logged when it installed the addon

    def close(self) -> None:
        """Drop what was prepared."""
        while self._prepared:
            self._prepared.popitem()[1].close()

    def serve(self, kind: str, purpose: str) -> Database:
        """A database of its own.

        :param kind: ``core`` (the modules we depend on), ``addon`` (with library_crm) or ``demo`` (with its demo library)
        """
        return self._prepare(kind).clone(purpose)

    def _prepare(self, kind: str) -> Database:
        if kind not in self._prepared:
            self._prepared[kind] = {"core": self._core, "addon": self._addon, "demo": self._addon}[kind](kind)
        return self._prepared[kind]

    def _core(self, kind: str) -> Database:
        database = Database.new(kind)
        template = environment().template
        if template:
            if not exists(template):
                raise RigError(f"LIBRARY_CRM_TEMPLATE_DB names {template}, which is not in this PostgreSQL.")
            create(database.name, template)
            found = [folder for folder in environment().filestores() if (folder / template).is_dir()]
            if found:
                copy_filestore(found[0] / template, database.filestore)
        else:
            create(database.name)
            install(database, _dependencies(), demo=False)
        with cursor(database.name) as cr:
            # Odoo adds these only to databases that it creates itself.
            cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent")
        return database

    def _addon(self, kind: str) -> Database:
        if not environment().has_addon:
            raise RigError(f"There is no {ADDON}/__manifest__.py to install.")
        database = self._prepare("core").clone(kind)
        if kind == "demo":
            with cursor(database.name) as cr:
                # Odoo loads a module's demo data only where the modules below it have theirs; ours needs none of theirs.
                cr.execute("UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
        self.install_log[kind] = install(database, [ADDON], demo=kind == "demo")
        _build_assets(database)
        return database


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

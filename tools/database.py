"""Databases: templates that have our addon's dependencies installed, and copies of them."""

import os
import re
import shutil

from .environment import requirements_key
from .odoo_run import manifest_value
from .places import database_folder, digest, locked
from .shell import Problem, step

# core's tests of its own rules need their module in the database they look at
LINT_MODULE = "test_lint"
REVISION = "2"  # raise when templates are made in another way
MOVE_ATTACHMENTS = """
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env["ir.attachment"].force_storage()
env["ir.config_parameter"].search([("key", "=", "ir_attachment.location")]).unlink()
env["ir.attachment"].regenerate_assets_bundles()
env.cr.commit()
"""


def check_name(name):
    """Refuse a database name that PostgreSQL or Odoo would not take as it is.

    :raises Problem: it is none
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,62}", name):
        raise Problem(f"{name!r} cannot be the name of a database.",
                      "use letters, digits, `_`, `.` and `-`, at most 63, a letter first: make run DB=library")


def exists(server, name):
    """True if there is a database of this name."""
    return bool(server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'").strip())


def create(server, name, template="template0"):
    """Create a database as a copy of `template`, with the extension that our trigram indexes want."""
    server.psql(f"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"")
    server.psql("CREATE EXTENSION IF NOT EXISTS pg_trgm", name)


def drop(server, name):
    """Drop a database and remove its data directory, if they exist."""
    server.psql(f"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")
    shutil.rmtree(database_folder(name), ignore_errors=True)


def passing(purpose):
    """A name for a database that lives no longer than this process."""
    return f"library_crm_{purpose}_{os.getpid()}"


def drop_abandoned(server):
    """Drop the passing databases of runs that were killed."""
    names = server.psql("SELECT datname FROM pg_database WHERE datname ~ '^library_crm_(install|test|lint)_[0-9]+$'")
    for name in names.split():
        if not os.path.exists(f"/proc/{name.rsplit('_', 1)[1]}"):
            drop(server, name)


def template(odoo, demo=False):
    """The name of a database with all that our addon depends on installed; made when there is none.

    :param demo: with the demo data of those modules
    """
    depends = sorted(manifest_value("depends"))
    key = digest(REVISION, odoo.source.version, requirements_key(), *depends)
    name = f"library_crm_{'demo' if demo else 'bare'}_{key}"
    with locked(name):
        if exists(odoo.server, name):
            return name
        unfinished = f"{name}_new"
        drop(odoo.server, unfinished)
        step(f"installing the modules that library_crm depends on{', with demo data' if demo else ''} (once)")
        create(odoo.server, unfinished)
        odoo.install(unfinished, [*depends, LINT_MODULE], *(["--with-demo"] if demo else []), label="template")
        # so that a copy of the database is complete without a copy of the filestore
        odoo.script(unfinished, MOVE_ATTACHMENTS, "Moving the attachments into the template")
        odoo.server.psql(f"ALTER DATABASE \"{unfinished}\" RENAME TO \"{name}\"")
        shutil.rmtree(database_folder(unfinished), ignore_errors=True)
    return name

"""Databases of the benchmark: copies of the template, kept for the next run while nothing they hang on changes."""

import contextlib
import hashlib
import time

import psycopg2
from psycopg2 import errors, sql

PREFIX = "library_bench_"
# parallel helpers are processes of their own, whose CPU time nobody could attribute; compiling a plan (JIT)
# would hit the peer's rules joined by OR, and no desk should run with it
PLANNER = {"max_parallel_workers_per_gather": "0", "jit": "off"}


@contextlib.contextmanager
def _session(settings, database):
    connection = psycopg2.connect(**settings.connection(database))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@contextlib.contextmanager
def administration(settings):
    """A connection that may create and drop databases."""
    with _session(settings, "postgres") as cursor:
        yield cursor


def fingerprint(folders):
    """A hash over what shapes a prepared database: the addon's sources and the code that fills it."""
    digest = hashlib.sha256()
    for folder in folders:
        paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
        for path in paths:
            if path.suffix in (".py", ".xml", ".csv") and "tests" not in path.parts:
                digest.update(str(path.name).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def is_prepared(settings, database, mark):
    """Whether `database` was prepared from exactly what `mark` stands for."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with administration(settings) as cursor:
        cursor.execute(query, [database])
        return cursor.fetchone() == (mark,)


def mark_prepared(settings, database, mark):
    """Say in the database's comment what it was prepared from."""
    with administration(settings) as cursor:
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(database)), [mark])


def drop(settings, database):
    """Drop `database`, whoever is still connected."""
    with administration(settings) as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def copy_template(settings, database, patience=120):
    """Make `database` anew as a copy of the template.

    :param int patience: seconds to wait while somebody is connected to the template
    """
    drop(settings, database)
    name = sql.Identifier(database)
    deadline = time.monotonic() + patience
    with administration(settings) as cursor:
        while True:
            try:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(settings.template))
                )
                break
            except errors.ObjectInUse:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)
        for parameter, value in PLANNER.items():
            cursor.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(name, sql.Identifier(parameter), sql.Literal(value))
            )


def take_back_index(settings, database):
    """Drop what an interrupted run may have lent."""
    with _session(settings, database) as cursor:
        cursor.execute("DROP INDEX IF EXISTS bench_lent_idx")


@contextlib.contextmanager
def lent_index(settings, database):
    """Give `database` the index on contacts' addresses that library_crm adds, while the context lasts."""
    with _session(settings, database) as cursor:
        cursor.execute(
            "CREATE INDEX bench_lent_idx ON res_partner (email_normalized) WHERE email_normalized IS NOT NULL"
        )
    try:
        yield
    finally:
        take_back_index(settings, database)

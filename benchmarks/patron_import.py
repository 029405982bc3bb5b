"""A hundred thousand patrons from Koha's CSV, beside PostgreSQL just taking the same rows.

The floor is bare ``COPY`` into staging tables and ``INSERT … SELECT … ON CONFLICT`` into the tables that the import
fills: contacts, patrons and their identities, the very rows that ours has made, in a copy of the database as it was
before. It reads no CSV of Koha, checks nothing, looks nobody up and remembers nothing. Ours goes through the product:
the run as the scheduled action calls it, with a transaction a chunk. ``res.partner.load()``, what Odoo offers for the
purpose, is measured on a sample of contacts alone.

``python -m benchmarks.patron_import TASK DATABASE ADDONS FILE`` is one of the processes that :func:`run` starts.
"""

import csv
import resource
import sys
import time
from pathlib import Path

import psycopg2

from .databases import PREFIX, administration, copy_template, drop
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}patrons"
FLOOR = f"{PREFIX}patrons_floor"
PATRONS = 100_000
SAMPLE = 2_000  # rows for load(), which takes its time
MOST_MEMORY = 1024  # MB
TABLES = {
    "res_partner": "id IN (SELECT partner_id FROM library_patron WHERE import_number IS NOT NULL)",
    "library_patron": "import_number IS NOT NULL",
    "library_patron_identity": "import_number IS NOT NULL",
}
# what load() gets: the facts of these people that a contact takes, as it is given to Odoo's own import
LOADED = {
    "email": "email", "phone": "phone", "street": "address", "street2": "address2", "city": "city", "zip": "zipcode",
    "country_id": "country",
}  # fmt: skip


def run(settings, options, report):
    """Measure the import beside its floor and beside Odoo's own, and the same file again.

    :param options: `addons` is the folder that holds library_crm; `patrons`, where it is given, how many patrons
    """
    from .koha_files import write_patrons

    patrons = getattr(options, "patrons", None) or PATRONS
    settings.cache.mkdir(parents=True, exist_ok=True)
    file = settings.cache / "patron_import.csv"
    try:
        write_patrons(file, patrons)
        copy_template(settings, DATABASE)
        _task(settings, options, "prepare", DATABASE, file)
        _copy_database(settings, DATABASE, FLOOR)
        ours = _task(settings, options, "import", DATABASE, file)
        again = _task(settings, options, "import", DATABASE, file)
        floor = _take_rows(settings)
        load = _task(settings, options, "load", FLOOR, file)
    finally:
        file.unlink(missing_ok=True)
        drop(settings, DATABASE)
        drop(settings, FLOOR)
    _check(ours, again, floor, patrons)
    name = f"{patrons:,} patrons from Koha's CSV"
    report.add(Figure(
        f"{name}, all new", ours["seconds"], floor["seconds"], unit="s", bar=1 / 0.4,
        peer="COPY + INSERT … ON CONFLICT of the same rows",
    ))
    report.add(Figure(
        f"{name}, all new", ours["seconds"], load["seconds"] * patrons / SAMPLE, unit="s", bar=1 / 5,
        peer=f"res.partner.load() of contacts alone ({SAMPLE:,} × {patrons // SAMPLE})",
    ))
    report.add(Figure(f"{name}, unchanged", again["seconds"], ours["seconds"], unit="s", bar=1 / 4, peer="new"))
    report.add(Figure(
        "memory of the import at its peak", ours["memory"], MOST_MEMORY, unit="MB", bar=1.0, peer="limit"))
    report.note(
        f"patrons: {patrons / ours['seconds']:,.0f} new/s, {patrons / again['seconds']:,.0f} unchanged/s,"
        f" {floor['rows']:,} rows in {len(TABLES)} tables; load() {SAMPLE / load['seconds']:,.0f} contacts/s"
    )


def _check(ours, again, floor, patrons):
    """All rows must have come in, or nothing was measured.

    :raise BenchmarkError: if not
    """
    if (ours["created"], again["unchanged"]) != (patrons, patrons) or floor["patrons"] != patrons:
        raise BenchmarkError(f"Not all of {patrons} patrons came in: {ours}, {again}, {floor}")


def _task(settings, options, task, database, file):
    return ask_process(settings, "benchmarks.patron_import", task, database, options.addons, file)


def _copy_database(settings, source, name):
    from psycopg2 import sql

    drop(settings, name)
    with administration(settings) as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))


def _take_rows(settings):
    """The floor: the rows that ours has made go into the copy of the database."""
    files = {table: settings.cache / f"patron_import_{table}.copy" for table in TABLES}
    try:
        with psycopg2.connect(**settings.connection(DATABASE)) as connection, connection.cursor() as cr:
            for table, condition in TABLES.items():
                with files[table].open("wb") as stream:
                    cr.copy_expert(f"COPY (SELECT * FROM {table} WHERE {condition} ORDER BY id) TO STDOUT", stream)
        connection.close()
        return _insert_rows(settings, files)
    finally:
        for file in files.values():
            file.unlink(missing_ok=True)


def _insert_rows(settings, files):
    connection = psycopg2.connect(**settings.connection(FLOOR))
    rows = 0
    with connection, connection.cursor() as cr:
        for table in files:
            cr.execute(f"CREATE UNLOGGED TABLE bench_{table} (LIKE {table})")
    start = time.perf_counter()
    with connection, connection.cursor() as cr:
        for table, file in files.items():
            with file.open("rb") as stream:
                cr.copy_expert(f"COPY bench_{table} FROM STDIN", stream)
            cr.execute(f"INSERT INTO {table} SELECT * FROM bench_{table} ON CONFLICT DO NOTHING")
            rows += cr.rowcount
    seconds = time.perf_counter() - start
    with connection, connection.cursor() as cr:
        cr.execute("SELECT count(*) FROM library_patron WHERE import_number IS NOT NULL")
        patrons = cr.fetchone()[0]
        cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
        for table in files:
            cr.execute(f"DROP TABLE bench_{table}")
    connection.close()
    return {"seconds": seconds, "rows": rows, "patrons": patrons}


# in the processes


def _prepare(env, file):
    """Branches and types that the file names, and two runs of it as if it had been uploaded."""
    from .koha_files import BRANCHES, CATEGORIES

    env["library.branch"].create([{"name": code, "code": code} for code in BRANCHES])
    known = env["library.patron.type"].search([]).mapped("code")
    env["library.patron.type"].create([{"name": code, "code": code} for code in CATEGORIES if code not in known])
    for _number in range(2):
        run_record = env["library.import.run"].create(
            {"profile_id": env.ref("library_crm.library_import_profile_koha_patrons").id}
        )
        env["ir.attachment"].create({
            "name": "file", "res_model": run_record._name, "res_field": "file", "res_id": run_record.id,
            "raw": file.read_bytes(),
        })
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return {}


def _import(env, _file):
    """Take in the file of the oldest run that waits."""
    waiting = env["library.import.run"].search([("state", "=", "draft")], order="id", limit=1)
    start = time.perf_counter()
    waiting.action_run()
    waiting._process(env["ir.cron"]._commit_progress)
    env.cr.commit()
    seconds = time.perf_counter() - start
    if waiting.state != "done":
        raise BenchmarkError(f"The run ended as {waiting.state}: {waiting.message}")
    return {
        "seconds": seconds, "created": waiting.created_count, "unchanged": waiting.unchanged_count,
        "refused": waiting.refused_count, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _load(env, file):
    """Odoo's own import of the same people as contacts."""
    with file.open(encoding="utf-8", newline="") as stream:
        people = [row for row, _number in zip(csv.DictReader(stream), range(SAMPLE), strict=False)]
    rows = [
        [f"{one['firstname']} {one['surname']}", "en_US", *(one[column] for column in LOADED.values())]
        for one in people
    ]
    start = time.perf_counter()
    done = env["res.partner"].load(["name", "lang", *LOADED], rows)
    env.flush_all()
    seconds = time.perf_counter() - start
    env.cr.rollback()
    if not done["ids"]:
        raise BenchmarkError(f"load() refused the sample: {done['messages'][:3]}")
    return {"seconds": seconds}


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": _prepare, "import": _import, "load": _load}, read=Path, installs=True)

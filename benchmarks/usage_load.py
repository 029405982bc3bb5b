"""Five million loans become counts by patron and month, beside PostgreSQL just keeping the single events.

The floor is the shortest way that keeps each event once: ``COPY`` of the file into a staging table, then
``INSERT … SELECT … ON CONFLICT`` into a table with one row an event. It resolves no patron, reads no class mark and
forgets nothing. Ours goes through the product: the run's loader as the scheduled action calls it, with its
transactions, receipts and the days of first and last use.

``python -m benchmarks.usage_load TASK DATABASE ADDONS FILE`` is one of the processes that :func:`run` starts.
"""

import resource
import sys
import time
from pathlib import Path

import psycopg2

from .databases import PREFIX, copy_template, drop
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}usage"
EVENTS = 5_000_000
PATRONS = 100_000
MOST_MEMORY = 1024  # MB
STAGING = """
    CREATE UNLOGGED TABLE bench_stage (datetime text, branch text, type text, borrowernumber text, itemnumber text,
                                       itemcallnumber text, ccode text, itemtype text, title text)
"""
EVENT_TABLE = """
    CREATE TABLE bench_event (item int NOT NULL, moment timestamp NOT NULL, kind text NOT NULL, patron int NOT NULL,
                              branch text, mark text, UNIQUE (item, moment, kind))
"""
KEEP = """
    INSERT INTO bench_event (item, moment, kind, patron, branch, mark)
    SELECT itemnumber::int, datetime::timestamp, type, borrowernumber::int, branch, itemcallnumber FROM bench_stage
        ON CONFLICT (item, moment, kind) DO NOTHING
"""


def run(settings, options, report):
    """Measure the loader beside the floor, on the same file in the same database, and its memory.

    :param options: `addons` is the folder that holds library_crm; `events`, where it is given, how many events
    """
    events = getattr(options, "events", None) or EVENTS
    settings.cache.mkdir(parents=True, exist_ok=True)
    file = settings.cache / "usage_load.csv"
    try:
        _write_file(file, events)
        copy_template(settings, DATABASE)
        _task(settings, options, "prepare", file)
        floor = _keep_events(settings, file)
        ours = _task(settings, options, "load", file)
        again = _task(settings, options, "again", file)
    finally:
        file.unlink(missing_ok=True)
        drop(settings, DATABASE)
    if ours["events"] < floor["events"]:
        raise BenchmarkError(f"Of {floor['events']} events only {ours['events']} were counted.")
    report.add(Figure(
        f"{events:,} events into library.usage", ours["seconds"], floor["seconds"], unit="s", bar=1.0,
        peer="COPY + INSERT … ON CONFLICT of single events",
    ))
    report.add(Figure(
        "memory of the loader at its peak", ours["memory"], MOST_MEMORY, unit="MB", bar=1.0, peer="limit"
    ))
    report.add(Figure("the same file again", again["seconds"], ours["seconds"], unit="s", peer="new"))
    report.note(
        f"{events / ours['seconds']:,.0f} events/s; {ours['events']:,} counted in {ours['rows']:,} rows of counts,"
        f" {ours['size'] / 2**20:.0f} MB with receipts; the floor keeps {floor['size'] / 2**20:.0f} MB"
    )


def _write_file(path, events):
    from .koha_files import write_circulation

    write_circulation(path, events, PATRONS)


def _task(settings, options, task, file):
    return ask_process(settings, "benchmarks.usage_load", task, DATABASE, options.addons, file)


def _keep_events(settings, file):
    """The floor."""
    connection = psycopg2.connect(**settings.connection(DATABASE))
    with connection, connection.cursor() as cr:
        cr.execute(STAGING)
        cr.execute(EVENT_TABLE)
    start = time.perf_counter()
    with connection, connection.cursor() as cr, file.open("rb") as stream:
        cr.copy_expert("COPY bench_stage FROM STDIN (FORMAT csv, HEADER)", stream)
        cr.execute(KEEP)
    seconds = time.perf_counter() - start
    with connection, connection.cursor() as cr:
        cr.execute(
            "SELECT count(*) FILTER (WHERE kind <> 'return'), pg_total_relation_size('bench_event') FROM bench_event"
        )
        events, size = cr.fetchone()
        cr.execute("DROP TABLE bench_stage, bench_event")
    connection.autocommit = True
    with connection.cursor() as cr:
        cr.execute("CHECKPOINT")
    connection.close()
    return {"seconds": seconds, "events": events, "size": size}


# in the processes


def _prepare(env, file):
    """Patrons with their numbers, an institution that keeps uses for long, and the file as if it had been uploaded."""
    env.company.library_usage_months = 240
    env.cr.execute(
        """
        WITH partner AS (
            INSERT INTO res_partner (name, complete_name, active, type)
            SELECT 'Patron ' || n, 'Patron ' || n, true, 'contact' FROM generate_series(1, %(count)s) n RETURNING id
        ), patron AS (
            INSERT INTO library_patron (partner_id, company_id, lifecycle, active, allows_counts)
            SELECT id, %(company)s, 'registered', true, true FROM partner RETURNING id
        )
        INSERT INTO library_patron_identity (patron_id, company_id, kind, value, value_normalized, state)
        SELECT id, %(company)s, 'ils', n, n, 'active'
          FROM (SELECT id, row_number() OVER (ORDER BY id)::text AS n FROM patron) numbered
        """,
        {"count": PATRONS, "company": env.company.id},
    )
    env["library.branch"].create([{"name": code, "code": code} for code in ("MAIN", "SCI", "LAW", "MED", "ART")])
    for _number in range(2):
        run = env["library.import.run"].create(
            {"profile_id": env.ref("library_crm.library_import_profile_koha_circulation").id}
        )
        env["ir.attachment"].create({
            "name": "file", "res_model": run._name, "res_field": "file", "res_id": run.id, "raw": file.read_bytes(),
        })
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return {}


def _load(env, _file):
    """Count the file of the oldest run that waits."""
    run = env["library.import.run"].search([("state", "=", "draft")], order="id", limit=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    run.action_run()
    run._process(env["ir.cron"]._commit_progress)
    env.cr.commit()
    seconds = time.perf_counter() - start
    if run.state != "done":
        raise BenchmarkError(f"The run ended as {run.state}: {run.message}")
    env.cr.execute(
        """
        SELECT (SELECT count(*) FROM library_usage),
               (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits
                 WHERE inhparent = 'library_usage'::regclass) + pg_total_relation_size('library_usage_receipt')
        """
    )
    rows, size = env.cr.fetchone()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": seconds, "events": run.created_count, "skipped": run.unchanged_count,
        "rows": rows, "size": int(size), "memory": memory / 1024, "memory_before": before / 1024,
    }


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": _prepare, "load": _load, "again": _load}, read=Path, installs=True)

"""Runs the nightly analysis in processes of its own that can be killed at any moment; started with Odoo's Python.

    python nightly_process.py <odoo.conf> <database>

The process loads Odoo once and then obeys lines of JSON on its input, answering each with a line of JSON:

    {"do": "fill"}                          make a small library whose figures never change
    {"do": "jobs"}                          codes of all jobs, in their order
    {"do": "queue", "code": c}              queue a job, dropping its results
    {"do": "run", "code": c}                run it to its end, answer with the seconds it took
    {"do": "kill", "code": c, "after": s}   go on with it in a child that gets SIGKILL after s seconds
    {"do": "state"}                         fingerprints of all tables of the addon

A child is a fork with connections of its own: what is lost when it dies is what a killed worker loses.
"""

import datetime
import hashlib
import json
import os
import random
import signal
import sys
import time

import odoo
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config

PATRONS = 260
MONTHS = 30
SLICE = 40
VOLATILE = {"id", "create_date", "write_date", "create_uid", "write_uid"}
# when a job ran is no result, nor are the locks that writers of uses take
NO_RESULT = {"library_analysis_job", "library_usage_turn"}


def environment(cursor):
    return Environment(cursor, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True})


def fill(env):
    """Patrons with months of uses, cases and needs, drawn with a fixed seed."""
    draw = random.Random(7)
    today = datetime.date.today()
    month = today.replace(day=1)
    env["ir.config_parameter"].set_param("library_crm.analysis_slice", str(SLICE))
    env["ir.config_parameter"].set_param("library_crm.debt_threshold", "0.4")
    subjects = env["library.subject"].search([("parent_id", "=", False)], limit=12).ids
    partners = env["res.partner"].create([{"name": f"Reader {number}"} for number in range(PATRONS)])
    patrons = env["library.patron"].create([
        {"partner_id": partner.id, "date_enrolled": today - datetime.timedelta(days=draw.randint(20, 900))}
        for partner in partners
    ])
    env.flush_all()
    env.cr.execute("UPDATE library_patron SET allows_counts = id % 9 <> 0, allows_interests = id % 9 <> 0")
    env["library.usage"]._ensure_partitions(month - datetime.timedelta(days=1100), today)
    rows = [
        (env.company.id, patron.id, subject, uses, when, kind, channel)
        for patron in patrons if patron.id % 9
        for subject, uses, when, kind, channel in uses_of(draw, month, subjects)
    ]
    env.cr.execute_values(
        "INSERT INTO library_usage (company_id, patron_id, subject_id, uses, month, kind, channel) VALUES %s", rows
    )
    team = env["library.team"].create({"name": "Reference"})
    for patron in patrons[:24]:
        case = env["library.case"].create({"name": "A question", "patron_id": patron.id, "team_id": team.id})
        case._close(*draw.choice([("met",), ("unmet", "no_source"), ("partly", "no_time")]))
    env.flush_all()


def uses_of(draw, month, subjects):
    """Months of one patron: days of use, loans that walk from class to class, a few downloads."""
    eagerness, place = draw.random(), draw.randrange(len(subjects))
    for back in range(MONTHS):
        when = month
        for _step in range(back):
            when = (when - datetime.timedelta(days=1)).replace(day=1)
        if draw.random() < eagerness * 0.8:
            yield None, draw.randint(1, 4), when, "visit_day", "onsite"
            yield subjects[(place + back // 4) % len(subjects)], draw.randint(1, 3), when, "loan", "onsite"
            if draw.random() < 0.3:
                yield None, 1, when, "download", "remote"


def job_of(env, code):
    return env["library.analysis.job"].search([("code", "=", code)])


def queue(env, code):
    job = job_of(env, code)
    job.write({"state": "idle"})
    job._queue(is_rebuild=True)


def run(env, code):
    """Run until the queue is empty; raises what made a job fail."""
    begin = time.monotonic()
    env["library.analysis.job"]._cron_run()
    failed = job_of(env, code).filtered(lambda job: job.state == "failed")
    if failed:
        raise RuntimeError(f"{code}: {failed.error}")
    return time.monotonic() - begin


def state(env):
    """{table: fingerprint} of the rows of every table of the addon, without numbers that are drawn anew."""
    found = {}
    env.cr.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'library\\_%' ORDER BY 1")
    for (table,) in env.cr.fetchall():
        if table in NO_RESULT:
            continue
        env.cr.execute(f'SELECT to_jsonb(t) FROM "{table}" t')  # noqa: S608  # a name from the catalogue
        rows = sorted(
            json.dumps({key: value for key, value in row.items() if key not in VOLATILE}, sort_keys=True)
            for (row,) in env.cr.fetchall()
        )
        found[table] = f"{len(rows)} {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:16]}"
    return found


def kill_while_running(registry, code, after):
    """Go on with a job in a child and kill it; answer what it left behind."""
    odoo.sql_db.close_all()
    child = os.fork()
    if not child:
        with registry.cursor() as cursor:
            environment(cursor)["library.analysis.job"]._cron_run()
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with registry.cursor() as cursor:
        job = job_of(environment(cursor), code)
        return {"killed": os.WIFSIGNALED(status), "state": job.state, "done": job.done, "total": job.total}


def obey(registry, order):
    if order["do"] == "kill":
        return kill_while_running(registry, order["code"], order["after"])
    with registry.cursor() as cursor:
        env = environment(cursor)
        match order["do"]:
            case "fill":
                return fill(env)
            case "jobs":
                return env["library.analysis.job"].search([]).mapped("code")
            case "queue":
                return queue(env, order["code"])
            case "run":
                return run(env, order["code"])
            case "state":
                return state(env)
    raise ValueError(order)


def main():
    config.parse_config(["--config", sys.argv[1], "--no-http"])
    registry = Registry(sys.argv[2])
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(registry, json.loads(line))), flush=True)


main()

"""The night: every analysis job over 100 000 patrons whose five million uses stand as monthly counts.

The patrons have cases, needs and messages as in the suite "desk", and three years of use: they join and fall away, read
around a subject of their own that drifts, come on site or from afar. The jobs run as the scheduled action runs them,
batch by batch with a commit after each, in a process of its own whose memory is read at its peak, the private memory of
its PostgreSQL process included.

``python -m benchmarks.nightly TASK DATABASE ADDONS`` is one of the processes that :func:`run` starts.
"""

import resource
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from .databases import PREFIX, copy_template, drop
from .facts import BASE, ROWS
from .meters import backend_cpu
from .report import Figure
from .settings import BenchmarkError
from .sides import our_side
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}nightly"
EVENTS = 5_000_000
MONTHS = 36
MOST_SECONDS = 300
MOST_MEMORY = 2048  # MB
RULES = (
    ("Regular visitors", "[('fact_ids.visit_days_year', '>=', 4)]"),
    ("From afar", "[('fact_ids.remote_uses_year', '>', 0), ('fact_ids.onsite_uses_year', '=', 0)]"),
    ("Many subjects", "[('fact_ids.subjects_year', '>=', 5)]"),
    ("Away since a term", "[('fact_ids.days_since_use', '>', 180), ('fact_ids.visit_days_total', '>=', 10)]"),
    ("Waiting for us", "[('fact_ids.cases_open', '>', 0)]"),
    ("Asked and read", "[('fact_ids.cases_year', '>', 0), ('fact_ids.uses_year', '>', 0)]"),
)
# names as different as people's: two of 60 syllables each
NAMES = """
    UPDATE res_partner SET name = made.name, complete_name = made.name
      FROM (SELECT id, initcap(s[1 + (h %% 60)::int] || s[1 + (h / 60 %% 60)::int]) || ' '
                   || initcap(s[1 + (h / 3600 %% 60)::int] || s[1 + (h / 216000 %% 60)::int]
                              || s[1 + (h / 12960000 %% 60)::int]) AS name
              FROM (SELECT id, abs(hashtextextended(id::text, 7)) AS h FROM res_partner WHERE id > %(base)s) person,
                   (SELECT array_agg(a || b || c) AS s FROM unnest(ARRAY['b', 'd', 'k', 'l', 'm', 'r']) a,
                           unnest(ARRAY['a', 'e', 'i', 'o', 'u']) b, unnest(ARRAY['n', 's']) c) syllables) made
     WHERE res_partner.id = made.id
"""
# one row an event, drawn, then counted by month: patron 1 comes most, the last hardly ever
USES = """
    INSERT INTO library_usage (company_id, patron_id, month, kind, subject_id, channel, uses)
    SELECT %(company)s, %(base)s + patron, (%(first)s::date + make_interval(months => month))::date, kind,
           (%(subjects)s::int[])[1 + (patron * 7 + month / 6 + aside) %% cardinality(%(subjects)s::int[])],
           CASE kind WHEN 'loan' THEN 'onsite' ELSE 'remote' END, count(*)
      FROM (SELECT patron, begun + floor((ended - begun) * random())::int AS month,
                   floor(power(random(), 3) * 12)::int AS aside,
                   CASE WHEN random() < 0.75 THEN 'loan' ELSE 'download' END AS kind
              FROM (SELECT patron, patron * 31 %% 30 AS begun,
                           least(%(months)s, patron * 31 %% 30 + 3 + patron * 17 %% 40) AS ended
                      FROM (SELECT 3 + floor((%(rows)s - 3) * power(random(), 1.7))::int AS patron
                              FROM generate_series(1, %(events)s)) drawn) lived) event
     GROUP BY patron, month, kind, aside
"""
DAYS = """
    INSERT INTO library_usage (company_id, patron_id, month, kind, channel, uses)
    SELECT company_id, patron_id, month, 'visit_day', 'onsite', least(20, ceil(sum(uses) / 2.0))
      FROM library_usage GROUP BY company_id, patron_id, month
"""
PATRONS = """
    UPDATE library_patron p
       SET allows_counts = TRUE, allows_interests = p.id %% 4 > 0, date_first_visit = u.first_month,
           date_last_visit = least(u.last_month + (p.id %% 27)::int, current_date)
      FROM (SELECT patron_id, min(month) AS first_month, max(month) AS last_month FROM library_usage GROUP BY 1) u
     WHERE u.patron_id = p.id
"""


def run(settings, options, report):
    """Measure a whole night: time, memory, and each job's share.

    :param options: `addons` is the folder that holds library_crm; `events`, where it is given, how many events
    """
    desk = our_side(options.addons)
    settings.cache.mkdir(parents=True, exist_ok=True)
    desk.prepare(settings, settings.cache / "ours-prepare.log", options.afresh)
    try:
        copy_template(replace(settings, template=desk.database), DATABASE)
        filled = _task(settings, options, "prepare")
        night = _task(settings, options, "night")
        again = _task(settings, options, "night")
    finally:
        drop(settings, DATABASE)
    failed = [f"{job['code']}: {job['error']}" for job in night["jobs"] + again["jobs"] if job["state"] != "idle"]
    if failed:
        raise BenchmarkError("Jobs failed: " + "; ".join(failed))
    name = f"nightly analysis of {filled['patrons']:,} patrons, {filled['events']:,} uses"
    report.add(Figure(f"{name}: first night", night["seconds"], MOST_SECONDS, peer="limit", bar=1.0, unit="s"))
    report.add(Figure(f"{name}: memory at its peak", night["memory"], MOST_MEMORY, peer="limit", bar=1.0, unit="MB"))
    report.add(Figure(f"{name}: the next night", again["seconds"], night["seconds"], peer="first night", unit="s"))
    report.note(f"first night: {night['busy']:.0f} s of CPU, Python and PostgreSQL together")
    report.note(f"{filled['rows']:,} rows of counts; of the memory Python {night['python']:.0f} MB, PostgreSQL's own"
                f" {night['postgres']:.0f} MB at most")
    for job in night["jobs"]:
        report.note(f"{job['code']}: {job['seconds']:.1f} s, {job['total']:,} looked at")


def _task(settings, options, task):
    size = getattr(options, "events", None) or EVENTS
    return ask_process(settings, "benchmarks.nightly", task, DATABASE, options.addons, size)


# in the processes


def _prepare(env, events):
    """Add their use to the patrons, cases and messages of the suite "desk"."""
    today = env.cr.now().date()
    first = today.replace(year=today.year - MONTHS // 12, day=1)
    env["library.usage"]._ensure_partitions(first, today)
    env["library.segment"].create([{"name": name, "kind": "rule", "domain": rule} for name, rule in RULES])
    env.flush_all()
    values = {
        "company": env.company.id, "base": BASE, "first": first, "months": MONTHS + 1, "rows": ROWS, "events": events,
        "subjects": env["library.subject"].search([], order="id").ids,
    }
    env.cr.execute("SELECT setseed(0.5)")
    for query in (NAMES, USES, DAYS, PATRONS):
        env.cr.execute(query, values)
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False
    env.cr.execute("SELECT count(*), sum(uses) FILTER (WHERE kind <> 'visit_day') FROM library_usage")
    rows, uses = env.cr.fetchone()
    return {"patrons": env["library.patron"].search_count([]), "rows": rows, "events": int(uses)}


def _night(env, _events):
    """Every job as the scheduled action runs it, and what they took."""
    jobs = env["library.analysis.job"].search([])
    jobs._queue()
    env.cr.commit()
    backend = env.cr.connection.get_backend_pid()
    with _PrivateMemory(backend) as memory:
        started, before = time.perf_counter(), time.process_time() + (backend_cpu(backend) or 0)
        env["library.analysis.job"]._cron_run()
        seconds = time.perf_counter() - started
        busy = time.process_time() + (backend_cpu(backend) or 0) - before
    python = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds, "busy": busy, "memory": python + memory.peak, "python": python, "postgres": memory.peak,
        "jobs": [
            {"code": job.code, "seconds": job.last_seconds, "total": job.total, "state": job.state, "error": job.error}
            for job in jobs
        ],
    }


class _PrivateMemory(threading.Thread):
    """While it is entered, watches how much memory the process `pid` has for itself; `peak` in MB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path = Path(f"/proc/{pid}/status")
        self.peak = 0.0
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.1):
            try:
                lines = self.path.read_text().splitlines()
            except OSError:
                return  # on another machine; its memory is not ours to see
            self.peak = max([self.peak, *(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.join()


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": _prepare, "night": _night})

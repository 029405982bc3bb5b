"""Pivots of the guarded report of cases, over a million cases, as the pivot view asks for them.

Each pivot is one call of `formatted_read_grouping_sets`: the grand total, the totals of lines and columns, and the
cells, with everything that must stay empty found anew. Beside it stands PostgreSQL alone: the same groups and sums of
the same rows without a guard.

``python -m benchmarks.reports TASK DATABASE ADDONS ARGUMENT`` is one of the processes that :func:`run` starts.
"""

import statistics
import sys
import time

from .dashboards import LOGIN, prepare
from .databases import PREFIX, copy_template, drop
from .report import Figure
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}reports"
CASES = 1_000_000
LIMIT_MS = 2000
ROUNDS = 3
LAST_YEAR = ("month", ">=", "today =1d -12m")
# name, groups of lines and columns, measures, filter
PIVOTS = (
    ("by service", [["service_id"]], ["cases:sum", "minutes:sum"], []),
    ("service by quarter", [["service_id"], ["month:quarter"]], ["cases:sum"], []),
    ("team by channel, five measures", [["team_id"], ["channel"]],
     ["cases:sum", "closed:sum", "met:sum", "minutes:sum", "first_answer_hours:avg"], []),
    ("service by month, last year", [["service_id"], ["month:month"]], ["cases:sum"], [LAST_YEAR]),
    ("class by patron type", [["subject_id"], ["type_id"]], ["cases:sum", "met:sum"], []),
    ("team by result, one channel", [["team_id"], ["result"]], ["cases:sum"], [("channel", "=", "mail")]),
)


def run(settings, options, report):
    """Grow the demo library to a million cases and ask for each pivot; the median of some rounds counts."""
    settings.cache.mkdir(parents=True, exist_ok=True)
    copy_template(settings, DATABASE)
    try:
        ask_process(settings, "benchmarks.reports", "prepare", DATABASE, options.addons, CASES)
        found = ask_process(settings, "benchmarks.reports", "pivots", DATABASE, options.addons, ROUNDS)
    finally:
        drop(settings, DATABASE)
    for name, _groups, _measures, _domain in PIVOTS:
        report.add(Figure(f"pivot over {found['cases']:,} cases: {name}", found[name], LIMIT_MS, "limit", 1.0))
    report.add(Figure("the same groups: team by channel", found["team by channel, five measures"], found["bare"],
                      "bare PostgreSQL"))
    report.note(f"cells kept empty: {found['empty']} of {found['cells']}; each pivot {ROUNDS} times, the median")


def pivots(env, rounds):
    """Milliseconds of each pivot."""
    user = env["res.users"].search([("login", "=", LOGIN)])
    context = {"lang": "en_US", "tz": "UTC", "allowed_company_ids": user.company_id.ids}
    reader = env(user=user, su=False, context=context)
    Report, found = reader["library.case.report"], {"cells": 0, "empty": 0}
    for name, groups, measures, domain in PIVOTS:
        sets = [[]]
        for group in groups:
            sets += [[*chosen, *group] for chosen in sets]
        taken = []
        for _round in range(rounds):
            env.invalidate_all()
            started = time.perf_counter()
            answer = Report.formatted_read_grouping_sets(domain, sets, ["__count", *measures])
            taken.append((time.perf_counter() - started) * 1000)
        found[name] = statistics.median(taken)
        found["cells"] += sum(map(len, answer))
        found["empty"] += sum(row[measures[0]] is None for rows in answer for row in rows)
    started = time.perf_counter()
    env.cr.execute("""
        SELECT team_id, channel, count(*), sum(minutes), sum((date_closed IS NOT NULL)::int),
               sum((resolution = 'met')::int), avg(extract(epoch FROM date_first_answer - create_date))
          FROM library_case WHERE merged_into_id IS NULL GROUP BY GROUPING SETS ((1, 2), (1), (2), ())
    """)
    found["bare"] = (time.perf_counter() - started) * 1000
    env.cr.execute("SELECT count(*) FROM library_case")
    found["cases"] = env.cr.fetchone()[0]
    return found


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": prepare, "pivots": pivots}, installs=True)

"""The list of cases as a workbook: 100 000 cases, twenty columns, beside Odoo's own export and bare xlsxwriter.

Three ways write the same twenty columns of the same cases, each run in a process of its own:

- *ours*: the document "List of cases" as the menu makes it, with the rights of a manager;
- *Odoo*: what `/web/export/xlsx` does (`export_data`, then its writer) for the same fields with the same rights;
- *bare*: xlsxwriter with constant memory, fed by a server-side cursor with the statement of ours, and nothing else.

Memory is the peak of the process over what it held when the export began.

``python -m benchmarks.xlsx TASK DATABASE ADDONS ARGUMENT`` is one of the processes that :func:`run` starts.
"""

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from .dashboards import LOGIN, prepare
from .databases import PREFIX, copy_template, drop
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}xlsx"
CASES, COLUMNS = 100_000, 20
MOST_ROUNDS = 3
MOST_TIMES_ODOO = 0.5
MOST_TIMES_BARE = 1 / 0.8
MOST_MB = 25
PERIOD = (date(2010, 1, 1), date(2049, 12, 31))
FIELDS = (
    ".id", "name", "create_date", "date_first_answer", "date_closed", "date_promised", "promise_kept", "team_id",
    "branch_id", "service_id", "channel", "stage_id", "resolution", "unmet_reason", "read_level", "minutes",
    "minutes_used", "missed_count", "reopened_count", "lang",
)


def run(settings, options, report):
    """Grow the demo library, then write the three workbooks in turn; the best of each way counts.

    :param options: `addons` is the folder that holds library_crm, `rounds` how often each is written at most
    """
    settings.cache.mkdir(parents=True, exist_ok=True)
    copy_template(settings, DATABASE)
    found = {way: [] for way in ("ours", "bare", "odoo")}
    try:
        ask_process(settings, "benchmarks.xlsx", "prepare", DATABASE, options.addons, CASES)
        for _round in range(min(options.rounds, MOST_ROUNDS)):
            for way, samples in found.items():
                samples.append(ask_process(settings, "benchmarks.xlsx", way, DATABASE, options.addons, 0))
    finally:
        drop(settings, DATABASE)
    best = {way: min(samples, key=lambda one: one["seconds"]) for way, samples in found.items()}
    rows = {way: one["rows"] for way, one in best.items()}
    if len(set(rows.values())) != 1:
        raise BenchmarkError(f"not the same rows: {rows}")
    name = f"xlsx of {rows['ours']:,} cases × {COLUMNS}"
    peak = max(one["mb"] for one in found["ours"])
    report.add(Figure(name, best["ours"]["seconds"], best["odoo"]["seconds"], "Odoo's export", MOST_TIMES_ODOO, "s"))
    report.add(Figure(name, best["ours"]["seconds"], best["bare"]["seconds"], "bare xlsxwriter", MOST_TIMES_BARE, "s"))
    report.add(Figure(f"{name}: memory over idle", peak, MOST_MB, "limit", 1.0, "MB"))
    report.note(
        ", ".join(f"{way} {one['rows'] / one['seconds']:,.0f} rows/s, +{one['mb']:.0f} MB" for way, one in best.items())
    )


# in the processes


def _reader(env):
    """The environment of a manager, who reads every case."""
    user = env["res.users"].search([("login", "=", LOGIN)])
    return env(user=user, su=False, context={"lang": "en_US", "tz": "UTC", "allowed_company_ids": user.company_id.ids})


def _status(name):
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024


def _measured(write):
    """Run a function that returns how many rows it wrote; what it took."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    idle, started = _status("VmRSS"), time.perf_counter()
    rows = write()
    return {"rows": rows, "seconds": time.perf_counter() - started, "mb": _status("VmHWM") - idle}


def _warm(env):
    """What the first request of a server loads: models, rules, words, and the writer."""
    import xlsxwriter  # noqa: F401

    document = env["library.document"].search([("code", "=", "case_list")])
    with document._written(date(1999, 1, 1), date(1999, 1, 2), env.company) as _made:
        return document


def ours(env, _argument):
    """The document as the menu makes it."""
    env = _reader(env)
    document = _warm(env)
    rows = env["library.case"].search_count(document._case_domain(*PERIOD, env.company))

    def write():
        with document._written(*PERIOD, env.company) as (_name, target):
            os.stat(target.name)
        return rows

    return _measured(write)


def bare(env, _argument):
    """The same rows from a cursor into xlsxwriter."""
    import xlsxwriter

    env = _reader(env)
    document = _warm(env)
    query = document._case_query(document._case_domain(*PERIOD, env.company))

    def write():
        number = 0
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as target, xlsxwriter.Workbook(
            target.name, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
        ) as book:
            sheet = book.add_worksheet()
            with env.cr._cnx.cursor(name="bare") as cursor:
                cursor.itersize = 2000
                cursor.execute(query.code, query.params)
                for number, row in enumerate(cursor, 1):
                    sheet.write_row(number, 0, row)
        return number

    return _measured(write)


def odoo(env, _argument):
    """What the export of the list view does."""
    from odoo.http import _request_stack

    from odoo.addons.web.controllers.export import ExcelExport

    env["res.users"].search([("login", "=", LOGIN)]).group_ids += env.ref("base.group_allow_export")
    env = _reader(env)
    _warm(env)
    _request_stack.push(SimpleNamespace(env=env))
    fields = [{"name": name, "label": name, "type": "char"} for name in FIELDS]

    def write():
        records = env["library.case"].with_context(active_test=True, import_compat=False).search(
            env["library.document"]._case_domain(*PERIOD, env.company), order="id"
        )
        rows = records.export_data(list(FIELDS))["datas"]
        ExcelExport().from_data(fields, list(FIELDS), rows)
        return len(rows)

    return _measured(write)


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": prepare, "ours": ours, "bare": bare, "odoo": odoo}, installs=True)

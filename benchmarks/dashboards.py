"""The library's dashboards in Chromium, with the demo library grown to 100 000 cases.

A manager opens each dashboard by its address, so the web client starts, fetches the spreadsheet and asks for every
figure. The clock stops when the last answer has been drawn: no request is under way and the browser's main thread has
come to rest. An answer with an error fails the run.

``python -m benchmarks.dashboards TASK DATABASE ADDONS ARGUMENT`` is one of the processes that :func:`run` starts.
"""

import ast
import os
import shutil
import statistics
import sys
import time

from .databases import PREFIX, copy_template, drop
from .portal import PortalServer
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}dashboards"
CASES, MONTHS, PATRONS = 100_000, 60, 20_000
MOST_MS = 3000
LOGIN = "ruth"
MOST_ROUNDS = 5
QUIET_MS = 400
"""How long nothing may happen before a dashboard counts as standing; not part of the time."""
WATCH = """
window.bench = { busy: 0, asked: 0, last: 0 };
const touch = () => { window.bench.last = performance.now(); };
const fetched = window.fetch;
window.fetch = async (...given) => {
    window.bench.busy++; window.bench.asked++;
    try { return await fetched(...given); } finally { window.bench.busy--; touch(); }
};
const sent = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...given) {
    window.bench.busy++; window.bench.asked++;
    this.addEventListener("loadend", () => { window.bench.busy--; touch(); });
    return sent.apply(this, given);
};
new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
        window.bench.last = Math.max(window.bench.last, task.startTime + task.duration);
    }
}).observe({ type: "longtask", buffered: true });
"""
STANDS = """(quiet) => window.bench && !window.bench.busy && document.querySelector(".o-figure canvas")
    && performance.now() - window.bench.last > quiet && window.bench.last"""


def run(settings, options, report):
    """Grow the demo library, then open each dashboard a few times.

    :param options: `addons` is the folder that holds library_crm, `rounds` how often each is opened at most
    """
    settings.cache.mkdir(parents=True, exist_ok=True)
    copy_template(settings, DATABASE)
    try:
        boards = ask_process(settings, "benchmarks.dashboards", "prepare", DATABASE, options.addons, CASES)
        with PortalServer(settings, DATABASE, options.addons, settings.cache / "dashboards.log") as server:
            server.wait()
            _open_all(f"http://127.0.0.1:{server.port}", boards, min(options.rounds, MOST_ROUNDS), report)
    finally:
        drop(settings, DATABASE)


def _open_all(address, boards, rounds, report):
    """Open each dashboard once to warm up what a library warms up on its first day, then `rounds` times."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH)
        _log_in(page, address)
        for name, number in boards:
            _open(page, address, number)
            times = [_open(page, address, number) for _round in range(rounds)]
            board = f"dashboard {name}, {CASES:,} cases"
            report.add(Figure(f"{board}: median of {rounds} openings", statistics.median(times), MOST_MS, "limit", 1.0))
            report.add(Figure(f"{board}: slowest", max(times), MOST_MS, "limit"))
        chromium.close()


def _log_in(page, address):
    page.goto(f"{address}/web/login")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", LOGIN)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar", timeout=120_000)


def _open(page, address, number):
    """Milliseconds until the last figure of one dashboard stands."""
    faults = []

    def judge(response):
        if response.status >= 400 or ("call_kw" in response.url and '"error":' in response.text()[:200]):
            faults.append(f"{response.url}: {response.status}")

    page.on("response", judge)
    page.goto("about:blank")
    page.goto(f"{address}/odoo/dashboards?dashboard_id={number}", wait_until="commit")
    last = page.wait_for_function(STANDS, arg=QUIET_MS, timeout=60_000, polling=50).json_value()
    page.remove_listener("response", judge)
    if faults:
        raise BenchmarkError(f"a dashboard met an error: {faults[0]}")
    # one frame to be painted
    return last + 16


def prepare(env, cases):
    """Load the demo library, grow it, and leave the database as a quiet night would.

    :return: [name, id] of the dashboards that a manager sees
    """
    from odoo.modules.module import get_module_path
    from odoo.tools.convert import convert_file

    # bundles of the template belong to its file store, which a copied database has not
    env["ir.attachment"].search([("url", "=like", "/web/assets/%")]).unlink()
    with open(f"{get_module_path('library_crm')}/__manifest__.py", encoding="utf-8") as manifest:
        for name in ast.literal_eval(manifest.read())["demo"]:
            convert_file(env, "library_crm", name, {}, mode="init", noupdate=True)
    missing = cases - env["library.case"].with_context(active_test=False).search_count([])
    started = time.monotonic()
    env["library.demo.history"]._fill(missing, MONTHS, PATRONS)
    print(f"{missing} cases filled in {time.monotonic() - started:.0f} s", file=sys.stderr)
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False
    group = env.ref("library_crm.library_dashboard_group")
    manager = env["res.users"].search([("login", "=", LOGIN)])
    return [
        (board.name, board.id) for board in
        env["spreadsheet.dashboard"].with_user(manager).search([("dashboard_group_id", "=", group.id)])
    ]


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": prepare}, installs=True)

"""`make lint`, `make test`, and the programs of benchmarks/ and tests/ that want the same machine."""

import contextlib
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from . import database, docs, environment, postgres, prepared, public_data
from . import lint as linters
from .machine import Machine
from .odoo_run import QUIET, free_port
from .places import ADDON, REPOSITORY, locked, logs
from .results import Counts, complaints, failures_text, odoo_tests
from .shell import Problem, run_logged, say, step, tail

# tests that may be skipped, each with its reason; anything else that is skipped fails the run
ALLOWED_SKIPS = {}
# the tests from outside that spend their time in Chromium; the others run beside them
JOURNEYS = ("tests/test_journey_*.py",)
IN_BROWSER = ("tests/test_accessibility.py", "tests/test_desk_bar.py", "tests/test_portal_browser.py")
LANGUAGES = {"en_US": "English", "zh_CN": "simplified Chinese", "zh_TW": "traditional Chinese"}


class Report:
    """What each part of a run brought, and how long it took."""

    def __init__(self):
        self.parts = []
        self.begun = time.monotonic()

    def add(self, name, counts, seconds):
        """Remember a part and say how it went."""
        self.parts.append((name, counts, seconds))
        say(f"   {name}: {counts.line} ({seconds:.0f} s)")

    def measure(self, name, function, *arguments, **options):
        """Run a part; a problem in it is its failure, the other parts still run."""
        step(name)
        begun = time.monotonic()
        try:
            counts = function(*arguments, **options)
        except Problem as problem:
            say(str(problem))
            counts = Counts(failed=1, failures=[problem.what])
        self.add(name, counts, time.monotonic() - begun)

    def finish(self):
        """Print the table and the last line; return the exit code."""
        total = sum((counts for _name, counts, _seconds in self.parts), Counts())
        say("\n{:<28}{:>8}{:>8}{:>8}{:>9}".format("part", "passed", "failed", "skipped", "seconds"))
        for name, counts, seconds in self.parts:
            say(f"{name:<28}{counts.passed:>8}{counts.failed:>8}{counts.skipped:>8}{seconds:>9.0f}")
        say(f"{'together':<55}{time.monotonic() - self.begun:>6.0f}")
        for name in total.failures:
            say(f"FAILED   {name}")
        surprising = [name for name in total.skips if not any(allowed in name for allowed in ALLOWED_SKIPS)]
        for name in total.skips:
            say(f"SKIPPED  {name}")
        if surprising:
            say("Skipped tests fail the run: make them run, or name them in tools/check.py with the reason.")
        say(total.line)
        return 1 if total.failed or surprising or not total.passed else 0


def lint():
    """All linters."""
    report = Report()
    with _machine() as machine:
        _lint(machine, report)
    return report.finish()


def test():
    """Everything: linters, installation without a warning, the addon's tests, the tests from outside.

    The addon is installed once. Then three parts at a time run side by side, each with databases, ports and mail
    servers of its own: a test spends half its time in waiting for a page, a mail or a disk.
    """
    report = Report()
    with _machine() as machine:
        environ = {**machine.environ(), "LIBRARY_CRM_KEEP_DATABASES": "1"}
        step("installing library_crm, without and with its demo library")
        ready = prepared.prepare(machine, environ)

        def lint_and_addon():
            _lint(machine, report, ready["addon"])
            report.measure("documentation", docs.check, machine)
            report.measure("installation", _installation, machine, ready["demo"])
            report.measure("tests of the addon", _addon_tests, machine, ready["addon"])

        def journeys(lang):
            report.measure(f"journeys, {LANGUAGES[lang]}", linters.python_tests, machine, f"journeys-{lang}",
                           *_files(JOURNEYS), env={**environ, "LIBRARY_CRM_JOURNEYS": lang}, echo=True)

        def browse():
            report.measure("other tests in the browser", linters.python_tests, machine, "browser",
                           *_files(IN_BROWSER), env=environ, echo=True)

        def outside():
            left_out = ["tests/test_layers.py", *_files((*JOURNEYS, *IN_BROWSER))]
            report.measure("tests from outside", linters.python_tests, machine, "outside", "tests",
                           *(f"--ignore={name}" for name in left_out), env=environ, echo=True)

        # the longest first, so that no part is left alone at the end
        parts = [(lint_and_addon,), (outside,), *((journeys, lang) for lang in LANGUAGES), (browse,)]
        with ThreadPoolExecutor(max_workers=3) as lanes:
            for lane in [lanes.submit(*part) for part in parts]:
                lane.result()
    return report.finish()


def bench():
    """Measure everything, or what $BENCH names."""
    return _program("benchmarks", *os.environ.get("BENCH", "").split())


def bench_mining():
    """Hold the library's forecasts and groups against published figures; needs no Odoo and no database."""
    with locked():
        python = environment.environment(tests=True)
    return subprocess.call(
        [str(python), "-m", "benchmarks.mining"], env={**os.environ, "OMP_NUM_THREADS": "1"}, cwd=REPOSITORY)


def bench_retrieval():
    """Hold the search index against BM25 and TF-IDF, on public questions in English and Chinese."""
    return _program("benchmarks.retrieval", LIBRARY_CRM_FAQ=str(public_data.faq()))


def screenshots():
    """Take the pictures of the documentation."""
    return _program("tests.screenshots")


def _program(module, *arguments, **environ):
    with _machine() as machine:
        return subprocess.call(
            [str(machine.python), "-m", module, *arguments], env={**machine.environ(), **environ}, cwd=REPOSITORY)


@contextlib.contextmanager
def _machine():
    """A machine for tests; afterwards PostgreSQL stops unless somebody else uses it."""
    machine = Machine(tests=True)
    try:
        database.drop_abandoned(machine.server)
        yield machine
    finally:
        postgres.stop_if_idle(machine.server)


# Parts of make test ------------------------------------------------------------------------------------------------

def _lint(machine, report, ready=None):
    begun = time.monotonic()
    step("linters")
    for name, counts in linters.everything(machine, ready):
        report.add(name, counts, time.monotonic() - begun)
        begun = time.monotonic()


def _installation(machine, ready):
    """The addon was installed with demo data, and is updated over itself: neither may say a warning.

    Nothing but our addon is installed in these databases, so each warning in their logs is ours.
    """
    odoo = machine.odoo
    name = database.passing("install")
    told = {"installation": ready.log}
    try:
        ready.copy(odoo.server, name)
        told["update"] = odoo.install(name, [ADDON], update=True, label="test-update").read_text(errors="replace")
    finally:
        database.drop(odoo.server, name)
    counts = Counts()
    for what, log in told.items():
        lines = complaints(log)
        for line in lines:
            say(line)
        counts += Counts.check(f"the log of the {what} has {len(lines)} warnings", not lines)
    return counts


def _addon_tests(machine, ready):
    """All are of the kind that runs when everything is installed (tests/test_layers.py sees to it)."""
    odoo = machine.odoo
    name = database.passing("test")
    log = logs() / "addon-tests.log"
    try:
        ready.copy(odoo.server, name)
        run_logged(
            odoo.command(name, "--stop-after-init", "--test-tags", f"/{ADDON}", f"--http-port={free_port()}", *QUIET,
                         port=8069),
            log, env=odoo.environ, cwd=REPOSITORY)
    finally:
        database.drop(odoo.server, name)
    counts = odoo_tests(log.read_text(errors="replace"))
    if counts.failed:
        say(f"   the whole log: {log}")
        say(failures_text(log.read_text(errors="replace")) or tail(log))
    return counts


def _files(patterns):
    """The files of tests that patterns name, as pytest wants them."""
    return sorted(str(path.relative_to(REPOSITORY)) for name in patterns for path in REPOSITORY.glob(name))

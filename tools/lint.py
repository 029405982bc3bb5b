"""The linters: ruff, pylint-odoo, Odoo's own test_lint and the layer test."""

import os

from . import database
from .odoo_run import QUIET, free_port
from .places import ADDON, REPOSITORY, logs
from .results import Counts, failures_text, odoo_tests, pytest_tests
from .shell import run_logged, say, tail

# eslint comes from npm, which this machine does without; test_l10n looks at localisations, of which there are none
NOT_RUN = ("-/test_lint:TestESLint", "-/test_lint:L10nLinter")


# rules of pylint-odoo that the house does not follow, each with its reason
NOT_OURS = {
    "missing-readme": "it lies at the root of the repository; `make dist` puts it into the packages",
    "consider-merging-classes-inherited": "a room extends the models of lower rooms in files of its own",
    "prefer-env-translation": "`_ = self.env._` is the same, said once in a method with many texts",
    "context-overridden": "`with_context(self.env.context)` gives a record back as it was asked for",
}
NOT_IN_TESTS = {
    "translation-required": "nobody translates the texts of tests",
    "odoo-addons-relative-import": "tests name the code as others see it",
}


def everything(machine, ready=None):
    """Run all linters; yield the name and the counts of each.

    :param ready: a prepared database with the addon; without it one is installed
    """
    yield "ruff", _tool(machine, "ruff", "check", "--no-cache", *_python_folders())
    yield "pylint-odoo", _pylint(machine)
    yield "layers", python_tests(machine, "layers", "--noconftest", "tests/test_layers.py")
    yield "Odoo's test_lint", _core_lint(machine, ready)


def _pylint(machine):
    """pylint-odoo without what contradicts the house; code that does not know Odoo is left to ruff."""
    command = ["pylint", "--rcfile=pyproject.toml", "-j", str(os.cpu_count() or 1)]
    everywhere = ",".join(NOT_OURS)
    code = _tool(machine, *command, f"--disable={everywhere}", f"--ignore-paths=^{ADDON}/(tests|lib|connectors)/",
                 ADDON)
    tests = _tool(machine, *command, f"--disable={everywhere},{','.join(NOT_IN_TESTS)}", f"{ADDON}/tests",
                  log="pylint-tests")
    return code + tests


def _python_folders():
    return [name for name in (ADDON, "tools", "tests", "benchmarks") if (REPOSITORY / name).is_dir()]


def _tool(machine, program, *arguments, log=None):
    """One linter of the environment: it is content or it is not."""
    log = logs() / f"{log or program}.log"
    code = run_logged([machine.python.parent / program, *arguments], log, env=machine.odoo.environ, cwd=REPOSITORY)
    if code:
        say(tail(log, 60))
    return Counts.check(program, not code)


def python_tests(machine, name, *arguments, env=None, echo=False):
    """Run pytest from the root of the repository and count."""
    result = logs() / f"{name}.xml"
    result.unlink(missing_ok=True)
    log = logs() / f"{name}.log"
    code = run_logged(
        [machine.python, "-m", "pytest", "-p", "no:cacheprovider", f"--junit-xml={result}", *arguments], log,
        env=env or machine.odoo.environ, cwd=REPOSITORY, echo=echo)
    counts = pytest_tests(result)
    if code and not echo:
        say(tail(log, 60))
    if code and not counts.failed:
        counts += Counts(failed=1, failures=[f"pytest ended with code {code}, see {log}"])
    return counts


def _core_lint(machine, ready):
    odoo = machine.odoo
    name = database.passing("lint")
    log = logs() / "test_lint.log"
    try:
        if ready:
            ready.copy(odoo.server, name)
        else:
            database.create(odoo.server, name, database.template(odoo))
            odoo.install(name, [ADDON])
        # tests look whether the port is free even where nothing is served
        command = odoo.command(
            name, "-u", database.LINT_MODULE, "--stop-after-init", "--no-http", f"--http-port={free_port()}", *QUIET,
            "--test-tags", ",".join([f"/{database.LINT_MODULE}", *NOT_RUN]))
        # the same interpreter and arguments, with our start instead of `-m odoo`
        command[1:3] = [str(REPOSITORY / "tools" / "core_lint.py"), ADDON]
        run_logged(command, log, env=odoo.environ, cwd=REPOSITORY)
    finally:
        database.drop(odoo.server, name)
    counts = odoo_tests(log.read_text(errors="replace"))
    if counts.failed:
        say(failures_text(log.read_text(errors="replace")) or tail(log))
    return counts

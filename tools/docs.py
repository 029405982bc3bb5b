"""`make docs`, `make docs-links`, and the part of `make test` that holds the documentation."""

import shutil
from concurrent.futures import ThreadPoolExecutor

from . import doc_links, environment
from .places import REPOSITORY, cache, locked, logs
from .results import Counts
from .shell import Problem, run_logged, say, tail

TARGET = REPOSITORY / "build" / "docs"


def docs():
    """Build the documentation and say where it lies."""
    log = _build(_python(), TARGET)
    if log:
        raise Problem("The documentation has warnings.", "mend what the lines above name.", tail(log, 15))
    say(f"{TARGET.relative_to(REPOSITORY)}/index.html")


def docs_links():
    """Ask every address outside that the documentation leads to; the only part that needs the internet."""
    folder = cache() / "docs"
    _build(_python(), folder)
    addresses = doc_links.outside(folder)
    with ThreadPoolExecutor(max_workers=8) as askers:
        answers = dict(zip(addresses, askers.map(doc_links.fetch, addresses), strict=True))
    for address, problem in answers.items():
        say(f"{'FAILED ' if problem else 'ok     '} {address}  {problem}".rstrip())
    return 1 if any(answers.values()) else 0


def check(machine):
    """Count: it builds without a warning, the read-me is good RST, nothing points to what is not there."""
    folder = cache() / "docs"
    log = _build(machine.python, folder)
    if log:
        say(tail(log, 40))
    counts = Counts.check("the documentation builds without a warning", not log)
    counts += Counts.check("README.rst is good RST", _is_good_rst(machine.python, REPOSITORY / "README.rst"))
    for name, found in (
        ("what the texts name", doc_links.broken_in_sources(REPOSITORY)),
        ("the links of the pages", doc_links.broken_in_html(folder)),
    ):
        for line in found:
            say(f"   {line}")
        counts += Counts.check(f"{name}: {len(found)} lead nowhere", not found)
    return counts


def _python():
    with locked():
        return environment.environment(tests=True)


def _build(python, target):
    """Build all pages anew, every warning and unknown reference an error; the log where there were any."""
    shutil.rmtree(target, ignore_errors=True)
    log = logs() / "sphinx.log"
    command = [python, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", "-E", "-d", cache() / "doctrees", "-b", "html",
               REPOSITORY / "docs", target]
    return log if run_logged(command, log, cwd=REPOSITORY) else None


def _is_good_rst(python, path):
    """Whether docutils has nothing to say about a page that stands outside docs/."""
    log = logs() / "docutils.log"
    command = [python, "-m", "docutils", "--report=2", "--exit-status=2", "--writer=null", path]
    code = run_logged(command, log, cwd=REPOSITORY)
    if code:
        say(tail(log))
    return not code

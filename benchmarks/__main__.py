"""``python -m benchmarks``: see the package's documentation."""

import argparse
import sys
from pathlib import Path

from . import (
    answered,
    campaign,
    clock,
    dashboards,
    desk,
    next_step,
    nightly,
    patron_import,
    patron_page,
    reports,
    search,
    usage_load,
    xlsx,
)
from .report import Report
from .settings import REPOSITORY, RESULTS, BenchmarkError, read_settings


def imports(settings, options, report):
    """Both imports: who the patrons are, and how they use the library."""
    patron_import.run(settings, options, report)
    usage_load.run(settings, options, report)


def outreach(settings, options, report):
    """What the library says on its own initiative."""
    campaign.run(settings, options, report)
    next_step.run(settings, options, report)


SUITES = {
    "desk": desk.run, "patron_page": patron_page.run, "answered": answered.run, "imports": imports,
    "nightly": nightly.run, "clock": clock.run, "search": search.run,
    "outreach": outreach, "dashboards": dashboards.run, "xlsx": xlsx.run,
    "reports": reports.run,
}  # fmt: skip
ALL = "all"


def main(arguments=None):
    """Run one suite or all; the exit code is 1 if a figure fails or nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=[ALL, *SUITES], default=ALL)
    parser.add_argument("--rounds", type=int, default=20, help="measured rounds of each operation (default 20)")
    parser.add_argument("--afresh", action="store_true", help="fill the databases again, whatever is there")
    parser.add_argument("--only", default="", help="comma separated operations of the desk; no results are written")
    parser.add_argument(
        "--addons", type=Path, default=REPOSITORY, help="folder with the library_crm to measure (default: this one)"
    )
    options = parser.parse_args(arguments)
    suites = list(SUITES) if options.suite == ALL else [options.suite]
    return max([_run(suite, options) for suite in suites])


def _run(suite, options):
    """Run one suite and write its figures down; its exit code."""
    print(f"== {suite}", flush=True)
    report = Report(suite)
    try:
        SUITES[suite](read_settings(), options, report)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    if not options.only:
        print(f"written to {report.write(RESULTS)}")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())

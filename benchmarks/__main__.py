"""``python -m benchmarks``: see the package's documentation."""

import argparse
import sys
from pathlib import Path

from . import desk
from .report import Report
from .settings import REPOSITORY, RESULTS, BenchmarkError, read_settings

SUITES = {"desk": desk.run}


def main(arguments=None):
    """Run one suite; the exit code is 1 if a figure fails or nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=sorted(SUITES), default="desk")
    parser.add_argument("--rounds", type=int, default=20, help="measured rounds of each operation (default 20)")
    parser.add_argument("--afresh", action="store_true", help="fill the databases again, whatever is there")
    parser.add_argument("--only", default="", help="comma separated operations; nothing is written to results")
    parser.add_argument(
        "--addons", type=Path, default=REPOSITORY, help="folder with the library_crm to measure (default: this one)"
    )
    options = parser.parse_args(arguments)
    report = Report(options.suite)
    try:
        SUITES[options.suite](read_settings(), options, report)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    if not options.only:
        print(f"written to {report.write(RESULTS)}")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())

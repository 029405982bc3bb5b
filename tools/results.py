"""Counting tests, and judging logs: what is ours, what is a warning."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<text>.*)$")
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
# docutils writes to standard error, past the logging
DOCUTILS = re.compile(r"^\S*:\d+: \((WARNING|ERROR|SEVERE)/\d\)")
BAD = ("WARNING", "ERROR", "CRITICAL")


@dataclass
class Counts:
    """How many checks passed, failed and were skipped, and the names of those that did not pass."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = field(default_factory=list)
    skips: list = field(default_factory=list)

    def __add__(self, other):
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped,
                      self.failures + other.failures, self.skips + other.skips)

    @property
    def total(self):
        """Checks that were looked at."""
        return self.passed + self.failed + self.skipped

    @property
    def line(self):
        """The line that ends `make test`."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    @classmethod
    def check(cls, name, good):
        """One check that is either good or not."""
        return cls(passed=1) if good else cls(failed=1, failures=[name])


def odoo_tests(log):
    """Count the tests in the text of an Odoo log.

    Odoo says at the end how many tests ran and failed; skipped ones are among those that ran and have a line each. No
    such summary, or a summary of no tests, counts as a failure: nothing was tested.
    """
    lines = [match for match in map(LINE.match, log.splitlines()) if match]
    skips = {match["text"] for match in lines if match["text"].startswith("skipped ")}
    summaries = SUMMARY.findall(log)
    if not summaries:
        return Counts(failed=1, failures=["Odoo ended before its tests did"])
    failed = sum(int(failures) + int(errors) for failures, errors, _total in summaries)
    total = sum(int(total) for _failures, _errors, total in summaries)
    if not total and not failed:
        return Counts(failed=1, failures=["no test of the addon was found"])
    names = {match["text"] for match in lines
             if match["level"] == "ERROR" and re.match(r"(FAIL|ERROR): ", match["text"])}
    return Counts(max(total - failed - len(skips), 0), failed, len(skips), sorted(names), sorted(skips))


def failures_text(log, longest=400):
    """The failing tests in the text of an Odoo log with their tracebacks, at most `longest` lines."""
    shown, showing = [], False
    for line in log.splitlines():
        match = LINE.match(line)
        if match:
            showing = match["level"] in ("ERROR", "CRITICAL")
        if showing:
            shown.append(match["text"] if match else line)
    return "\n".join(shown[:longest])


def pytest_tests(path):
    """Count the tests in a JUnit file of pytest; no file or an empty one counts as a failure."""
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        return Counts(failed=1, failures=[f"pytest left no result: {error}"])
    counts = Counts()
    for case in cases:
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            counts += Counts(failed=1, failures=[name])
        elif case.find("skipped") is not None:
            counts += Counts(skipped=1, skips=[f"{name}: {case.find('skipped').get('message')}"])
        else:
            counts += Counts(passed=1)
    return counts if counts.total else Counts(failed=1, failures=["pytest found no test"])


def complaints(log, ours=None):
    """Lines of an Odoo log that are warnings or worse.

    :param ours: None takes all of them: right for a log in which nothing but our addon was installed. A word, such as
        `library_crm`, takes those whose logger or text has it, or names one of our models (`library.<noun>`).
    """
    found = []
    for line in log.splitlines():
        match = LINE.match(line)
        if not (match and match["level"] in BAD) and not DOCUTILS.match(line):
            continue
        said = f"{match['logger']}: {match['text']}" if match else line
        if ours is None or re.search(rf"\b{ours}\b|\blibrary\.[a-z]", said):
            found.append(line)
    return found

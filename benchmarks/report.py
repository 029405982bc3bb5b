"""One line a figure, on screen and in a file that stays."""

import os
import platform
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A figure of ours beside another and the bar it has to reach.

    >>> print(Figure("list", 20.0, 85.0, peer="helpdesk_mgmt", bar=0.5))
    list | 20.0 ms | helpdesk_mgmt 85.0 ms | 0.24 | <= 0.50 | pass
    >>> print(Figure("list", 60.0, 85.0, peer="helpdesk_mgmt", bar=0.5))
    list | 60.0 ms | helpdesk_mgmt 85.0 ms | 0.71 | <= 0.50 | FAIL
    >>> print(Figure("queries", 25, 18, peer="helpdesk_mgmt", unit="queries"))
    queries | 25 queries | helpdesk_mgmt 18 queries | 1.39 | info | pass
    """

    name: str
    ours: float
    theirs: float
    peer: str
    bar: float | None = None
    unit: str = "ms"
    digits: int = field(default=1, repr=False)

    @property
    def ratio(self):
        """Ours by theirs; a peer that needs nothing cannot be beaten.

        >>> Figure("x", 1, 0, peer="y").ratio, Figure("x", 0, 0, peer="y").ratio
        (inf, 1.0)
        """
        if not self.theirs:
            return float("inf") if self.ours else 1.0
        return self.ours / self.theirs

    @property
    def passed(self):
        """Whether the bar is reached; a figure without a bar only informs."""
        return self.bar is None or self.ratio <= self.bar

    def _number(self, value):
        """
        >>> Figure("x", 1, 2, peer="y")._number(3), Figure("x", 1, 2, peer="y")._number(3.14)
        ('3', '3.1')
        """
        return str(value) if isinstance(value, int) else f"{value:.{self.digits}f}"

    def __str__(self):
        columns = (
            self.name,
            f"{self._number(self.ours)} {self.unit}",
            f"{self.peer} {self._number(self.theirs)} {self.unit}",
            f"{self.ratio:.2f}",
            "info" if self.bar is None else f"<= {self.bar:.2f}",
            "pass" if self.passed else "FAIL",
        )
        return " | ".join(columns)


HEADER = "name | ours | beside what | ratio | bar | pass"


@dataclass
class Report:
    """Collects figures, prints each as it comes and writes all of them to a file.

    >>> report = Report("example", say=print)
    >>> report.add(Figure("form", 8.0, 33.0, peer="helpdesk_mgmt", bar=0.5))
    name | ours | beside what | ratio | bar | pass
    form | 8.0 ms | helpdesk_mgmt 33.0 ms | 0.24 | <= 0.50 | pass
    >>> report.exit_code
    0
    >>> report.add(Figure("list", 60.0, 85.0, peer="helpdesk_mgmt", bar=0.5))
    list | 60.0 ms | helpdesk_mgmt 85.0 ms | 0.71 | <= 0.50 | FAIL
    >>> report.exit_code
    1
    >>> Report("nothing measured").exit_code
    1
    """

    name: str
    say: callable = lambda line: print(line, flush=True)  # noqa: E731
    figures: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    header: str = HEADER

    def add(self, figure):
        """Keep `figure` and print its line."""
        if not self.figures:
            self.say(self.header)
        self.figures.append(figure)
        self.say(str(figure))

    def note(self, line):
        """Keep a line that explains the figures."""
        self.notes.append(line)

    @property
    def exit_code(self):
        """0 if there are figures and all of them reach their bars."""
        return 0 if self.figures and all(figure.passed for figure in self.figures) else 1

    def write(self, folder, now=None):
        """Write ``<folder>/<name>.txt`` and return its path."""
        now = now or datetime.now(timezone.utc)
        lines = [f"{self.name}, {now:%Y-%m-%d %H:%M} UTC, {describe_machine()}", *self.notes, ""]
        lines += [self.header, *map(str, self.figures)]
        path = Path(folder) / f"{self.name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


def describe_machine():
    """The machine in one line: it explains absolute figures, ratios need it less."""
    return f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}, Python {platform.python_version()}"

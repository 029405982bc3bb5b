"""Reads an Odoo server's log for what should not be in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): ")
TROUBLE = ("WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class Entry:
    """One record of the log with all its lines."""

    level: str
    logger: str
    text: str

    @property
    def is_trouble(self) -> bool:
        """A warning or worse, or a traceback on any level."""
        return self.level in TROUBLE or "Traceback (most recent call last)" in self.text

    def __str__(self) -> str:
        return self.text


class OdooLog:
    """The log file, and how far it was read."""

    def __init__(self, path: Path):
        self.path = path
        self._mark = 0

    def mark(self) -> None:
        """Forget what was logged so far."""
        self._mark = self.path.stat().st_size if self.path.exists() else 0

    def since_mark(self) -> str:
        """What was logged since the mark."""
        if not self.path.exists():
            return ""
        with self.path.open("rb") as file:
            file.seek(self._mark)
            return file.read().decode("utf-8", "replace")

    def tail(self, lines: int = 100) -> str:
        """The last lines."""
        text = self.path.read_text(errors="replace") if self.path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def entries(self) -> list[Entry]:
        """Records since the mark."""
        return parse(self.since_mark())

    def trouble(self, allow: Iterable[str] = ()) -> list[Entry]:
        """Warnings, errors and tracebacks since the mark.

        :param allow: regular expressions of records that may be there
        """
        allowed = [re.compile(pattern) for pattern in allow]
        found = [entry for entry in self.entries() if entry.is_trouble]
        return [entry for entry in found if not any(pattern.search(entry.text) for pattern in allowed)]


def parse(text: str) -> list[Entry]:
    """Cut a log into records; lines without a head belong to the record above them."""
    entries: list[Entry] = []
    for line in text.splitlines():
        head = ENTRY.match(line)
        if head:
            entries.append(Entry(head["level"], head["logger"], line))
        elif entries:
            last = entries[-1]
            entries[-1] = Entry(last.level, last.logger, f"{last.text}\n{line}")
        else:
            entries.append(Entry("INFO", "", line))
    return entries

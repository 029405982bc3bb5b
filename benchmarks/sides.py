"""The two sides as the benchmark drives them: a prepared database and a worker process each."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import databases, meters, peer
from .settings import REPOSITORY, BenchmarkError

_HERE = Path(__file__).resolve().parent
# what decides how a database is filled
_FILLERS = ["facts.py", "populate.py", "texts.py", "databases.py", "worker.py"]


@dataclass
class Side:
    """One side: `name` is "ours" or "theirs"; `portal_record` matches the address of a record on `portal_page`."""

    name: str
    label: str
    addons: Path
    sources: list
    portal_page: str
    portal_record: str
    process: subprocess.Popen = None

    @property
    def database(self):
        """The side's database."""
        return f"{databases.PREFIX}{self.name}"

    def prepare(self, settings, log, afresh=False):
        """Make sure that the database is installed and filled from exactly these sources.

        :return: whether it had to be made
        """
        mark = f"{settings.template} {databases.fingerprint(self.sources)}"
        if not afresh and databases.is_prepared(settings, self.database, mark):
            return False
        databases.copy_template(settings, self.database)
        with log.open("w") as stream:
            done = subprocess.run(self._command(settings, "prepare"), env=settings.environment(), stderr=stream)
        if done.returncode:
            raise BenchmarkError(f"{self.label}: the database could not be filled; see {log}\n{_tail(log)}")
        databases.mark_prepared(settings, self.database, mark)
        return True

    def start(self, settings, log):
        """Start the worker and wait until it can be asked."""
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                self._command(settings, "serve"), env=settings.environment(), stderr=stream,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        self._read(log)

    def cost_of(self, operation, number, log):
        """Let the worker do `operation`; returns a :class:`meters.Sample`."""
        self.process.stdin.write(json.dumps({"operation": operation, "number": number}) + "\n")
        self.process.stdin.flush()
        return meters.Sample(**self._read(log))

    def stop(self):
        """End the worker, which reads until its input is closed."""
        if self.process:
            self.process.stdin.close()
            self.process.wait()

    def _read(self, log):
        line = self.process.stdout.readline()
        if not line:
            raise BenchmarkError(f"{self.label}: the worker ended; its last words are in {log}\n{_tail(log)}")
        return json.loads(line)

    def _command(self, settings, task):
        return [settings.python, "-m", "benchmarks.worker", self.name, self.database, str(self.addons), task]


def _tail(path, lines=15):
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def our_side(addons=REPOSITORY):
    """Our side, from the folder `addons`, nothing started yet."""
    fillers = [_HERE / name for name in _FILLERS]
    return Side(
        "ours", "library_crm", addons, [addons / "library_crm", *fillers, _HERE / "our_side.py"],
        "/my/cases?filterby=all", r'href="/my/cases/(\d+)',
    )


def both_sides(settings, addons=REPOSITORY):
    """Our side, from the folder `addons`, and the peer's, nothing started yet; brings the peer."""
    brought = peer.bring(settings)
    fillers = [_HERE / name for name in _FILLERS]
    theirs = Side(
        "theirs", brought.label, brought.addons, [brought.addons, *fillers, _HERE / "peer_side.py"],
        "/my/tickets", r'href="/my/ticket/(\d+)',
    )
    return our_side(addons), theirs

"""CPU time of this process and of PostgreSQL's, and how two sides are measured in turn."""

import gc
import os
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """The cost of one operation, times in milliseconds, and how many records it showed."""

    python: float
    postgres: float
    wall: float
    queries: int = 0
    shown: int = 0

    @property
    def cpu(self):
        """CPU time of Python and PostgreSQL together."""
        return self.python + self.postgres

    as_dict = asdict


def median(samples):
    """The median of each cost.

    >>> median([Sample(1.0, 1.0, 3.0, 7), Sample(2.0, 2.0, 9.0, 7), Sample(9.0, 9.0, 5.0, 8)])
    Sample(python=2.0, postgres=2.0, wall=5.0, queries=7, shown=0)
    """
    def middle(cost):
        return statistics.median(getattr(sample, cost) for sample in samples)

    times = [middle(cost) for cost in ("python", "postgres", "wall")]
    return Sample(*times, round(middle("queries")), round(middle("shown")))


def in_turn(sides, rounds, warm_up, measure):
    """Measure each of `sides` `rounds` times, alternating, the order turned each round.

    :param measure: function of (side, number of the round) that returns a :class:`Sample`
    :return: the median :class:`Sample` of each side

    >>> seen = []
    >>> medians = in_turn("ab", 2, 1, lambda side, number: seen.append(side + str(number)) or Sample(1, 1, 1))
    >>> seen
    ['a0', 'b0', 'b1', 'a1', 'a2', 'b2']
    >>> sorted(medians)
    ['a', 'b']
    """
    samples = {side: [] for side in sides}
    for number in range(warm_up + rounds):
        for side in reversed(sides) if number % 2 else sides:
            sample = measure(side, number)
            if number >= warm_up:
                samples[side].append(sample)
    return {side: median(found) for side, found in samples.items()}


def backend_cpu(pid):
    """CPU seconds of the PostgreSQL backend `pid` so far, or None where it cannot be seen."""
    try:
        # nanoseconds on a CPU; `stat` counts hundredths of a second, too coarse for one query
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError, ValueError):
        return None


def process_cpu(pid):
    """CPU seconds of the process `pid` so far, all its threads, ended ones too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(work, cursor):
    """Run `work`, flush what it left to write, and say what it cost.

    :param work: function that returns how many records it showed, or None
    :param cursor: Odoo cursor that `work` uses
    """
    gc.collect()
    pid = cursor.connection.get_backend_pid()
    backend, queries = backend_cpu(pid), cursor.sql_log_count
    wall, python = time.perf_counter(), time.process_time()
    shown = work()
    cursor.flush()
    python, wall = time.process_time() - python, time.perf_counter() - wall
    # where the backend cannot be seen (another machine), all waiting counts as PostgreSQL's work
    postgres = max(wall - python, 0) if backend is None else backend_cpu(pid) - backend
    return Sample(python * 1000, postgres * 1000, wall * 1000, cursor.sql_log_count - queries, shown or 0)

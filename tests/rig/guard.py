"""Cleans up after the tests even if they are killed.

Every part of the rig leaves the commands that undo it with a small process of its own. When the tests end, by whatever
means, the pipe to that process closes and it runs what was not taken back, last first.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time

from .environment import REPOSITORY

_numbers = itertools.count(1)
_process: subprocess.Popen | None = None


def promise(*argv: object) -> int:
    """Have a command run when this process ends, unless it is taken back before.

    :return: a number to give to :func:`take_back`
    """
    number = next(_numbers)
    _tell({"number": number, "argv": [str(word) for word in argv]})
    return number


def take_back(number: int) -> None:
    """The part was stopped in good order: nothing is left to clean."""
    _tell({"number": number, "argv": None})


def promise_python(module: str, *argv: object) -> int:
    """Like :func:`promise`, for a module of the rig run as a script."""
    return promise(sys.executable, "-m", f"tests.rig.{module}", *argv)


def _tell(order: dict) -> None:
    global _process
    if _process is None or _process.poll() is not None:
        _process = subprocess.Popen(
            [sys.executable, "-m", "tests.rig.guard"],
            stdin=subprocess.PIPE,
            cwd=REPOSITORY,
            start_new_session=True,  # Ctrl-C must not reach it
            text=True,
        )
        atexit.register(_dismiss, _process)
    _process.stdin.write(json.dumps(order) + "\n")
    _process.stdin.flush()


def _dismiss(process: subprocess.Popen) -> None:
    with contextlib.suppress(OSError):
        process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(60)


def stop_group(pid: int, patience: float = 15) -> None:
    """End a process group: politely first, then for certain."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-pid, os.WNOHANG)
            try:
                os.killpg(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)


def _watch() -> None:
    promised: dict[int, list[str]] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if order["argv"]:
            promised[order["number"]] = order["argv"]
        else:
            promised.pop(order["number"], None)
    for number in sorted(promised, reverse=True):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(promised[number], timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    if sys.argv[1:2] == ["stop-group"]:
        stop_group(int(sys.argv[2]))
    else:
        _watch()

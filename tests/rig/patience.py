"""Waiting for what happens elsewhere, and doing things at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def eventually(look: Callable[[], Result], timeout: float = 15, what: str = "it") -> Result:
    """Look again and again until something true is seen, and return it.

    :raises AssertionError: if nothing true is seen in time; `what` says what was waited for
    """
    deadline = time.monotonic() + timeout
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout} s for {what}; last seen: {seen!r}")
        time.sleep(0.1)


def at_once(calls: Iterable[Callable[[], Result]]) -> list[Result | Exception]:
    """Make all calls at the same moment, each in a thread; an exception is a result like any other."""
    calls = list(calls)
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Exception:
        start.wait()
        try:
            return call()
        except Exception as error:  # the caller judges it
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))

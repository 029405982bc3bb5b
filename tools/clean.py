"""`make clean`: stop what runs and remove the cache."""

import contextlib
import os
import shutil

from . import postgres, serve
from .places import REPOSITORY, cache
from .shell import Problem, say


def clean():
    """Remove everything that was fetched or made, demo libraries included."""
    serve.stop_all()
    with contextlib.suppress(Problem):
        postgres.remove()
    folder = cache()
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("dist", ".pytest_cache", ".ruff_cache", ".hypothesis"):
        shutil.rmtree(REPOSITORY / name, ignore_errors=True)
    say(f"Removed {folder}.")
    if os.environ.get("PGHOST"):
        say(f"Databases of the PostgreSQL at {os.environ['PGHOST']} are left as they are.")

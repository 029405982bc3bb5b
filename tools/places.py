"""The cache folder: what is kept where in it, and the lock that lets one provisioning run at a time."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path

from .shell import Problem, say

REPOSITORY = Path(__file__).resolve().parent.parent
ADDON = "library_crm"


def cache():
    """The folder for everything that is fetched or made; created when missing."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(base).expanduser().absolute() / "library-crm"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"The cache folder {folder} cannot be made: {error.strerror}.",
                      "set XDG_CACHE_HOME to a folder that you may write to.") from error
    return folder


def database_folder(name):
    """Where the data directory, the log and the process id of the database `name` live."""
    return cache() / "databases" / name


def logs():
    """Where the logs of tests and builds go."""
    folder = cache() / "logs"
    folder.mkdir(exist_ok=True)
    return folder


def digest(*parts):
    """A short stable key of texts, and of the contents of files given as paths."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:12]


def folder_digest(folder):
    """A short key of all files below `folder`, their names and contents."""
    files = sorted(
        path for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc")
    return digest(*(item for path in files for item in (str(path.relative_to(folder)), path)))


@contextlib.contextmanager
def locked(name="provisioning"):
    """Hold the lock `name` of this cache; wait while another run holds it."""
    with (cache() / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"   another run is busy with {name} in {cache()}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield

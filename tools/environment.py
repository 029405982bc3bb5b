"""The private Python environment: exact versions, one folder for each set of them."""

import os
import shutil
import subprocess
import sys

from . import debian
from .places import REPOSITORY, cache, digest
from .shell import Problem, find_program, run, step, succeeds

SUPPORTED = ("3.10", "3.11", "3.12", "3.13")
LISTS = {False: ("requirements.txt",), True: ("requirements.txt", "requirements-test.txt")}


def base_python():
    """An interpreter of a supported version: the one that runs this, or another in PATH.

    :raises Problem: there is none
    """
    if "{}.{}".format(*sys.version_info) in SUPPORTED:
        return sys.executable
    for version in reversed(SUPPORTED):
        found = find_program(f"python{version}")
        if found:
            return str(found)
    raise Problem(f"Python {sys.version.split()[0]} is not supported.",
                  f"install one of Python {', '.join(SUPPORTED)} (Debian: apt-get install python3).")


def requirements_key(tests=False):
    """What tells one set of Python packages from another."""
    return digest(base_python(), run([base_python(), "-V"], what="python -V"),
                  *(REPOSITORY / name for name in LISTS[tests]))


def environment(tests=False):
    """The interpreter of the environment, made when it does not exist.

    :param tests: with what the tests and linters need
    :raises Problem: packages cannot be had
    """
    folder = cache() / "python" / f"{'test' if tests else 'run'}-{requirements_key(tests)}"
    python = folder / "bin" / "python"
    if (folder / ".complete").exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    step(f"making the Python environment ({' and '.join(LISTS[tests])})")
    _make(folder)
    # the lists name indirect requirements too; wheels only, so that no compiler is needed
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-q", "--no-deps",
               "--only-binary=:all:"]
    for name in LISTS[tests]:
        command += ["-r", REPOSITORY / name]
    run(command, what="Installing Python packages", env=_clean_environ(),
        advice="check that pip reaches its package index (pip config list), then start again.")
    (folder / ".complete").touch()
    return python


def _make(folder):
    """A virtual environment with pip; Debian keeps the parts for that in a package of its own."""
    base = base_python()
    if not succeeds([base, "-c", "import venv, ensurepip"]):
        version = run([base, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], what="python").strip()
        name = "python3-venv" if os.path.realpath(base) == os.path.realpath("/usr/bin/python3") else \
            f"python{version}-venv"
        debian.install([name], "virtual environments for Python")
    run([base, "-m", "venv", folder], what="Making the Python environment",
        advice="install the package python3-venv, or set PYTHON to a complete Python.")


def _clean_environ():
    """The environment without what would make pip install elsewhere."""
    return {name: value for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_REQUIRE_HASHES")}


def version_of(python):
    """`3.11` for an interpreter of Python 3.11."""
    return subprocess.run([str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                          capture_output=True, text=True, check=True).stdout.strip()

"""What the machine offers to the rig: where Odoo, its Python, PostgreSQL and Chromium are."""

from __future__ import annotations

import os
import random
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
# Below the kernel's range for outgoing connections (32768 and up), which could take a port before we do.
PORTS = range(20000, 32000)

_ports_taken: set[int] = set()


class RigError(Exception):
    """A part of the rig could not be started; the message says what to do."""


@dataclass(frozen=True)
class Environment:
    """Places named by the environment variables that `make test` sets."""

    odoo_home: Path  # folder that contains the package `odoo`
    python: Path  # interpreter of the virtual environment
    cache: Path  # folder that outlives a run
    template: str | None  # database with all dependencies installed, if there is one
    demo_template: str | None  # the same with their demo data, if there is one
    chromium: Path

    @property
    def addons_path(self) -> list[Path]:
        """Folders that Odoo searches for addons: core's own, a source checkout's, ours."""
        named = os.environ.get("LIBRARY_CRM_ADDONS_PATH")
        if named:
            return [Path(folder) for folder in named.split(",")]
        core = [self.odoo_home / "odoo" / "addons", self.odoo_home / "addons"]
        found = [path for path in core if (path / "web").is_dir() or (path / "base").is_dir()]
        return found + ([REPOSITORY] if self.has_addon else [])

    @property
    def has_addon(self) -> bool:
        """Whether the addon under test is there to be installed."""
        return (REPOSITORY / "library_crm" / "__manifest__.py").is_file()

    def filestores(self) -> list[Path]:
        """Folders that may hold the filestore of the template database."""
        data_home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        named = os.environ.get("LIBRARY_CRM_TEMPLATE_DATA")
        folders = [Path(named)] if named else []
        folders += [self.cache / "data", data_home / "Odoo"]
        return [folder / "filestore" for folder in folders]


@cache
def environment() -> Environment:
    """Read the environment variables.

    :raises RigError: if Odoo or Chromium is not where the variables say
    """
    odoo_home = os.environ.get("LIBRARY_CRM_ODOO")
    if not odoo_home or not (Path(odoo_home) / "odoo" / "release.py").is_file():
        raise RigError(
            "LIBRARY_CRM_ODOO must name the folder that contains the package 'odoo' 19. `make test` sets it for you."
        )
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    default_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "library-crm"
    return Environment(
        odoo_home=Path(odoo_home),
        python=Path(os.environ.get("LIBRARY_CRM_PYTHON") or sys.executable),
        cache=Path(os.environ.get("LIBRARY_CRM_CACHE") or default_cache),
        template=os.environ.get("LIBRARY_CRM_TEMPLATE_DB") or None,
        demo_template=os.environ.get("LIBRARY_CRM_DEMO_TEMPLATE_DB") or None,
        chromium=Path(chromium),
    )


def free_port() -> int:
    """A loopback port that nobody listens on and that this process has not handed out before."""
    for port in random.sample(PORTS, 200):
        if port in _ports_taken:
            continue
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        _ports_taken.add(port)
        return port
    raise RigError("No free port found between 20000 and 32000 in 200 attempts.")


def is_listening(port: int) -> bool:
    """Whether something on this machine accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def temporary_folder(prefix: str) -> Path:
    """A new folder that daemons running as other users may enter (pytest's own may not be entered)."""
    folder = Path(tempfile.mkdtemp(prefix=f"library-crm-{prefix}-"))
    folder.chmod(0o755)
    return folder


def as_root() -> list[str]:
    """Words to put before a command that needs root.

    :raises RigError: if we are neither root nor have sudo
    """
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo", "-n"]
    raise RigError("The mail servers must be started as root: run the tests as root or as a user with sudo.")

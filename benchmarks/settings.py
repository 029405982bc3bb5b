"""Where Odoo, PostgreSQL and the cache are, as the Makefile says it by environment variables."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RESULTS = REPOSITORY / "benchmarks" / "results"


class BenchmarkError(Exception):
    """Something the benchmark needs is not there or does not work; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """What a benchmark needs to know about this machine."""

    odoo: Path
    python: str
    cache: Path
    template: str
    host: str
    port: str
    user: str

    @property
    def core_addons(self):
        """The addons folders of this Odoo, a source checkout or an installed tree."""
        folders = [self.odoo / "addons", self.odoo / "odoo" / "addons"]
        return [folder for folder in folders if (folder / "base").is_dir() or (folder / "web").is_dir()]

    def connection(self, database):
        """Arguments for psycopg2."""
        found = {"dbname": database, "host": self.host, "port": self.port, "user": self.user}
        return {key: value for key, value in found.items() if value}

    def odoo_options(self, database, addons):
        """Command line options that make Odoo serve `database` with `addons` beside its own."""
        paths = ",".join(str(path) for path in [*self.core_addons, *addons])
        options = {
            "database": database,
            "addons-path": paths,
            "data-dir": self.cache / "data",
            "db_host": self.host,
            "db_port": self.port,
            "db_user": self.user,
        }
        return [f"--{key}={value}" for key, value in options.items() if value]

    def environment(self):
        """Environment for a process that imports Odoo."""
        python_path = [str(self.odoo), str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, python_path)),
            "OMP_NUM_THREADS": "1",
            "TZ": "UTC",
        }


def read_settings(environ=os.environ):
    """The settings of this run.

    :raise BenchmarkError: if a variable is missing
    """
    missing = [name for name in ("LIBRARY_CRM_ODOO", "LIBRARY_CRM_TEMPLATE_DB") if not environ.get(name)]
    if missing:
        raise BenchmarkError(f"{' and '.join(missing)} not set: run `make bench`, which sets them.")
    odoo = Path(environ["LIBRARY_CRM_ODOO"])
    if not (odoo / "odoo" / "release.py").is_file():
        raise BenchmarkError(f"LIBRARY_CRM_ODOO is {odoo}, which holds no folder `odoo` with Odoo's source.")
    home = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "library-crm"
    return Settings(
        odoo=odoo,
        python=environ.get("LIBRARY_CRM_PYTHON") or sys.executable,
        cache=Path(environ.get("LIBRARY_CRM_CACHE") or home) / "benchmarks",
        template=environ["LIBRARY_CRM_TEMPLATE_DB"],
        host=environ.get("PGHOST", ""),
        port=environ.get("PGPORT", ""),
        user=environ.get("PGUSER", ""),
    )

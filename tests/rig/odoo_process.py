"""Runs Odoo: the command, its configuration file, its environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .environment import HOST, RigError, environment

INSTALL_MINUTES = 15


def command(configuration: Path) -> list[str]:
    """The words that start Odoo with a configuration file."""
    return [str(environment().python), "-m", "odoo", "--config", str(configuration)]


def variables() -> dict[str, str]:
    """Environment of an Odoo process; PGHOST and friends are passed through."""
    home = str(environment().odoo_home)
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    return os.environ | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def write_configuration(path: Path, database: str, data_folder: Path, **options: object) -> Path:
    """Write a configuration file for one database."""
    values = {
        "addons_path": ",".join(str(folder) for folder in environment().addons_path),
        "data_dir": data_folder,
        "db_name": database,
        "dbfilter": f"^{database}$",
        "list_db": False,
        "http_interface": HOST,
        "smtp_server": "",  # no mail before a test has connected its mail server
        "max_cron_threads": 0,
        "workers": 0,
        "server_wide_modules": "base,rpc,web",
        "limit_time_cpu": 1200,
        "limit_time_real": 1200,
        "limit_memory_hard": 0,
        "limit_memory_soft": 0,
        **options,
    }
    lines = ["[options]", *(f"{key} = {value}" for key, value in values.items())]
    path.write_text("\n".join(lines) + "\n")
    return path


def run_to_end(database: str, data_folder: Path, arguments: list[str], demo: bool = False) -> str:
    """Run Odoo for an installation or update and return its log.

    :raises RigError: if it ends with an error or takes too long
    """
    log = data_folder / "install.log"
    configuration = write_configuration(
        data_folder / "install.conf", database, data_folder, with_demo=demo, http_enable=False
    )
    argv = [*command(configuration), *arguments, "--stop-after-init", "--no-http"]
    with log.open("w") as output:
        try:
            done = subprocess.run(
                argv, env=variables(), stdout=output, stderr=output, timeout=INSTALL_MINUTES * 60, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise RigError(f"Odoo did not finish {arguments} in {INSTALL_MINUTES} minutes.") from error
    text = log.read_text(errors="replace")
    if done.returncode:
        raise RigError(f"Odoo ended with {done.returncode} on {arguments}:\n{text[-6000:]}")
    return text

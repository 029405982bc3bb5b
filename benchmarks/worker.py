"""A process of one side: it holds the side's Odoo and does what the benchmark tells it, one line of JSON at a time.

``python -m benchmarks.worker SIDE DATABASE ADDONS prepare`` installs and fills the database;
``... serve`` answers requests like ``{"operation": "list", "number": 3}`` with the cost of the operation.
"""

import gc
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

from .settings import REPOSITORY, BenchmarkError, read_settings

SIDES = {"ours": "our_side", "theirs": "peer_side"}


def boot(settings, database, addons):
    """Configure Odoo in this process."""
    from odoo.tools import config

    quiet = ["--log-level=warn", "--without-demo", "--max-cron-threads=0", "--http-interface=127.0.0.1"]
    config.parse_config([*settings.odoo_options(database, addons), *quiet], setup_logging=True)


def prepare(side, database):
    """Install the side's module and fill its database."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry.new(database, update_module=True, install_modules=[side.MODULE])
    with registry.cursor() as cr:
        side.fill(api.Environment(cr, SUPERUSER_ID, {}))


def serve(side, database, channel):
    """Answer requests until the input ends."""
    from odoo.modules.registry import Registry

    from .bench_cases import Desk

    desk = Desk(Registry(database), side)
    gc.collect()
    gc.freeze()
    print(json.dumps({"ready": True}), file=channel, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        sample = desk.cost_of(request["operation"], request["number"])
        print(json.dumps(sample.as_dict()), file=channel, flush=True)


def open_channel():
    """Where our answers go: what Odoo prints must not mix with them, so that goes to the error output."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return channel


def ask_process(settings, module, task, database, addons, argument):
    """Run one task of a suite in a process of its own, which ends in `run_task`; what it says as JSON.

    :param str module: the suite's, as in ``benchmarks.clock``
    :raises BenchmarkError: the process failed; what it said is on the screen
    """
    command = [settings.python, "-m", module, task, database, str(addons), str(argument)]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=settings.environment(), stdout=subprocess.PIPE, check=False, text=True
    )
    if done.returncode:
        raise BenchmarkError(f"`{task}` failed; its own words stand above.")
    return json.loads(done.stdout.splitlines()[-1])


def run_task(arguments, tasks, read=int, installs=False):
    """Run one task of a suite in an environment of the database, commit, and print its result as JSON.

    :param list arguments: name of the task, database, addons folder, and the task's own argument
    :param dict tasks: for each name a function of the environment and that argument, whose result can be JSON
    :param read: makes the argument of its text
    :param bool installs: whether the task "prepare" installs the addon first
    """
    task, database, addons, argument = arguments
    channel = open_channel()
    boot(read_settings(), database, [Path(addons)])
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    if installs and task == "prepare":
        registry = Registry.new(database, update_module=True, install_modules=["library_crm"])
    else:
        registry = Registry(database)
    with registry.cursor() as cr:
        result = tasks[task](api.Environment(cr, SUPERUSER_ID, {}), read(argument))
    print(json.dumps(result), file=channel, flush=True)


def main(arguments):
    """Run one worker."""
    name, database, addons, task = arguments
    channel = open_channel()
    boot(read_settings(), database, [Path(addons)])
    side = importlib.import_module(f"benchmarks.{SIDES[name]}")
    if task == "prepare":
        prepare(side, database)
    else:
        serve(side, database, channel)


if __name__ == "__main__":
    main(sys.argv[1:])

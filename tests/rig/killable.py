"""What the processes that are killed have in common: they obey lines of JSON, and work in a child that may be killed.

A process loads Odoo once and answers each line with a line of JSON. ``{"do": "kill", "after": s}`` does what
``{"do": "run"}`` does in a child that gets SIGKILL after s seconds: a fork with connections of its own, so that what is
lost when it dies is what a killed worker loses.
"""

import json
import os
import signal
import sys
import time

import odoo
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config


def environment(cursor):
    return Environment(cursor, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True})


def mail_port():
    """The port on which the mail server of the test listens."""
    return int(sys.argv[3])


def send_to_the_sink(env):
    """All mail goes to the mail server of the test."""
    env["ir.mail_server"].create({
        "name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": mail_port(), "smtp_encryption": "none", "sequence": 0})
    env.company.partner_id.email = "library@library.test"


def serve(orders, batches):
    """Obey until the input ends.

    :param orders: {what: function of the environment and the order}; "run" and "state" are among them
    :param batches: {module below models: size of its batches}, small ones so that a kill falls between them
    """
    config.parse_config(["--config", sys.argv[1], "--no-http"])
    registry = Registry(sys.argv[2])
    for name, size in batches.items():
        sys.modules[f"odoo.addons.library_crm.models.{name}"].BATCH = size
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "kill":
            answer = _kill_while_running(registry, order, orders)
        else:
            with registry.cursor() as cursor:
                answer = orders[order["do"]](environment(cursor), order)
        print(json.dumps(answer), flush=True)


def _kill_while_running(registry, order, orders):
    odoo.sql_db.close_all()
    child = os.fork()
    if not child:
        with registry.cursor() as cursor:
            orders["run"](environment(cursor), order)
        os._exit(0)
    time.sleep(order["after"])
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with registry.cursor() as cursor:
        return {"killed": os.WIFSIGNALED(status), **orders["state"](environment(cursor), order)}

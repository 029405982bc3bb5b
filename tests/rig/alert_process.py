"""Runs the alerts in processes of its own that can be killed at any moment; started with Odoo's Python.

    python alert_process.py <odoo.conf> <database> <port of the mail server>

The process loads Odoo once and then obeys lines of JSON on its input, answering each with a line of JSON:

    {"do": "fill", "patrons": n}            patrons with an alert each, whose mail goes to the mail server
    {"do": "wave", "number": n}             new items; yesterday is over, so that all alerts are due again
    {"do": "run"}                           match, make up the mails and send them; answer with the seconds it took
    {"do": "kill", "after": s}              do so in a child that gets SIGKILL after s seconds
    {"do": "state"}                         what is left to do, and the mails of which nobody knows

A child is a fork with connections of its own: what is lost when it dies is what a killed worker loses.
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

ITEMS = 24
TOPICS = ("harbour", "census", "dialect", "wetland")
SMALL_BATCHES = {"library_alert_item": 6, "library_alert_digest": 4}


def environment(cursor):
    return Environment(cursor, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True})


def fill(env, patrons, port):
    """Patrons who want two topics each, by two alerts that overlap."""
    env["ir.mail_server"].create({
        "name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none", "sequence": 0})
    env.company.partner_id.email = "library@library.test"
    for number in range(patrons):
        patron = env["library.patron"].create({"name": f"Reader {number}", "email": f"alert{number}@patrons.test"})
        one, other = TOPICS[number % 4], TOPICS[(number + 1) % 4]
        for words in (f"{one}\n{other}", one):
            env["library.alert.profile"].create({
                "name": f"On {words.split()[0]}", "patron_id": patron.id, "words_any": words, "cadence": "daily",
            }).action_start()


def wave(env, number):
    env["library.feed.item"].create([
        {"title": f"Find {number:02}-{place:02} of the {TOPICS[place % 4]}", "state": "kept",
         "identifier": f"kill:{number}:{place}", "company_id": env.company.id}
        for place in range(ITEMS)
    ])
    env.flush_all()
    # in two leaps: row by row the days of one patron would meet for a moment
    for days in (-5000, 4999):
        env.cr.execute("UPDATE library_alert_digest SET date = date + %s", [days])
    env.cr.execute("UPDATE library_alert_profile SET date_next = now() AT TIME ZONE 'UTC' - interval '1 minute'")


def run(env):
    begin = time.monotonic()
    env["library.alert.profile"]._cron_run()
    env.cr.commit()
    env["mail.mail"].process_email_queue()
    return time.monotonic() - begin


def state(env):
    Mail = env["mail.mail"].search([("library_once", "=", True)])
    return {
        "waiting_hits": env["library.alert.hit"].search_count([("state", "=", "new")]),
        "waiting_mails": len(Mail.filtered(lambda mail: mail.state != "sent")),
        "unsure": len(Mail.filtered(lambda mail: mail.library_handover == "handed")),
        "items": env["library.alert.item"].search_count([("res_model", "=", "library.feed.item")]),
        "mails": len(Mail),
    }


def kill_while_running(registry, after):
    odoo.sql_db.close_all()
    child = os.fork()
    if not child:
        with registry.cursor() as cursor:
            run(environment(cursor))
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with registry.cursor() as cursor:
        return {"killed": os.WIFSIGNALED(status), **state(environment(cursor))}


def obey(registry, order):
    if order["do"] == "kill":
        return kill_while_running(registry, order["after"])
    with registry.cursor() as cursor:
        env = environment(cursor)
        match order["do"]:
            case "fill":
                return fill(env, order["patrons"], int(sys.argv[3]))
            case "wave":
                return wave(env, order["number"])
            case "run":
                return run(env)
            case "state":
                return state(env)
    raise ValueError(order)


def main():
    config.parse_config(["--config", sys.argv[1], "--no-http"])
    registry = Registry(sys.argv[2])
    for name, size in SMALL_BATCHES.items():
        sys.modules[f"odoo.addons.library_crm.models.knowledge.{name}"].BATCH = size
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(registry, json.loads(line))), flush=True)


main()

"""Runs the journeys in processes of its own that can be killed at any moment; started with Odoo's Python.

    python outreach_process.py <odoo.conf> <database> <port of the mail server>

The process loads Odoo once and then obeys lines of JSON on its input, answering each with a line of JSON:

    {"do": "fill", "patrons": n}            patrons on a journey of many steps, whose mail goes to the mail server
    {"do": "days"}                          the days until the next step have passed, for everybody
    {"do": "run"}                           take everybody one step on and send; answer with the seconds it took
    {"do": "kill", "after": s}              do so in a child that gets SIGKILL after s seconds
    {"do": "state"}                         where they are, and what waits

A child is a fork with connections of its own: what is lost when it dies is what a killed worker loses.
"""

import json
import os
import signal
import sys
import time

import odoo
from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

STEPS = 16
SMALL_BATCH = 4


def environment(cursor):
    return Environment(cursor, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True})


def fill(env, patrons, port):
    """Patrons who have joined today and want to hear of it, and a journey for them."""
    env["ir.mail_server"].create({
        "name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none", "sequence": 0})
    env.company.partner_id.email = "library@library.test"
    env.company.library_outreach_cap = 60
    journey = env["library.journey"].create({
        "name": "Kill", "event": "welcome", "version_ids": [Command.create({"step_ids": [
            Command.create({"subject": f"Step {number:02}", "body": f"Words {number:02}", "wait_days": 5,
                            "sequence": number}) for number in range(1, STEPS + 1)]})]})
    journey.version_ids.action_make_live()
    journey.active = True
    made = env["library.patron"].create([
        {"name": f"Reader {number}", "email": f"journey{number}@patrons.test", "date_enrolled": env.cr.now().date()}
        for number in range(patrons)])
    made._give("outreach")


def days(env):
    """Whoever has taken the step of this round is due for the next one; who has not stays due."""
    env.cr.execute("SELECT coalesce(min(step_number), 0) FROM library_journey_person")
    env.cr.execute(
        "UPDATE library_journey_person SET date_next = now() AT TIME ZONE 'UTC' - interval '1 minute'"
        " WHERE state = 'running' AND step_number = %s", env.cr.fetchone())


def run(env):
    begin = time.monotonic()
    env["library.journey.person"]._cron_run()
    env.cr.commit()
    env["mail.mail"].process_email_queue()
    return time.monotonic() - begin


def state(env):
    Person = env["library.journey.person"]
    Mail = env["mail.mail"].search([("library_once", "=", True)])
    rows = env["library.outreach"].search([("kind", "like", "journey:%")])
    return {
        "people": Person.search_count([]), "steps": Person.search([]).mapped("step_number"),
        "waiting_mails": len(Mail.filtered(lambda mail: mail.state != "sent")),
        "unsure": len(Mail.filtered(lambda mail: mail.library_handover == "handed")),
        "rows": len(rows), "rows_sent": len(rows.filtered(lambda row: row.state == "sent")),
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
            case "days":
                return days(env)
            case "run":
                return run(env)
            case "state":
                return state(env)
    raise ValueError(order)


def main():
    config.parse_config(["--config", sys.argv[1], "--no-http"])
    registry = Registry(sys.argv[2])
    sys.modules["odoo.addons.library_crm.models.dialogue.library_journey_person"].BATCH = SMALL_BATCH
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(registry, json.loads(line))), flush=True)


main()

"""Runs a campaign in processes of its own that can be killed at any moment; started with Odoo's Python.

    python campaign_process.py <odoo.conf> <database> <port of the mail server>

The process loads Odoo once and then obeys lines of JSON on its input, answering each with a line of JSON:

    {"do": "fill", "patrons": n}            patrons in a segment and a campaign for them, begun
    {"do": "run"}                           hand over and send; answer with the seconds it took
    {"do": "kill", "after": s}              do so in a child that gets SIGKILL after s seconds
    {"do": "outage", "port": p}             the mail server answers on this port only; without one on its own again
    {"do": "retry"}                         the hour is over: what failed may be tried again
    {"do": "state"}                         what is left to do, and the figures of the campaign

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

SMALL_BATCH = 7


def environment(cursor):
    return Environment(cursor, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True})


def fill(env, patrons, port):
    env["ir.mail_server"].create({
        "name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none", "sequence": 0})
    env.company.partner_id.email = "library@library.test"
    readers = env["library.patron"].create([
        {"name": f"Reader {number}", "email": f"campaign{number}@patrons.test"} for number in range(patrons)
    ])
    readers._give("outreach")
    segment = env["library.segment"].create({"name": "Readers", "kind": "hand"})
    env["library.segment.pin"]._fix(segment, readers, "in", "staff")
    segment._refresh_now()
    campaign = env["library.campaign"].create({
        "name": "Courses", "segment_id": segment.id, "holdout_percent": 0,
        "text_ids": [(0, 0, {"lang": "en_US", "subject": "Evening courses", "body": "<p>Dear {name}</p>"})],
    })
    campaign.action_prepare()
    campaign.action_start()
    return campaign.treated_count


def run(env):
    begin = time.monotonic()
    mailings = env["mailing.mailing"].search([("library_campaign_id", "!=", False), ("state", "!=", "done")])
    if mailings:
        env["mailing.mailing"]._process_mass_mailing_queue()
    env.cr.commit()
    env["mail.mail"].process_email_queue()
    env.cr.commit()
    env["library.campaign"]._cron_run()
    env.cr.commit()
    return time.monotonic() - begin


def retry(env):
    env.cr.execute("UPDATE mail_mail SET library_date_retry = now() AT TIME ZONE 'UTC' - interval '1 minute'"
                   " WHERE library_date_retry IS NOT NULL")
    env["mail.mail"]._cron_library_retry()


def state(env):
    campaign = env["library.campaign"].search([])
    names = ("handed", "waiting", "sent", "bounced", "replied", "failed", "unsure")
    return {"state": campaign.state, **{name: campaign[f"{name}_count"] for name in names}}


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
            case "run":
                return run(env)
            case "outage":
                env["ir.mail_server"].search([]).smtp_port = order.get("port") or int(sys.argv[3])
                return None
            case "retry":
                return retry(env)
            case "state":
                return state(env)
    raise ValueError(order)


def main():
    config.parse_config(["--config", sys.argv[1], "--no-http"])
    registry = Registry(sys.argv[2])
    sys.modules["odoo.addons.library_crm.models.platform.library_campaign_send"].BATCH = SMALL_BATCH
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(registry, json.loads(line))), flush=True)


main()

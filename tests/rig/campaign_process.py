"""Runs a campaign in processes of its own that can be killed at any moment; started with Odoo's Python.

    python campaign_process.py <odoo.conf> <database> <port of the mail server>

The process loads Odoo once and then obeys lines of JSON on its input, answering each with a line of JSON:

    {"do": "fill", "patrons": n}            patrons in a segment and a campaign for them, begun
    {"do": "run"}                           hand over and send; answer with the seconds it took
    {"do": "kill", "after": s}              do so in a child that gets SIGKILL after s seconds
    {"do": "outage", "port": p}             the mail server answers on this port only; without one on its own again
    {"do": "retry"}                         the hour is over: what failed may be tried again
    {"do": "state"}                         what is left to do, and the figures of the campaign
"""

import time

from killable import mail_port, send_to_the_sink, serve


def fill(env, order):
    send_to_the_sink(env)
    readers = env["library.patron"].create([
        {"name": f"Reader {number}", "email": f"campaign{number}@patrons.test"} for number in range(order["patrons"])
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


def run(env, _order):
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


def retry(env, _order):
    env.cr.execute("UPDATE mail_mail SET library_date_retry = now() AT TIME ZONE 'UTC' - interval '1 minute'"
                   " WHERE library_date_retry IS NOT NULL")
    env["mail.mail"]._cron_library_retry()


def state(env, _order):
    campaign = env["library.campaign"].search([])
    names = ("handed", "waiting", "sent", "bounced", "replied", "failed", "unsure")
    return {"state": campaign.state, **{name: campaign[f"{name}_count"] for name in names}}


def outage(env, order):
    env["ir.mail_server"].search([]).smtp_port = order.get("port") or mail_port()


serve(
    {"fill": fill, "run": run, "outage": outage, "retry": retry, "state": state},
    {"platform.library_campaign_send": 7},
)

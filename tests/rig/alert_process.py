"""Runs the alerts in processes of its own that can be killed at any moment; started with Odoo's Python.

    python alert_process.py <odoo.conf> <database> <port of the mail server>

The process loads Odoo once and then obeys lines of JSON on its input, answering each with a line of JSON:

    {"do": "fill", "patrons": n}            patrons with an alert each, whose mail goes to the mail server
    {"do": "wave", "number": n}             new items; yesterday is over, so that all alerts are due again
    {"do": "run"}                           match, make up the mails and send them; answer with the seconds it took
    {"do": "kill", "after": s}              do so in a child that gets SIGKILL after s seconds
    {"do": "state"}                         what is left to do, and the mails of which nobody knows
"""

import time

from killable import send_to_the_sink, serve

ITEMS = 24
TOPICS = ("harbour", "census", "dialect", "wetland")


def fill(env, order):
    """Patrons who want two topics each, by two alerts that overlap."""
    send_to_the_sink(env)
    for number in range(order["patrons"]):
        patron = env["library.patron"].create({"name": f"Reader {number}", "email": f"alert{number}@patrons.test"})
        one, other = TOPICS[number % 4], TOPICS[(number + 1) % 4]
        for words in (f"{one}\n{other}", one):
            env["library.alert.profile"].create({
                "name": f"On {words.split()[0]}", "patron_id": patron.id, "words_any": words, "cadence": "daily",
            }).action_start()


def wave(env, order):
    env["library.feed.item"].create([
        {"title": f"Find {order['number']:02}-{place:02} of the {TOPICS[place % 4]}", "state": "kept",
         "identifier": f"kill:{order['number']}:{place}", "company_id": env.company.id}
        for place in range(ITEMS)
    ])
    env.flush_all()
    # in two leaps: row by row the days of one patron would meet for a moment
    for days in (-5000, 4999):
        env.cr.execute("UPDATE library_alert_digest SET date = date + %s", [days])
    env.cr.execute("UPDATE library_alert_profile SET date_next = now() AT TIME ZONE 'UTC' - interval '1 minute'")


def run(env, _order):
    begin = time.monotonic()
    env["library.alert.profile"]._cron_run()
    env.cr.commit()
    env["mail.mail"].process_email_queue()
    return time.monotonic() - begin


def state(env, _order):
    Mail = env["mail.mail"].search([("library_once", "=", True)])
    return {
        "waiting_hits": env["library.alert.hit"].search_count([("state", "=", "new")]),
        "waiting_mails": len(Mail.filtered(lambda mail: mail.state != "sent")),
        "unsure": len(Mail.filtered(lambda mail: mail.library_handover == "handed")),
        "items": env["library.alert.item"].search_count([("res_model", "=", "library.feed.item")]),
        "mails": len(Mail),
    }


serve(
    {"fill": fill, "wave": wave, "run": run, "state": state},
    {"knowledge.library_alert_item": 6, "knowledge.library_alert_digest": 4},
)

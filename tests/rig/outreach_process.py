"""Runs the journeys in processes of its own that can be killed at any moment; started with Odoo's Python.

    python outreach_process.py <odoo.conf> <database> <port of the mail server>

The process loads Odoo once and then obeys lines of JSON on its input, answering each with a line of JSON:

    {"do": "fill", "patrons": n}            patrons on a journey of many steps, whose mail goes to the mail server
    {"do": "days"}                          the days until the next step have passed, for everybody
    {"do": "run"}                           take everybody one step on and send; answer with the seconds it took
    {"do": "kill", "after": s}              do so in a child that gets SIGKILL after s seconds
    {"do": "state"}                         where they are, and what waits
"""

import time

from killable import send_to_the_sink, serve

from odoo.fields import Command

STEPS = 16


def fill(env, order):
    """Patrons who have joined today and want to hear of it, and a journey for them."""
    send_to_the_sink(env)
    env.company.library_outreach_cap = 60
    journey = env["library.journey"].create({
        "name": "Kill", "event": "welcome", "version_ids": [Command.create({"step_ids": [
            Command.create({"subject": f"Step {number:02}", "body": f"Words {number:02}", "wait_days": 5,
                            "sequence": number}) for number in range(1, STEPS + 1)]})]})
    journey.version_ids.action_make_live()
    journey.active = True
    made = env["library.patron"].create([
        {"name": f"Reader {number}", "email": f"journey{number}@patrons.test", "date_enrolled": env.cr.now().date()}
        for number in range(order["patrons"])])
    made._give("outreach")


def days(env, _order):
    """Whoever has taken the step of this round is due for the next one; who has not stays due."""
    env.cr.execute("SELECT coalesce(min(step_number), 0) FROM library_journey_person")
    env.cr.execute(
        "UPDATE library_journey_person SET date_next = now() AT TIME ZONE 'UTC' - interval '1 minute'"
        " WHERE state = 'running' AND step_number = %s", env.cr.fetchone())


def run(env, _order):
    begin = time.monotonic()
    env["library.journey.person"]._cron_run()
    env.cr.commit()
    env["mail.mail"].process_email_queue()
    return time.monotonic() - begin


def state(env, _order):
    Person = env["library.journey.person"]
    Mail = env["mail.mail"].search([("library_once", "=", True)])
    rows = env["library.outreach"].search([("kind", "like", "journey:%")])
    return {
        "people": Person.search_count([]), "steps": Person.search([]).mapped("step_number"),
        "waiting_mails": len(Mail.filtered(lambda mail: mail.state != "sent")),
        "unsure": len(Mail.filtered(lambda mail: mail.library_handover == "handed")),
        "rows": len(rows), "rows_sent": len(rows.filtered(lambda row: row.state == "sent")),
    }


serve(
    {"fill": fill, "days": days, "run": run, "state": state},
    {"dialogue.library_journey_person": 4},
)

"""A campaign to 100 000 patrons: consent checked, hold-out drawn, and the mails in Odoo's queue.

The patrons have consents, addresses, languages and quiet hours; a tenth is held out, one in ten wants nothing. Measured
is all that happens before the mail server is asked: the snapshot, then the mails of two languages with their traces
and their entries in the ledger, batch by batch with a commit after each, as the scheduled action runs it. The sending
itself is Odoo's queue and the mail server's business. Floor: as many rows written into the same three tables of Odoo by
a plain INSERT … SELECT. Peer: Odoo's own mailing to some of the same patrons, for each thousand mails.

``python -m benchmarks.campaign TASK DATABASE ADDONS PATRONS`` is one of the processes that :func:`run` starts.
"""

import sys
import time

from .databases import PREFIX, copy_template, drop
from .meters import backend_cpu
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}campaign"
PATRONS = 100_000
PEER = 1_000
MOST_SECONDS = 60
FIRST = 5_000_000
PEOPLE = """
    INSERT INTO res_partner (id, name, complete_name, email, email_normalized, lang, tz, active, company_id,
                             create_date, write_date, create_uid, write_uid, type)
    SELECT %(first)s + n, 'Reader ' || n, 'Reader ' || n, 'reader' || n || '@patrons.test',
           'reader' || n || '@patrons.test', CASE n %% 2 WHEN 0 THEN 'en_US' ELSE 'zh_CN' END,
           CASE n %% 3 WHEN 0 THEN 'Asia/Shanghai' WHEN 1 THEN 'Europe/London' END, true, %(company)s,
           now(), now(), 1, 1, 'contact'
      FROM generate_series(1, %(patrons)s) n
"""
PATRON_ROWS = """
    INSERT INTO library_patron (id, partner_id, company_id, active, lifecycle, has_bounced, allows_counts,
                                allows_interests, quiet_from, quiet_to, create_date, write_date, create_uid, write_uid)
    SELECT %(first)s + n, %(first)s + n, %(company)s, true, 'active', false, true, false,
           CASE n %% 5 WHEN 0 THEN 22 END, CASE n %% 5 WHEN 0 THEN 7 END, now(), now(), 1, 1
      FROM generate_series(1, %(patrons)s) n
"""
CONSENTS = """
    INSERT INTO library_consent (patron_id, company_id, purpose, is_given, date, source)
    SELECT %(first)s + n, %(company)s, 'outreach', n %% 10 > 0, now(), 'portal' FROM generate_series(1, %(patrons)s) n
"""
MEMBERS = """
    INSERT INTO library_segment_member (segment_id, patron_id, company_id, date_from, how)
    SELECT %(segment)s, %(first)s + n, %(company)s, current_date, 'hand' FROM generate_series(1, %(patrons)s) n
"""
FLOOR = (
    """INSERT INTO mail_message (id, model, res_id, message_type, subject, message_id, date)
       SELECT %(base)s + n, 'library.patron', %(first)s + n, 'email_outgoing', 'x', '<' || n || '@floor>', now()
         FROM generate_series(1, %(count)s) n""",
    """INSERT INTO mail_mail (id, mail_message_id, state, email_to)
       SELECT %(base)s + n, %(base)s + n, 'outgoing', 'reader' || n || '@patrons.test'
         FROM generate_series(1, %(count)s) n""",
    """INSERT INTO mailing_trace (trace_type, model, res_id, mail_mail_id, mail_mail_id_int, trace_status)
       SELECT 'mail', 'library.patron', %(first)s + n, %(base)s + n, %(base)s + n, 'outgoing'
         FROM generate_series(1, %(count)s) n""",
)


def run(settings, options, report):
    """Measure the preparation of one campaign, its floor and its peer.

    :param options: `addons` is the folder that holds library_crm; `patrons`, where it is given, how many
    """
    settings.cache.mkdir(parents=True, exist_ok=True)
    try:
        copy_template(settings, DATABASE)
        _task(settings, options, "prepare")
        done = _task(settings, options, "campaign")
        floor = _task(settings, options, "floor")
        peer = _task(settings, options, "peer")
    finally:
        drop(settings, DATABASE)
    if done["mails"] != done["treated"] or done["traces"] != done["treated"] or done["ledger"] != done["treated"]:
        raise BenchmarkError(f"Mails are missing: {done}.")
    name = f"campaign to {done['patrons']:,} patrons"
    total = done["snapshot"] + done["handover"]
    report.add(Figure(f"{name}: prepared and in Odoo's queue", total, MOST_SECONDS, peer="limit", bar=1.0, unit="s"))
    report.add(Figure(
        f"{name}: {done['mails']:,} mails in the queue", done["handover"],
        floor["seconds"] * done["mails"] / floor["count"], peer="plain INSERT", unit="s",
    ))
    report.add(Figure(
        "1,000 mails in the queue", done["handover"] / done["mails"] * 1000, peer["seconds"] / peer["mails"] * 1000,
        peer="mass_mailing", bar=1.0, unit="s", digits=2,
    ))
    report.note(
        f"snapshot {done['snapshot']:.1f} s, handing over {done['handover']:.1f} s, {done['busy']:.0f} s of CPU;"
        f" {done['treated']:,} get it, {done['holdout']:,} held out, {done['left_out']:,} left out"
    )


def _task(settings, options, task):
    size = getattr(options, "patrons", None) or PATRONS
    return ask_process(settings, "benchmarks.campaign", task, DATABASE, options.addons, size)


# in the processes


def _prepare(env, patrons):
    """People, their consents, and the campaign for all of them."""
    env["res.lang"]._activate_lang("zh_CN")
    env.company.partner_id.email = "library@library.test"
    segment = env["library.segment"].create({"name": "Everybody", "kind": "hand"})
    values = {"first": FIRST, "patrons": patrons, "company": env.company.id, "segment": segment.id}
    env.flush_all()
    for query in (PEOPLE, PATRON_ROWS, CONSENTS, MEMBERS):
        env.cr.execute(query, values)
    env["library.campaign"].create({
        "name": "Courses", "segment_id": segment.id, "holdout_percent": 10, "why": "because you study here",
        "text_ids": [
            (0, 0, {"lang": "en_US", "subject": "Evening courses", "body": "<p>Dear {name}, come along.</p>"}),
            (0, 0, {"lang": "zh_CN", "subject": "晚间课程", "body": "<p>{name}，欢迎参加。</p>"}),
        ],
    })
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False
    return {"patrons": patrons}


def _campaign(env, patrons):
    """Fix the audience and hand over, as a colleague's click and the scheduled action do it."""
    campaign = env["library.campaign"].search([])
    backend = env.cr.connection.get_backend_pid()
    started, before = time.perf_counter(), time.process_time() + (backend_cpu(backend) or 0)
    campaign.action_prepare()
    env.cr.commit()
    snapshot = time.perf_counter() - started
    campaign.action_start()
    env.cr.commit()
    env["mailing.mailing"]._process_mass_mailing_queue()
    env.cr.commit()
    seconds = time.perf_counter() - started
    busy = time.process_time() + (backend_cpu(backend) or 0) - before
    return {
        "patrons": patrons, "snapshot": snapshot, "handover": seconds - snapshot, "busy": busy,
        "treated": campaign.treated_count, "holdout": campaign.holdout_count, "left_out": campaign.left_out_count,
        "mails": env["mail.mail"].search_count([("state", "=", "outgoing"), ("mailing_id", "!=", False)]),
        "traces": env["mailing.trace"].search_count([]),
        "ledger": env["library.outreach"].search_count([("kind", "=", campaign._ledger_kind())]),
    }


def _floor(env, count):
    """The same number of rows in Odoo's three tables, written and taken back."""
    started = time.perf_counter()
    for query in FLOOR:
        env.cr.execute(query, {"first": FIRST, "count": count, "base": 2 * FIRST})
    seconds = time.perf_counter() - started
    env.cr.rollback()
    return {"seconds": seconds, "count": count}


def _peer(env, _patrons):
    """Odoo's own mailing to some of the same people."""
    mailing = env["mailing.mailing"].create({
        "subject": "Evening courses", "body_html": "<p>Dear <t t-out='object.name'/>, come along.</p>",
        "mailing_model_id": env["ir.model"]._get_id("library.patron"),
        "mailing_domain": f"[('id', '>', {FIRST}), ('id', '<=', {FIRST + PEER})]",
    })
    env.cr.commit()
    # with 100 recipients or fewer at once core would send them itself; more go to the queue as ours do
    started = time.perf_counter()
    mailing._action_send_mail()
    env.cr.commit()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "mails": env["mail.mail"].search_count([("mailing_id", "=", mailing.id)])}


if __name__ == "__main__":
    tasks = {"prepare": _prepare, "campaign": _campaign, "floor": _floor, "peer": _peer}
    run_task(sys.argv[1:], tasks, installs=True)

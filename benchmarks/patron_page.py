"""The page of one patron among 100 000, with a million messages in the database.

Patrons, cases and needs are those of the suite "desk"; each case gets ten messages, and two patrons get 10 and 80 cases
with contacts, consents, a relationship, relations, a project and the origins of their facts. A relationship librarian
who may read sensitive facts opens the page as the browser does, with every tab of it.

``python -m benchmarks.patron_page TASK DATABASE ADDONS`` is one of the processes that :func:`run` starts.
"""

import sys
from dataclasses import replace

from . import meters
from .databases import PREFIX, copy_template, drop
from .facts import BASE, LIBRARIAN
from .report import Figure
from .settings import BenchmarkError
from .sides import our_side
from .webclient import WebClient
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}patron_page"
MESSAGES_A_CASE = 10
MOST_MS = 1000
MOST_TIMELINE_MS = 200
WARM_UP = 3
# patrons in the middle of the table, and how many cases each has
FEW, MANY = BASE + 50_000, BASE + 50_001
CASES = {FEW: 10, MANY: 80}
MESSAGES = """
    INSERT INTO mail_message (id, model, res_id, author_id, message_type, subtype_id, date, subject, body, email_from,
                              message_id, create_date, write_date, create_uid, write_uid)
    SELECT %(base)s * 2 + (m.id - %(base)s) * %(times)s + n, m.model, m.res_id, m.author_id, m.message_type,
           m.subtype_id, m.date + n * interval '5 hours', m.subject, m.body, m.email_from,
           '<more-' || m.id || '-' || n || '@library.example>', m.create_date, m.write_date, 1, 1
      FROM mail_message m, generate_series(1, %(times)s - 1) n
     WHERE m.model = 'library.case' AND m.id > %(base)s
"""
# a range of closed cases becomes one patron's, with the needs and messages that belong to them
CASES_OF = """
    WITH moved AS (
        UPDATE library_case c SET patron_id = p.id, partner_id = p.partner_id
          FROM library_patron p WHERE p.id = %(patron)s AND c.id > %(first)s AND c.id <= %(first)s + %(number)s
     RETURNING c.id, c.partner_id
    ), needs AS (
        UPDATE library_need n SET patron_id = %(patron)s
          FROM library_case_need_rel rel, moved WHERE rel.case_id = moved.id AND n.id = rel.need_id
    )
    UPDATE mail_message m SET author_id = moved.partner_id
      FROM moved WHERE m.model = 'library.case' AND m.res_id = moved.id
"""
OTHERS_FREE = "UPDATE library_case SET patron_id = %(other)s WHERE patron_id IN (%(few)s, %(many)s)"


def run(settings, options, report):
    """Measure the page and its timeline, and whether queries grow with the cases.

    :param options: `addons` is the folder that holds library_crm; `rounds`, how often each page is opened
    """
    desk = our_side(options.addons)
    settings.cache.mkdir(parents=True, exist_ok=True)
    desk.prepare(settings, settings.cache / "ours-prepare.log", options.afresh)
    try:
        copy_template(replace(settings, template=desk.database), DATABASE)
        filled = _task(settings, options, "prepare")
        costs = _task(settings, options, "measure")
    finally:
        drop(settings, DATABASE)
    few, many, timeline = (meters.Sample(**costs[name]) for name in ("few", "many", "timeline"))
    name = f"patron page, {filled['patrons']:,} patrons, {filled['messages']:,} messages"
    report.add(Figure(f"{name}: 10 cases", few.wall, MOST_MS, peer="limit", bar=1.0))
    report.add(Figure(f"{name}: 80 cases", many.wall, MOST_MS, peer="limit", bar=1.0))
    report.add(Figure(f"{name}: timeline, 80 cases", timeline.wall, MOST_TIMELINE_MS, peer="limit", bar=1.0))
    report.add(Figure("patron page: queries with 80 cases", many.queries, few.queries, "own page with 10 cases", 1.0,
                      "queries"))
    for label, sample in (("10 cases", few), ("80 cases", many), ("timeline", timeline)):
        report.note(f"{label}: Python {sample.python:.1f} ms, PostgreSQL {sample.postgres:.1f} ms")


def _task(settings, options, task):
    return ask_process(settings, "benchmarks.patron_page", task, DATABASE, options.addons, options.rounds)


# in the processes


def _prepare(env, _rounds):
    """Add messages to the cases of the suite "desk", and a life to two patrons."""
    librarian = env["res.users"].search([("login", "=", LIBRARIAN)])
    for group in ("group_library_relations", "group_library_sensitive"):
        librarian.group_ids += env.ref(f"library_crm.{group}")
    env.flush_all()
    env.cr.execute(MESSAGES, {"base": BASE, "times": MESSAGES_A_CASE})
    env.cr.execute("SELECT setval(pg_get_serial_sequence('mail_message', 'id'), (SELECT max(id) FROM mail_message))")
    env.cr.execute(OTHERS_FREE, {"other": BASE + 60_000, "few": FEW, "many": MANY})
    first = BASE + 20_000
    for patron_id, number in CASES.items():
        env.cr.execute(CASES_OF, {"patron": patron_id, "first": first, "number": number})
        first += number
    env.invalidate_all()
    for patron_id in CASES:
        _live(env, env["library.patron"].browse(patron_id), librarian)
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False
    env.cr.execute("SELECT count(*) FROM mail_message")
    (messages,) = env.cr.fetchone()
    return {"patrons": env["library.patron"].search_count([]), "messages": messages}


def _live(env, patron, librarian):
    """What a patron known for years has beside cases."""
    patron.write({
        "type_id": env["library.patron.type"].search([], limit=1).id, "phone": "020 7946 0958", "city": "Harbour",
        "degree_stage": "doctoral", "accessibility": "Step-free access", "preferred_channel": "mail",
        "date_of_birth": "1999-04-02",
    })
    from odoo.fields import Command

    env["library.interaction"].create(
        [{"patron_id": patron.id, "user_id": librarian.id, "note": f"Contact {number}"} for number in range(30)])
    env["library.relationship"].create({"patron_id": patron.id, "owner_id": librarian.id, "purpose": "The thesis"})
    env["library.patron.relation"].create({"patron_id": patron.id, "other_id": BASE + 60_001, "kind": "supervisor"})
    env["library.patron.project"].create(
        {"name": "Thesis", "member_ids": [Command.create({"patron_id": patron.id, "role": "lead"})]})
    for purpose in ("interests", "outreach"):
        patron._give(purpose)
    env["library.patron.proposal"]._propose(patron, "honorific", "Dr.", "mail")


def _measure(env, rounds):
    """The median cost of opening each page, and of the timeline alone."""
    librarian = env["res.users"].search([("login", "=", LIBRARIAN)])
    context = {"lang": "en_US", "tz": "UTC", "allowed_company_ids": librarian.company_id.ids}
    env = env(user=librarian.id, context=context, su=False)
    client = WebClient(env, env.ref("library_crm.library_patron_action").sudo())
    lines = client.specification("form")["timeline_ids"]["fields"]

    Timeline = env["library.patron.timeline"]
    works = {
        "few": lambda: len(client.open_form(env, FEW)[0]["case_ids"]),
        "many": lambda: len(client.open_form(env, MANY)[0]["case_ids"]),
        "timeline": lambda: len(Timeline.web_search_read([("patron_id", "=", MANY)], lines, limit=80)["records"]),
    }
    if works["many"]() != CASES[MANY]:
        raise BenchmarkError("The page does not show the cases that it was given.")
    return {name: _median(env, work, rounds).as_dict() for name, work in works.items()}


def _median(env, work, rounds):
    samples = []
    for number in range(WARM_UP + rounds):
        env.cr.rollback()
        env.invalidate_all()
        sample = meters.measure(work, env.cr)
        if number >= WARM_UP:
            samples.append(sample)
    return meters.median(samples)


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": _prepare, "measure": _measure})

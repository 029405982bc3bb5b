"""What is worth saying to whom, over 100 000 patrons: all shipped rules, consent and cap checked, in one night.

Every patron has two needs that were met, half of them an open case, some a project, a stage that ends, or a
relationship to review; 400 articles came out in their classes, and the ledger holds three messages of each patron.
Measured is the first night, when nobody has a proposal, the bound on open proposals being out of the way so that
nothing is spared, and a second one that finds everybody served. Floor: the bare events, each counted, without any check
of who may be written to.

``python -m benchmarks.next_step TASK DATABASE ADDONS PATRONS`` is one of the processes that :func:`run` starts.
"""

import resource
import sys
import time

from psycopg2 import sql

from odoo.tools import SQL

from .campaign import CONSENTS, FIRST, PATRON_ROWS, PATRONS, PEOPLE
from .databases import PREFIX, copy_template, drop
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}next_step"
MOST_SECONDS = 120
ARTICLES = 400
CLONE = """
    INSERT INTO {table} ({columns})
    SELECT {chosen} FROM generate_series(1, %(count)s) n,
           LATERAL (SELECT (jsonb_populate_record(t, {values})).* FROM {table} t WHERE t.id = %(template)s) r
"""
LEDGER = """
    INSERT INTO library_outreach (patron_id, company_id, purpose, kind, key, channel, date, state)
    SELECT %(first)s + n, %(company)s, 'news', 'campaign:' || m, '1', 'mail', now() - m * interval '12 days', 'sent'
      FROM generate_series(1, %(patrons)s) n, generate_series(1, 3) m
"""
FACTS = """
    UPDATE library_patron SET
           date_stage_end = CASE WHEN id %% 20 = 0 THEN current_date + 60 END,
           date_enrolled = CASE WHEN id %% 10 = 1 THEN current_date - 45 ELSE current_date - 800 END
     WHERE id > %(first)s
"""
CLASSES = """
    UPDATE library_need SET main_class_id = (%(subjects)s::int[])[1 + id %% cardinality(%(subjects)s::int[])]
     WHERE id > %(first)s
"""
OF_CASES = """
    INSERT INTO library_case_need_rel (case_id, need_id)
    SELECT %(first)s + n, %(first)s + n * 2 FROM generate_series(1, %(patrons)s / 2) n
"""
OF_ARTICLES = """
    INSERT INTO library_article_library_subject_rel (library_article_id, library_subject_id)
    SELECT %(first)s + n, (%(subjects)s::int[])[1 + n %% cardinality(%(subjects)s::int[])]
      FROM generate_series(1, %(articles)s) n
"""


def run(settings, options, report):
    """Measure the first night and the next, and the floor.

    :param options: `addons` is the folder that holds library_crm; `patrons`, where it is given, how many
    """
    settings.cache.mkdir(parents=True, exist_ok=True)
    try:
        copy_template(settings, DATABASE)
        _task(settings, options, "prepare")
        floor = _task(settings, options, "floor")
        first = _task(settings, options, "night")
        second = _task(settings, options, "night")
    finally:
        drop(settings, DATABASE)
    if not first["new"] or second["new"]:
        raise BenchmarkError(f"Proposals are missing or double: {first}, {second}.")
    name = f"next steps of {first['patrons']:,} patrons"
    report.add(Figure(f"{name}: first night", first["seconds"], MOST_SECONDS, peer="limit", bar=1.0, unit="s"))
    report.add(Figure(f"{name}: the next night", second["seconds"], MOST_SECONDS, peer="limit", bar=1.0, unit="s"))
    report.add(Figure(f"{name}: beside the bare events", first["seconds"], floor["seconds"], peer="events only",
                      unit="s"))
    report.note(
        f"{first['new']:,} proposals from {first['rules']} rules out of {floor['events']:,} events;"
        f" Python needs {first['memory']:.0f} MB at most"
    )


def _task(settings, options, task):
    size = getattr(options, "patrons", None) or PATRONS
    return ask_process(settings, "benchmarks.next_step", task, DATABASE, options.addons, size)


# in the processes


def _clone(env, table, template, count, values):
    """Insert `count` rows like `template` but for `values`.

    :param dict values: {column: SQL expression of n}
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table])
    columns = [name for (name,) in env.cr.fetchall()]
    pairs = [part for name, value in values.items() for part in (sql.Literal(name), sql.SQL(value))]
    query = sql.SQL(CLONE).format(
        table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        chosen=sql.SQL(", ").join(sql.SQL("r.{}").format(sql.Identifier(name)) for name in columns),
        values=sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs)),
    )
    env.cr.execute(query, {"count": count, "template": template.id, "first": FIRST})


def _prepare(env, patrons):
    """People with needs, cases, projects and relationships, articles in their classes, and what they were sent."""
    company = env.company
    company.library_next_open = 10**8
    subjects = env["library.subject"].search([], limit=200).ids
    values = {"first": FIRST, "patrons": patrons, "company": company.id, "subjects": subjects, "articles": ARTICLES}
    env.flush_all()
    for query in (PEOPLE, PATRON_ROWS, CONSENTS, LEDGER, FACTS):
        env.cr.execute(query, values)
    env.invalidate_all()
    patron = env["library.patron"].browse(FIRST + 1)
    need = env["library.need"].create({"name": "A question on the harbour", "patron_id": patron.id, "state": "met"})
    team = env["library.team"].create({"name": "Reference", "alias_name": "bench"})
    case = env["library.case"].create({"name": "A question", "patron_id": patron.id, "team_id": team.id})
    article = env["library.article"].create({"name": "How maps are dated", "body": "<p>Words</p>"})
    project = env["library.patron.project"].create({"name": "Tides"})
    member = env["library.patron.project.member"].create({"project_id": project.id, "patron_id": patron.id})
    relationship = env["library.relationship"].create({"patron_id": patron.id})
    env.flush_all()
    number, who, secret = "%(first)s + n", "%(first)s + (n + 1) / 2", "md5(random()::text)"
    _clone(env, "library_need", need, 2 * patrons, {
        "id": number, "patron_id": who, "access_token": secret,
        "date_settled": "now()::timestamp - n %% 400 * '1 day'::interval"})
    _clone(env, "library_case", case, patrons // 2, {
        "id": number, "patron_id": number, "access_token": secret, "stage_code": "'deliver'::text",
        "waits_for": "'patron'::text", "date_last_message": "now()::timestamp - n %% 200 * '1 day'::interval"})
    _clone(env, "library_article", article, ARTICLES, {
        "id": number, "access_token": secret, "state": "'published'::text",
        "date_published": "now()::timestamp - n %% 100 * '1 day'::interval"})
    _clone(env, "library_patron_project", project, patrons // 5, {
        "id": number, "date_end": "current_date + n %% 300"})
    _clone(env, "library_patron_project_member", member, patrons // 5, {
        "id": number, "patron_id": number, "project_id": number})
    _clone(env, "library_relationship", relationship, patrons // 20, {
        "id": number, "patron_id": "%(first)s + n + 10", "date_review": "current_date + n %% 90"})
    for query in (CLASSES, OF_CASES, OF_ARTICLES):
        env.cr.execute(query, values)
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False
    return {"patrons": patrons}


def _night(env, _patrons):
    """The scheduled action's work for one institution."""
    started = time.perf_counter()
    new = env["library.next.step"]._propose(env.company)
    env.cr.commit()
    return {
        "seconds": time.perf_counter() - started, "new": new, "rules": env["library.next.rule"].search_count([]),
        "patrons": env["library.patron"].search_count([]),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _floor(env, _patrons):
    """The events alone, counted."""
    started, events = time.perf_counter(), 0
    for rule in env["library.next.rule"].search([]):
        statement = getattr(rule, f"_sql_{rule.event}")(env.company, env.cr.now())
        events += env.execute_query(SQL("SELECT count(*) FROM (%s) e", statement))[0][0]
    return {"seconds": time.perf_counter() - started, "events": events}


if __name__ == "__main__":
    tasks = {"prepare": _prepare, "night": _night, "floor": _floor}
    run_task(sys.argv[1:], tasks, installs=True)

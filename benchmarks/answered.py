"""What was answered already, beside a question as it is typed: 100 000 cases, 100 000 articles and solutions.

Cases are those of the suite "desk", with questions of their own in English and Chinese; their logs, the open ones and
fifty thousand articles and solutions each are in the index. A librarian of one team types 240 questions; each is
answered as the server answers the browser. Then single records are written, and what the index costs is measured.

``python -m benchmarks.answered TASK DATABASE ADDONS ROUNDS`` is one of the processes that :func:`run` starts.
"""

import json
import statistics
import sys
import time
from dataclasses import replace

from .answered_texts import Writer
from .databases import PREFIX, copy_template, drop
from .facts import BASE, ROWS
from .meters import backend_cpu
from .populate import clone
from .report import Figure
from .settings import BenchmarkError
from .sides import our_side
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}answered"
MOST_MS = 50
MOST_UPKEEP_MS = 5
QUESTIONS = 240
WARM_UP = 20
WRITTEN = 60
BATCH = 2000
KINDS = ("library.article", "library.solution", "library.service.log", "library.case")


def run(settings, options, report):
    """Measure typed questions and the upkeep of the index.

    :param options: `addons` is the folder that holds library_crm
    """
    desk = our_side(options.addons)
    settings.cache.mkdir(parents=True, exist_ok=True)
    desk.prepare(settings, settings.cache / "ours-prepare.log", options.afresh)
    try:
        copy_template(replace(settings, template=desk.database), DATABASE)
        filled = _task(settings, options, "prepare")
        found = _task(settings, options, "measure")
    finally:
        drop(settings, DATABASE)
    name = f"already answered, {filled['cases']:,} cases, {filled['works']:,} articles and solutions"
    report.add(Figure(f"{name}: typed question, p95", found["p95"], MOST_MS, peer="limit", bar=1.0))
    report.add(Figure(f"{name}: typed question, median", found["median"], MOST_MS, peer="limit", bar=1.0))
    for lang in ("en", "zh"):
        report.add(Figure(f"already answered, {lang}: typed question, p95", found[lang], MOST_MS, "limit", 1.0))
    for model in KINDS:
        upkeep = found["upkeep"][model]
        report.add(Figure(f"index upkeep, one {model}", upkeep["mean"], MOST_UPKEEP_MS, "limit", 1.0, digits=2))
        report.note(f"upkeep of one {model}: median {upkeep['median']:.2f} ms CPU, {upkeep['wall']:.2f} ms wall")
    report.note("upkeep is CPU time of Python and PostgreSQL, of a record written alone with nothing of it in memory")
    report.note(
        f"{QUESTIONS} questions, half of them Chinese, by wall time in the server: longest {found['worst']:.1f} ms;"
        f" CPU of Python and PostgreSQL median {found['cpu']:.1f} ms, {found['queries']} queries"
    )
    report.note(f"{filled['documents']:,} documents, database filled in {filled['seconds']:.0f} s")


def _task(settings, options, task):
    return ask_process(settings, "benchmarks.answered", task, DATABASE, options.addons, options.rounds)


# in the processes


def _prepare(env, _rounds):
    """Give each case a question of its own, add articles and solutions, and index everything."""
    started = time.monotonic()
    _describe_rows(env.cr)
    _ask(env.cr)
    templates = _add_works(env)
    indexes = drop_word_indexes(env.cr)
    _index_everything(env, templates)
    for definition in indexes:
        env.cr.execute(definition)
    env["library.search.term"]._refresh()
    env.cr.execute("DROP TABLE bench_row")
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False
    env.cr.execute("SELECT count(*) FROM library_search_document")
    (documents,) = env.cr.fetchone()
    return {"cases": ROWS, "works": ROWS, "documents": documents, "seconds": time.monotonic() - started}


def _describe_rows(cr):
    """A table of what is asked and what is written, a row for each case and each work."""
    writer = Writer(1)
    cr.execute(
        "CREATE TABLE bench_row (n int PRIMARY KEY, is_chinese bool, asked text, statement text, title text, body text)"
    )
    rows = []
    for number in range(1, ROWS + 1):
        is_chinese = number % 2 == 0
        rows.append((number, is_chinese, *writer.question(is_chinese), *writer.work(is_chinese)))
        if len(rows) == BATCH:
            cr.execute_values("INSERT INTO bench_row VALUES %s", rows, page_size=BATCH)
            rows = []
    if rows:
        cr.execute_values("INSERT INTO bench_row VALUES %s", rows, page_size=BATCH)
    cr.execute("ANALYZE bench_row")


def _ask(cr):
    """Put the questions into cases, needs and logs."""
    for table, values, key in (
        ("library_need", "name = r.asked, statement = r.statement", "id"),
        ("library_case", "name = r.asked", "id"),
        ("library_service_log", "name = r.asked, problem = r.statement", "case_id"),
    ):
        cr.execute(f"UPDATE {table} t SET {values} FROM bench_row r WHERE t.{key} = {BASE} + r.n")


def _add_works(env):
    """Articles and solutions, one for every second row each, delivered in closed cases.

    :return: {model: a record of it}
    """
    article = env["library.article"].create({"name": "x", "body": "<p>x</p>"})
    solution = env["library.solution"].create({"name": "x", "body": "<p>x</p>", "state": "final"})
    env.flush_all()
    env.cr.execute("UPDATE library_article SET state = 'published', visibility = 'public' WHERE id = %s", [article.id])
    lang = {"lang": "CASE WHEN r.is_chinese THEN 'zh_CN' ELSE 'en_US' END"}
    texts = {"name": "r.title", "body": "'<p>' || r.body || '</p>'", **lang}
    clone(env.cr, "library_article", article.id, texts, "r.n % 4 < 2")
    clone(env.cr, "library_solution", solution.id, texts, "r.n % 4 >= 2")
    env.cr.execute(
        f"""
        INSERT INTO library_case_solution_rel (case_id, solution_id)
        SELECT c.id, c.id FROM library_case c JOIN library_solution s ON s.id = c.id
         WHERE c.stage_code = 'closed' AND c.id > {BASE}
        """
    )
    env.invalidate_all()
    return {"library.article": article, "library.solution": solution}


def drop_word_indexes(cr):
    """Drop the indexes of words, so that they are built in one go; what makes them again."""
    cr.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'library_search_document' AND indexdef ~ 'gin'")
    found = cr.fetchall()
    for name, _definition in found:
        cr.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _index_everything(env, templates):
    """Rows of the index as the records themselves would be written there; nobody is named in these texts."""
    Document, company = env["library.search.document"], env.company.id
    env.cr.execute("DELETE FROM library_search_document")
    env.cr.execute(
        f"""
        SELECT r.n, r.is_chinese, r.asked, r.statement, r.title, r.body, c.stage_code, l.id
          FROM bench_row r JOIN library_case c ON c.id = {BASE} + r.n
          LEFT JOIN library_service_log l ON l.case_id = c.id ORDER BY r.n
        """
    )
    rows = []
    for number, is_chinese, asked, statement, title, body, stage, log_id in env.cr.fetchall():
        lang = "zh_CN" if is_chinese else "en_US"
        common = {"words": "", "lang": lang, "company_id": company, "subject_ids": []}
        question = {**common, "title": asked, "text": statement, "visibility": "staff"}
        if log_id:
            rows.append(Document._prepare_row(env["library.service.log"].browse(log_id), question))
        elif stage != "closed":
            rows.append(Document._prepare_row(env["library.case"].browse(BASE + number), question))
        model = "library.article" if number % 4 < 2 else "library.solution"
        visibility = "public" if model == "library.article" else "staff"
        work = {**common, "title": title, "text": body, "visibility": visibility}
        rows.append(Document._prepare_row(env[model].browse(BASE + number), work))
        if len(rows) >= BATCH:
            Document._upsert(rows)
            rows = []
    Document._upsert(rows)


def _measure(env, _rounds):
    """Milliseconds of typed questions and of single changes."""
    team = env["library.team"].search([], order="id", limit=1)
    librarian = env["res.users"].with_context(no_reset_password=True).create({
        "name": "Hannah of one team", "login": "bench_answered", "tz": "UTC",
        "group_ids": [(6, 0, env.ref("library_crm.group_library_librarian").ids)],
    })
    team.write({"member_ids": [(0, 0, {"user_id": librarian.id})]})
    env.cr.commit()
    context = {"lang": "en_US", "tz": "UTC", "allowed_company_ids": librarian.company_id.ids}
    asked = _ask_questions(env(user=librarian.id, context=context, su=False))
    return {**asked, "upkeep": {model: write_cost(env, model) for model in KINDS}}


def _ask_questions(env):
    """The costs of a librarian's typed questions."""
    from odoo.service.model import call_kw

    writer, walls, by_lang, cpus, queries = Writer(2), [], {"en": [], "zh": []}, [], []
    pid = env.cr.connection.get_backend_pid()
    for number in range(WARM_UP + QUESTIONS):
        is_chinese = number % 2 == 1
        text = writer.typed(is_chinese)
        env.cr.rollback()
        env.invalidate_all()
        backend, count = backend_cpu(pid), env.cr.sql_log_count
        wall, python = time.perf_counter(), time.process_time()
        # as the browser asks: with the user's language, time zone and institution
        found = call_kw(env["library.case"], "find_answered", [text, False], {"context": dict(env.context)})
        said = json.dumps(found)
        env.cr.flush()
        python, wall = time.process_time() - python, (time.perf_counter() - wall) * 1000
        _check(text, found, said)
        if number >= WARM_UP:
            walls.append(wall)
            by_lang["zh" if is_chinese else "en"].append(wall)
            cpus.append(1000 * (python + (backend_cpu(pid) - backend if backend is not None else 0)))
            queries.append(env.cr.sql_log_count - count)
    return {
        "p95": percentile(walls), "median": statistics.median(walls), "worst": max(walls),
        "en": percentile(by_lang["en"]), "zh": percentile(by_lang["zh"]),
        "cpu": statistics.median(cpus), "queries": round(statistics.median(queries)),
    }


def _check(text, found, said):
    """A quick answer that is none would be no answer."""
    best = next((section["keys"] for section in found["sections"] if section["code"] == "best"), [])
    if len(best) != 5 or len(said) < 1000:
        raise BenchmarkError(f"“{text}” found {len(best)} instead of five.")


def percentile(values, share=0.95):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def write_cost(env, model):
    """What the index costs for one record of `model` that was changed."""
    Document = env["library.search.document"]
    domain = [("stage_code", "!=", "closed")] if model == "library.case" else []
    records = env[model].search([*domain, ("id", ">", BASE)] if model != "library.service.log" else [], limit=WRITTEN)
    pid = env.cr.connection.get_backend_pid()
    costs, walls = [], []
    for number, record in enumerate(records):
        env.cr.rollback()
        env.invalidate_all()
        record.write({"name": f"{record.name} {number}"})
        env.flush_all()
        backend, python, wall = backend_cpu(pid), time.process_time(), time.perf_counter()
        Document._mark_changed(record)
        Document._index_pending()
        python, wall = time.process_time() - python, time.perf_counter() - wall
        # where the backend cannot be seen (another machine), all waiting counts as PostgreSQL's work
        postgres = max(wall - python, 0) if backend is None else backend_cpu(pid) - backend
        costs.append((python + postgres) * 1000)
        walls.append(wall * 1000)
    env.cr.rollback()
    costs, walls = costs[5:], walls[5:]
    return {"mean": statistics.mean(costs), "median": statistics.median(costs), "wall": statistics.median(walls)}


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": _prepare, "measure": _measure})

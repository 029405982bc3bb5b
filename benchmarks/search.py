"""The one search box over 100 000 and over 1 000 000 documents, with rights applied, beside exact BM25 and a peer.

Articles are composed in English and Chinese, for everybody, for patrons or for staff. Queries are drawn from articles
that everybody may read: a few words, a phrase, a question. A librarian, a patron and a visitor who is not logged in
ask each of them; what counts is the time in the server until the page of results is complete, and at which place the
article stands from which the query was drawn: at none worse than exact BM25 over all documents puts it.

The peer is OCA ``document_page`` with the same 100 000 texts, found by the filter of its own search view (`ilike`).

``python -m benchmarks.search TASK DATABASE ADDONS SIZE`` is one of the processes that :func:`run` starts.
"""

import statistics
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

from . import search_fill
from .answered import percentile, write_cost
from .databases import PREFIX, copy_template, drop
from .facts import PASSWORD
from .portal import PortalServer
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}search"
MOST_MS = {100_000: 30, 1_000_000: 150}
SMALL, LARGE = MOST_MS
MOST_PAGE_MS = 300
MOST_UPKEEP_MS = 5
WITHIN = 0.01
EACH = {SMALL: 20, LARGE: 10}
"""Queries of each language and kind."""
PEER = {"odoo-addon-document_page": "19.0.1.0.2", "odoo-addon-document_knowledge": "19.0.1.0.1.1"}
PEER_MODULE = "document_page"
LOGINS = ("bench_librarian", "bench_patron")
ALL_DOCUMENTS = 10**9


def run(settings, options, report):
    """Fill one database, ask it, let it grow and ask again.

    :param options: `addons` is the folder that holds library_crm
    """
    settings.cache.mkdir(parents=True, exist_ok=True)
    peer = _bring_peer(settings)
    addons = Path(f"{options.addons},{peer}")
    copy_template(settings, DATABASE)
    try:
        for size in MOST_MS:
            filled = _task(settings, addons, "prepare" if size == SMALL else "grow", size)
            _report_search(report, size, filled, _task(settings, addons, "measure", size))
            if size == SMALL:
                _report_page(report, settings, addons)
    finally:
        drop(settings, DATABASE)


def _task(settings, addons, task, size):
    return ask_process(settings, "benchmarks.search", task, DATABASE, addons, size)


def _bring_peer(settings):
    """The folder of the peer's addons, from wheels in the cache."""
    target = settings.cache / "-".join(["search-peer", *PEER.values()])
    if not (target / "odoo" / "addons" / PEER_MODULE / "__manifest__.py").is_file():
        wheels = [f"{name}=={version}" for name, version in PEER.items()]
        subprocess.run(
            [settings.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--no-compile", "--target", str(target), *wheels],
            check=True,
        )
    return target / "odoo" / "addons"


def _report_search(report, size, filled, found):
    """The figures of one size."""
    name, most = f"search, {size:,} documents", MOST_MS[size]
    report.add(Figure(f"{name}: p95", found["p95"], most, peer="limit", bar=1.0))
    for label, wall in found["by"].items():
        report.add(Figure(f"{name}, {label}: p95", wall, most, peer="limit", bar=1.0))
    for lang, (ours, exact) in found["mrr"].items():
        report.add(Figure(f"{name}, {lang}: MRR@10 of exact BM25 by ours", exact, ours + WITHIN,
                          f"ours {ours:.3f} + {WITHIN}", 1.0, "", 3))
    if found["peer"]:
        report.add(Figure(f"{name}: p95 beside the peer's", found["p95"], found["peer"]["p95"],
                          f"document_page {PEER['odoo-addon-document_page']}", 1.0))
        report.note(f"document_page, {found['peer']['asked']} searches: median {found['peer']['median']:.1f} ms; of the"
                    f" articles asked for it shows {found['peer']['shown']:.0%} among its first 80, we show"
                    f" {found['shown']:.0%} among ten")
    report.add(Figure(f"{name}: upkeep of one article", found["upkeep"]["mean"], MOST_UPKEEP_MS, "limit", 1.0,
                      digits=2))
    report.note(f"{name}: median {found['median']:.1f} ms, longest {found['worst']:.1f} ms, {found['asked']} searches")
    report.note(
        f"{name}: rows written in {filled['rows']:.0f} s by two processes, index of words built in"
        f" {filled['words']:.0f} s, statistics in {filled['statistics']:.0f} s; index of words"
        f" {found['sizes']['words'] / 2**20:.0f} MB, rows {found['sizes']['rows'] / 2**20:.0f} MB")


def _report_page(report, settings, addons):
    """How long a visitor waits for the page of results."""
    queries = _task(settings, addons, "queries", SMALL)
    walls = []
    with PortalServer(settings, DATABASE, addons, settings.cache / "search-portal.log") as server:
        server.wait()
        for number, query in enumerate(queries):
            started = time.perf_counter()
            status, page = server.get(f"/library/knowledge?search={urllib.parse.quote(query)}")
            if status != 200 or "<mark>" not in page:
                raise BenchmarkError(f"The page of results answered {status} to “{query}”.")
            if number >= 10:
                walls.append((time.perf_counter() - started) * 1000)
    name = f"search page over HTTP, {SMALL:,} documents"
    report.add(Figure(f"{name}: p95", percentile(walls), MOST_PAGE_MS, peer="limit", bar=1.0))
    report.note(f"{name}: median {statistics.median(walls):.1f} ms of {len(walls)} requests by a visitor")


# in the processes


def _prepare(env, size):
    """People, the first articles, and the same as pages of the peer."""
    env["ir.module.module"].update_list()
    env["ir.module.module"].search([("name", "=", PEER_MODULE)]).button_immediate_install()
    env.transaction.reset()
    env = env(user=env.uid)
    _make_people(env)
    article = env["library.article"].create({"name": "x", "body": "<p>x</p>"})
    env.flush_all()
    env.cr.execute("UPDATE library_article SET state = 'published' WHERE id = %s", [article.id])
    seconds = search_fill.write_articles(env, article, 1, size)
    search_fill.write_pages(env)
    return seconds


def _grow(env, size):
    """The articles that are still missing."""
    article = env["library.article"].search([("name", "=", "x")], limit=1)
    return search_fill.write_articles(env, article, SMALL + 1, size)


def _make_people(env):
    groups = ("library_crm.group_library_librarian", "base.group_portal")
    for login, group in zip(LOGINS, groups, strict=True):
        env["res.users"].with_context(no_reset_password=True).create({
            "name": login, "login": login, "password": PASSWORD, "tz": "UTC",
            "group_ids": [(6, 0, env.ref(group).ids)],
        })


def _queries(env, size):
    return [query for _lang, _kind, query, _id in search_fill.draw_queries(env.cr, size, EACH[size])]


def _measure(env, size):
    """Everything about one size as JSON."""
    queries = search_fill.draw_queries(env.cr, size, EACH[size])
    people = [env["res.users"].search([("login", "=", login)]) for login in LOGINS] + [env.ref("base.public_user")]
    envs = [
        env(user=user.id, su=False,
            context={"lang": "en_US", "tz": "UTC", "allowed_company_ids": user.company_id.ids})
        for user in people
    ]
    places, walls = _ask_all(envs, queries)
    exact = [_exact_place(envs[0], query, res_id) for _lang, _kind, query, res_id in queries]
    every = [wall for _lang, _kind, wall in walls]
    by = {}
    for lang, kind, wall in walls:
        by.setdefault(f"{lang}, {kind}", []).append(wall)
    return {
        "p95": percentile(every), "median": statistics.median(every), "worst": max(every), "asked": len(every),
        "by": {label: percentile(found) for label, found in by.items()},
        "mrr": {
            lang: [_mrr(ranks, queries, lang) for ranks in (places, exact)] for lang in ("en", "zh")
        },
        "shown": sum(place < 10 for place in places) / len(places),
        "peer": _ask_peer(env, queries) if size == SMALL else None,
        "upkeep": write_cost(env, "library.article"),
        "sizes": _sizes(env.cr),
    }


def _ask_all(envs, queries):
    """Where the librarian finds each article, and (lang, kind, milliseconds) of all searches of all people."""
    places, walls = [], []
    for asker, env in enumerate(envs):
        Document = env["library.search.document"]
        for number, (lang, kind, query, res_id) in enumerate([*queries[:12], *queries]):
            env.cr.rollback()
            env.invalidate_all()
            started = time.perf_counter()
            hits = Document._search_page(query, limit=10)["hits"]
            wall = (time.perf_counter() - started) * 1000
            if not hits:
                raise BenchmarkError(f"“{query}” found nothing.")
            if number >= 12:
                walls.append((lang, kind, wall))
                if not asker:
                    places.append(_place([hit.res_id for hit in hits], res_id))
    return places, walls


def _place(ranking, res_id):
    """Where `res_id` stands among the first ten, counted from 0; 10 if it does not."""
    return ranking.index(res_id) if res_id in ranking[:10] else 10


def _mrr(places, queries, lang):
    shares = [0 if place > 9 else 1 / (place + 1) for place, query in zip(places, queries, strict=True)
              if query[0] == lang]
    return sum(shares) / len(shares)


def _exact_place(env, query, res_id):
    """The place by BM25 over all documents: every word is looked up, no document is left out."""
    from collections import Counter

    from odoo.addons.library_crm.lib.search_terms import Scorer
    from odoo.addons.library_crm.lib.text_tokens import tokens

    Document = env["library.search.document"].sudo()
    asked = Counter(tokens(query))
    scorer = Scorer(*env["library.search.term"].sudo()._get_statistics(list(asked)), asked)
    arms, left = scorer.arms(ALL_DOCUMENTS)
    if left:
        raise BenchmarkError("A word was left out.")
    from odoo.tools import SQL

    rows = env.execute_query(SQL(
        "SELECT e.id, e.res_id, d.terms, d.term_count, d.often FROM (%s ORDER BY score DESC, id LIMIT 300) e"
        " JOIN library_search_document d ON d.id = e.id",
        Document._query_earned(arms, scorer.slope, SQL("true"), False, ALL_DOCUMENTS)))
    scored = sorted((-scorer.score(*line), number, found) for number, found, *line in rows)
    return _place([found for _score, _number, found in scored], res_id)


def _ask_peer(env, queries):
    """The same queries in the peer's search view."""
    Page = env(user=env.ref("base.user_admin").id, su=False)["document.page"]
    walls, shown = [], 0
    for number, (_lang, _kind, query, res_id) in enumerate([*queries[:6], *queries]):
        env.cr.rollback()
        env.invalidate_all()
        started = time.perf_counter()
        domain = [("type", "=", "content"), "|", ("name", "ilike", query), ("content", "ilike", query)]
        found = Page.web_search_read(domain, {"name": {}, "content_date": {}}, limit=80, count_limit=10001)
        if number >= 6:
            walls.append((time.perf_counter() - started) * 1000)
            shown += any(row["id"] == res_id for row in found["records"])
    return {"p95": percentile(walls), "median": statistics.median(walls), "asked": len(walls),
            "shown": shown / len(walls)}


def _sizes(cr):
    cr.execute(
        "SELECT pg_relation_size('library_search_document_terms_idx'), pg_table_size('library_search_document')")
    words, rows = cr.fetchone()
    return {"words": words, "rows": rows}


if __name__ == "__main__":
    tasks = {"prepare": _prepare, "grow": _grow, "measure": _measure, "queries": _queries}
    run_task(sys.argv[1:], tasks, installs=True)

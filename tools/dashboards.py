"""`python3 -m tools dashboards`: writes the library's dashboards from the short descriptions below.

Odoo's dashboards are spreadsheets in JSON. What stands in them is described here in a few lines each; the files in
library_crm/data/files are written from it, and a test compares both. Every word is in English: Odoo translates the
terms of these files, by their name `*_dashboard.json`, when they are shown.
"""

import json

from .dashboard_sheet import COUNT, LARGE, MEAN, SHARE, Dashboard
from .places import ADDON, REPOSITORY

FILES = REPOSITORY / ADDON / "data" / "files"
HIDDEN = ("Where a figure is missing, nothing happened or fewer than five people stand behind it: such figures are"
          " shown to nobody.")
RESULTS = ("#34A853", "#F9AB00", "#DC6965")
CASE, NEED, USAGE = "library.case.report", "library.need.report", "library.usage.report"


def share(board, pivot, over, under):
    """Formula of one sum of a source over another."""
    def total(names):
        return "+".join(f"SUM({board.value(pivot, name)})" for name in names.split("+"))
    return f"({total(over)})/({total(under)})"


def director():
    """What a director answers for: reach, needs met, transfer, satisfaction, promises, minutes saved."""
    board = Dashboard("director")
    board.filter_period("Period")
    board.filter_record("service", "Service", "library.service")
    board.filter_record("team", "Team", "library.team")
    match = {"period": "month", "service": "service_id", "team": "team_id"}
    reached, cases, results = (
        "library_menu_patrons_reach", "library_menu_reporting_figures_case", "library_menu_reporting_results")
    promises, reference = "library_menu_reporting_promises", "library_menu_reporting_reference"
    newest = [["is_current", "=", True], ["affiliation_id", "!=", False]]
    reach = board.pivot("library.reach", ["size", "reached"], domain=newest)
    board.score("Reached this year", share(board, reach, "reached", "size"), None, SHARE, reached)
    fields = ["persons", "met", "partly", "unmet", "told", "transfers", "rated", "satisfied", "kept",
              "missed", "first_answer_hours:avg"]
    periods = [board.pivot(CASE, fields, match, offset=offset) for offset in (0, -1)]
    board.score("Patrons served", *(board.value(one, "persons") for one in periods), LARGE, cases)
    for title, over, under, menu in (
        ("Needs met", "met", "met+partly+unmet", results),
        ("Transfer", "transfers", "told", "library_menu_evaluation_outcome"),
        ("Content patrons", "satisfied", "rated", "library_menu_evaluation_board"),
        ("Promises kept", "kept", "kept+missed", promises),
    ):
        board.score(title, *(share(board, one, over, under) for one in periods), SHARE, menu)
    hours = [board.value(one, "first_answer_hours:avg") for one in periods]
    board.score("Hours to answer", *hours, MEAN, cases, less_is_better=True)
    closed = {**match, "period": "date_closed@"}
    saved = [board.pivot("library.result.report", ["minutes_saved"], closed, offset=offset) for offset in (0, -1)]
    board.score("Minutes saved", *(board.value(one, "minutes_saved") for one in saved), LARGE,
                "library_menu_reporting_reuse_value")
    counted, transactions = {"period": "date@", "team": "team_id"}, [["series", "=", "reference"]]
    work = [board.pivot("library.reference.count", ["contact_count", "minutes"], counted, domain=transactions,
                        offset=offset) for offset in (0, -1)]
    board.score("Reference work", *(board.value(one, "contact_count") for one in work), LARGE, reference)
    board.score("Reference minutes", *(board.value(one, "minutes") for one in work), LARGE, reference)
    place = board.reserve("Reached and not reached, by group", 0, reached)
    settled = [["resolution", "!=", False]]
    board.chart("bar", "Results, by month of the close", "library.result.report", "case_count",
                ["date_closed:month", "resolution"], 1, closed, settled, menu=results, stacked=True, colours=RESULTS)
    board.chart("line", "Patrons served, by month", CASE, "persons", ["month:month"], 0, match, menu=cases)
    board.chart("line", "Promises kept, by month", "library.promise.report", "kept", ["date:month"], 1,
                {**match, "period": "date"}, menu=promises)
    board.chart("bar", "Reference work, by month and channel", "library.reference.count", "contact_count",
                ["date:month", "channel"], 0, counted, transactions, menu=reference, stacked=True)
    board.chart("bar", "Why needs were not met", "library.result.report", "case_count", ["unmet_reason"], 1, closed,
                [["resolution", "=", "unmet"]], menu=results, horizontal=True, order="DESC")
    table = board.listing("Groups with the widest gap", "library.reach", [
        ("Group", "affiliation_id.name"), ("Population#", "size"), ("Reached#", "reached"), ("Gap#", "gap"),
    ], 0, domain=[*newest, ["is_hidden", "=", False]], order="gap desc", menu=reached)
    board.chart_of(place, table, [2, 3], stacked=True)
    board.ranking("Services, by cases", CASE, "service_id", [
        ("Cases", "cases", LARGE), ("Needs met", ("met", "met+partly+unmet"), SHARE),
        ("In time", ("kept", "kept+missed"), SHARE),
    ], 1, match, menu=cases, what="Service")
    board.note(HIDDEN)
    board.definitions(["csat", "transfer", "board_served", "board_reach", "board_met", "board_promise",
                       "board_first_answer", "board_saved"])
    return board


def team():
    """Today, the load, the promises and the quality of one team or all."""
    board = Dashboard("team")
    board.filter_record("team", "Team", "library.team")
    board.filter_period("Months of promises and quality")
    now = {"team": "team_id"}
    still_open = [["stage_code", "!=", "closed"]]
    queue, everything = "library_menu_cases_queue", "library_menu_cases_all"
    promises = "library_menu_reporting_promises"
    for title, domain, menu in (
        ("Open cases", still_open, everything),
        ("Nobody's yet", [*still_open, ["user_id", "=", False]], everything),
        ("New messages", [*still_open, ["has_news", "=", True]], queue),
        ("Late", [["is_overdue", "=", True]], queue),
    ):
        found = board.pivot("library.case", ["__count"], now, domain=domain)
        board.score(title, board.value(found, "__count"), None, COUNT, menu)
    kept = {"team": "team_id", "period": "date"}
    shares = [board.pivot("library.promise.report", ["kept:avg"], kept, offset=offset) for offset in (0, -1)]
    board.score("Promises kept", *(board.value(one, "kept:avg") for one in shares), SHARE, promises)
    board.chart("bar", "Who has what on the table", "library.case", "__count", ["user_id", "waits_for"], 0, now,
                still_open, menu="library_menu_cases_team_board", stacked=True, horizontal=True)
    board.chart("bar", "Open cases by stage", "library.case", "__count", ["stage_id"], 1, now, still_open,
                menu=everything)
    board.chart("line", "Promises kept, by month", "library.promise.report", "kept", ["date:month"], 0, kept,
                menu=promises)
    board.chart("bar", "Results, by month of the close", "library.result.report", "case_count",
                ["date_closed:month", "resolution"], 1, {"team": "team_id", "period": "date_closed@"},
                menu="library_menu_reporting_results", stacked=True, colours=RESULTS)
    board.listing("Promised next", "library.case", [
        ("Case", "name"), ("Owner", "user_id"), ("Promised by", "date_promised@"), ("Stage", "stage_id"),
    ], 0, [*still_open, ["waits_for", "=", "library"]], "date_promised", 10, now, queue)
    board.listing("Waiting for the patron", "library.case", [
        ("Case", "name"), ("Owner", "user_id"), ("Last message", "date_last_message@"), ("Stage", "stage_id"),
    ], 1, [*still_open, ["waits_for", "=", "patron"]], "date_last_message", 10, now, everything)
    board.definitions(["board_open", "board_overdue", "board_promise", "board_met"])
    return board


def collection():
    """What is asked for beside what is used, by class."""
    board = Dashboard("collection")
    # classes are small: a calendar year can be told of most of them, any twelve months of few
    board.filter_period("Period", "this_year")
    board.filter_record("type", "Patron type", "library.patron.type")
    match = {"period": "month", "type": "type_id"}
    needs, use, usage = (
        "library_menu_reporting_figures_need", "library_menu_reporting_usage", "library_menu_knowledge_usage_month")
    periods = [board.pivot(NEED, ["needs", "met", "partly", "unmet"], match, offset=offset) for offset in (0, -1)]
    uses = [board.pivot(USAGE, ["uses"], match, offset=offset) for offset in (0, -1)]
    turned_away = [["metric", "in", ["No_License", "Limit_Exceeded"]]]
    away = [board.pivot("library.resource.usage", ["count"], {"period": "month"}, domain=turned_away, offset=offset)
            for offset in (0, -1)]
    board.score("Needs", *(board.value(one, "needs") for one in periods), LARGE, needs)
    for title, name, menu in (("Needs met", "met", needs), ("Not met", "unmet", "library_menu_needs_lacking")):
        shares = [share(board, one, name, "met+partly+unmet") for one in periods]
        board.score(title, *shares, SHARE, menu, less_is_better=name == "unmet")
    board.score("Uses", *(board.value(one, "uses") for one in uses), LARGE, use)
    board.score("Turned away", *(board.value(one, "count") for one in away), LARGE, usage, less_is_better=True)
    asked_place, used_place = board.reserve("Demand by class", 0, needs), board.reserve("Use by class", 1, use)
    board.chart("line", "Needs by month", NEED, "needs", ["month:month"], 0, match, menu=needs)
    board.chart("bar", "Turned away, by month and platform", "library.resource.usage", "count",
                ["month:month", "platform"], 1, {"period": "month"}, turned_away, menu=usage, stacked=True)
    asked = board.ranking("The classes most asked for", NEED, "subject_top_id", [
        ("Needs", "needs", LARGE), ("Needs met", ("met", "met+partly+unmet"), SHARE), ("Patrons", "persons", LARGE),
    ], 0, match, rows=10, menu=needs, what="Class")
    used = board.ranking("The classes most used", USAGE, "subject_id", [
        ("Uses", "uses", LARGE), ("Patrons", "persons", LARGE),
    ], 1, match, rows=10, menu=use, what="Class")
    board.chart_of(asked_place, asked, [1])
    board.chart_of(used_place, used, [1])
    board.listing("Collection tasks", "library.collection.task", [
        ("Class", "subject_id.name"), ("Needs#", "need_count"), ("Owner", "user_id"), ("Result", "state"),
    ], 0, order="id desc", rows=6, menu="library_menu_needs_tasks")
    board.listing("What to buy first", "library.purchase.evidence", [
        ("Suggestion", "suggestion_id"), ("Asked for by", "people_words"), ("Class used", "uses_words"),
        ("Result", "state"),
    ], 1, order="rank", rows=6, menu="library_menu_needs_ranking")
    board.note(HIDDEN)
    board.definitions(["board_demand", "board_met", "board_unmet", "board_supply", "board_turned_away"])
    return board


def knowledge():
    """How sound the library's knowledge is, and how often it is used again."""
    board = Dashboard("knowledge")
    board.filter_period("Period")
    articles, queue = "library_menu_knowledge_articles", "library_menu_knowledge_queue"
    alive = [["state", "in", ["verified", "published"]]]
    found = board.pivot("library.article", ["__count"], domain=alive)
    board.score("Articles in use", board.value(found, "__count"), None, LARGE, articles)
    stale = board.pivot("library.article", ["__count"], domain=[["state", "=", "outdated"]])
    board.score("To look at again", board.value(stale, "__count"), None, COUNT, queue)
    vote, matched = "library.article.vote", {"period": "date_voted@"}
    votes = [
        [board.pivot(vote, ["__count"], matched, domain=domain, offset=offset)
         for domain in ([["is_helpful", "=", True]], [])] for offset in (0, -1)]
    board.score("Helpful", *(f"{board.value(yes, '__count')}/{board.value(every, '__count')}" for yes, every in votes),
                SHARE, articles)
    results, closed = "library.result.report", {"period": "date_closed@"}
    reused = [["minutes_saved", ">", 0]]
    cases = [board.pivot(results, ["case_count", "minutes_saved"], closed, domain=reused, offset=offset)
             for offset in (0, -1)]
    board.score("Used again", *(board.value(one, "case_count") for one in cases), LARGE,
                "library_menu_reporting_results")
    board.score("Minutes saved", *(board.value(one, "minutes_saved") for one in cases), LARGE,
                "library_menu_reporting_reuse_value")
    board.chart("pie", "Articles by state", "library.article", "__count", ["state"], 0, menu=articles)
    board.chart("line", "Votes that an article helped, by month", vote, "__count", ["date_voted:month"], 1, matched,
                [["is_helpful", "=", True]], menu=articles)
    board.chart("bar", "Minutes saved, by month", results, "minutes_saved", ["date_closed:month"], 0, closed, reused,
                menu="library_menu_reporting_reuse_value")
    board.chart("bar", "Used again, by service", results, "case_count", ["service_id"], 1, closed,
                reused, menu="library_menu_reporting_results", horizontal=True, order="DESC")
    board.listing("Steward's queue", "library.knowledge.task", [
        ("What", "name"), ("Kind", "kind"), ("Used#", "uses"), ("State", "state"),
    ], 0, [["state", "=", "open"]], "score desc", menu=queue)
    board.listing("Articles most read", "library.article", [
        ("Article", "name"), ("Owner", "owner_id"), ("Read#", "view_count"), ("State", "state"),
    ], 1, [["view_count", ">", 0]], "view_count desc", menu=articles)
    board.definitions(["board_articles", "board_stale", "board_reused", "board_saved"])
    return board


def discover():
    """Who could be served and is not yet (T6)."""
    board = Dashboard("discover")
    newest = [["is_current", "=", True], ["affiliation_id", "!=", False]]
    gap, prospects = "library_menu_patrons_reach", "library_menu_patrons_prospects"
    reach = board.pivot("library.reach", ["size", "reached", "gap"], domain=newest)
    board.score("Population", board.value(reach, "size"), None, LARGE, gap)
    board.score("Reached this year", share(board, reach, "reached", "size"), None, SHARE, gap)
    board.score("Not reached", board.value(reach, "gap"), None, LARGE, gap)
    for title, states in (("Prospects", ["suggested", "asked"]), ("Won", ["agreed"])):
        found = board.pivot("library.prospect", ["__count"], domain=[["state", "in", states]])
        board.score(title, board.value(found, "__count"), None, COUNT, prospects)
    place = board.reserve("Reached and not reached, by group", 0, gap)
    board.chart("bar", "Prospects, by source and result", "library.prospect", "__count", ["source", "state"], 1,
                menu=prospects, stacked=True)
    table = board.listing("Groups with the widest gap", "library.reach", [
        ("Group", "affiliation_id.name"), ("Population#", "size"), ("Reached#", "reached"), ("Gap#", "gap"),
    ], 0, domain=[*newest, ["is_hidden", "=", False]], order="gap desc", menu=gap)
    board.chart_of(place, table, [2, 3], stacked=True)
    board.listing("Prospects to win", "library.prospect", [
        ("Prospect", "display_name"), ("Source", "source"), ("Owner", "user_id"), ("Result", "state"),
    ], 1, order="id desc", menu=prospects)
    board.listing("Campaigns", "library.campaign", [
        ("Campaign", "name"), ("Aim", "goal"), ("Owner", "user_id"), ("Result", "state"),
    ], 0, order="id desc", rows=5, menu="library_menu_outreach_campaign")
    board.listing("Won lately", "library.prospect", [
        ("Prospect", "display_name"), ("Answered", "date_answered@"), ("Owner", "user_id"), ("Stage now", "lifecycle"),
    ], 1, domain=[["state", "=", "agreed"]], order="date_answered desc", rows=5, menu=prospects)
    board.note(HIDDEN)
    board.definitions(["board_reach", "board_gap", "board_prospects"])
    return board


def keep():
    """Whom we are in touch with, and whether it goes well (T6)."""
    board = Dashboard("keep")
    relationships, steps = "library_menu_patrons_relationships", "library_menu_next_step"
    active = [["state", "=", "active"]]
    for title, model, domain, menu in (
        ("Relationships", "library.relationship", active, relationships),
        ("Quiet too long", "library.relationship", [*active, ["is_quiet", "=", True]], "library_menu_quiet"),
        ("Agreements", "library.service.agreement", active, "library_menu_patrons_agreements"),
        ("Alerts running", "library.alert.profile", active, "library_menu_knowledge_alerts_profiles"),
        ("Steps to take", "library.next.step", [["state", "=", "proposed"]], steps),
    ):
        board.score(title, board.value(board.pivot(model, ["__count"], domain=domain), "__count"), None, COUNT, menu)
    board.chart("pie", "Relationships, by agreed contact", "library.relationship", "__count", ["cadence"], 0,
                domain=active, menu=relationships)
    board.chart("bar", "What became of proposed steps", "library.next.step", "__count", ["rule_id", "state"], 1,
                menu=steps, stacked=True, horizontal=True)
    board.listing("Relationships by quiet days", "library.relationship", [
        ("Patron", "display_name"), ("Owner", "owner_id"), ("Last contact", "date_last_contact"),
        ("Days#", "quiet_days"),
    ], 0, domain=active, order="quiet_days desc", menu=relationships)
    board.listing("Alerts, newest first", "library.alert.profile", [
        ("Topic", "name"), ("Owner", "owner_id"), ("Last mail", "date_last_run@"), ("Result", "state"),
    ], 1, order="id desc", menu="library_menu_knowledge_alerts_profiles")
    board.listing("Agreements, next delivery first", "library.service.agreement", [
        ("Agreement", "name"), ("Owner", "owner_ids"), ("Next", "date_next"), ("Result", "state"),
    ], 0, order="date_next", rows=6, menu="library_menu_patrons_agreements")
    board.listing("Steps to take", "library.next.step", [
        ("Step", "rule_id"), ("Owner", "user_id"), ("Until", "date_expires"), ("Result", "state"),
    ], 1, order="id desc", rows=6, menu=steps)
    board.definitions(["board_relationships", "board_quiet", "board_alerts", "board_steps"])
    return board


def retain():
    """Whom we owe something, and who may leave (T6)."""
    board = Dashboard("retain")
    owed, at_risk = "library_menu_patrons_owed", "library_menu_patrons_at_risk"
    for title, model, domain, menu in (
        ("To make up for", "library.recovery", [["state", "=", "open"]], owed),
        ("To be checked", "library.recovery", [["state", "=", "done"]], owed),
        ("It helped", "library.recovery", [["state", "=", "helped"]], owed),
        ("It did not help", "library.recovery", [["state", "=", "not_helped"]], owed),
        ("Patrons at risk", "library.patron", [["lifecycle", "=", "at_risk"]], at_risk),
    ):
        board.score(title, board.value(board.pivot(model, ["__count"], domain=domain), "__count"), None, COUNT, menu)
    board.chart("pie", "What became of recoveries", "library.recovery", "__count", ["state"], 0, menu=owed)
    board.chart("bar", "Patrons by stage of their life with us", "library.patron", "__count", ["lifecycle"], 1,
                menu="library_menu_reporting_lifecycle")
    board.listing("Who we owe", "library.recovery", [
        ("Patron", "patron_id"), ("Owner", "user_id"), ("Since", "date_opened"), ("Result", "state"),
    ], 0, order="date_opened desc", rows=10, menu=owed)
    board.listing("Who may leave", "library.patron", [
        ("Patron", "display_name"), ("Owner", "owner_id"), ("Last visit", "date_last_visit"), ("Stage", "lifecycle"),
    ], 1, domain=[["lifecycle", "=", "at_risk"]], order="date_last_visit", rows=10, menu=at_risk)
    board.definitions(["board_owed", "board_recovered", "board_at_risk"])
    return board


BOARDS = (director, team, collection, knowledge, discover, keep, retain)


def written():
    """{path: text} of all files."""
    return {
        FILES / f"{board.__name__}_dashboard.json": json.dumps(board().build(), ensure_ascii=False, indent=1) + "\n"
        for board in BOARDS
    }


def dashboards():
    """Write the files; the exit code is 0."""
    FILES.mkdir(parents=True, exist_ok=True)
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(REPOSITORY))
    return 0

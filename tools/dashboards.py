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
USAGE = "library.usage.report"


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

    def both(model, measures, date, domain=()):
        match = {"period": date, "service": "service_id", "team": "team_id"}
        return [board.pivot(model, measures, match, domain=domain, offset=offset) for offset in (0, -1)]

    def score(title, formulas, number_format, menu):
        board.score(title, *formulas, number_format, menu)

    reached, gap = "library_menu_patrons_reach", [["is_current", "=", True], ["affiliation_id", "!=", False]]
    reach = board.pivot("library.reach", ["size", "reached"], domain=gap)
    board.score("Reached this year", share(board, reach, "reached", "size"), None, SHARE, reached)
    results = "library_menu_reporting_results"
    settled, met = (
        both("library.result.report", ["case_count", "minutes_saved"], "date_closed@", domain)
        for domain in ([["resolution", "!=", False]], [["resolution", "=", "met"]]))
    score("Cases closed", [board.value(one, "case_count") for one in settled], LARGE, results)
    score("Needs met", [f"{board.value(part, 'case_count')}/{board.value(whole, 'case_count')}"
                        for part, whole in zip(met, settled, strict=True)], SHARE, results)
    said = [["source", "!=", "staff"]]
    outcomes, passed = (
        both("library.outcome", ["__count"], "date@", domain) for domain in (said, [*said, ["is_transfer", "=", True]]))
    score("Transfer", [f"{board.value(part, '__count')}/{board.value(whole, '__count')}"
                        for part, whole in zip(passed, outcomes, strict=True)], SHARE,
          "library_menu_evaluation_outcome")
    csat = [["instrument", "=", "csat"]]
    content = both("library.evaluation.report", ["positives", "answers"], "month", csat)
    score("Content patrons", [share(board, one, "positives", "answers") for one in content], SHARE,
          "library_menu_evaluation_board")
    kept = both("library.promise.report", ["kept:avg", "hours_used:avg"], "date")
    promises = "library_menu_reporting_promises"
    score("Promises kept", [board.value(one, "kept:avg") for one in kept], SHARE, promises)
    hours = [board.value(one, "hours_used:avg") for one in kept]
    board.score("Hours used", *hours, MEAN, promises, less_is_better=True)
    score("Minutes saved", [board.value(one, "minutes_saved") for one in settled], LARGE,
          "library_menu_reporting_reuse_value")
    counted = {"period": "date@", "team": "team_id"}
    contacts = [board.pivot("library.reference.count", ["contact_count", "minutes"], counted,
                            domain=[["series", "=", "reference"]], offset=offset) for offset in (0, -1)]
    score("Reference work", [board.value(one, "contact_count") for one in contacts], LARGE,
          "library_menu_reporting_reference")
    score("Reference minutes", [board.value(one, "minutes") for one in contacts], LARGE,
          "library_menu_reporting_reference")
    place = board.reserve("Reached and not reached, by group", 0, reached)
    match = {"period": "date_closed@", "service": "service_id", "team": "team_id"}
    board.chart("bar", "Results, by month of the close", "library.result.report", "case_count",
                ["date_closed:month", "resolution"], 1, match, [["resolution", "!=", False]], menu=results,
                stacked=True, colours=RESULTS)
    board.chart("line", "Knowledge passed on, by month", "library.outcome", "__count", ["date:month"], 0,
                {**match, "period": "date@"}, [*said, ["is_transfer", "=", True]],
                menu="library_menu_evaluation_outcome")
    board.chart("line", "Promises kept, by month", "library.promise.report", "kept", ["date:month"], 1,
                {**match, "period": "date"}, menu=promises)
    board.chart("bar", "Reference work, by month and channel", "library.reference.count", "contact_count",
                ["date:month", "channel"], 0, counted, [["series", "=", "reference"]],
                menu="library_menu_reporting_reference", stacked=True)
    board.chart("bar", "Why needs were not met", "library.result.report", "case_count", ["unmet_reason"], 1, match,
                [["resolution", "=", "unmet"]], menu=results, horizontal=True, order="DESC")
    table = board.listing("Groups with the widest gap", "library.reach", [
        ("Group", "affiliation_id.name"), ("Population#", "size"), ("Reached#", "reached"), ("Not reached#", "gap"),
    ], 0, domain=[*gap, ["is_hidden", "=", False]], order="gap desc", menu=reached)
    board.chart_of(place, table, [2, 3], stacked=True)
    board.ranking("Services, by cases closed", "library.result.report", "service_id", [
        ("Cases", "case_count", LARGE), ("Minutes", "minutes", LARGE), ("Time saved", "minutes_saved", LARGE),
    ], 1, match, [["service_id", "!=", False]], menu=results, what="Service")
    board.note(HIDDEN)
    board.definitions(["csat", "transfer", "board_reach", "board_met", "board_promise", "board_saved"])
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
        ("News from patrons", [*still_open, ["has_news", "=", True]], queue),
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
        ("Case", "name"), ("Owner", "user_id"), ("Promised by", "date_promised"), ("Stage", "stage_id"),
    ], 0, [*still_open, ["waits_for", "=", "library"]], "date_promised", 10, now, queue)
    board.listing("Waiting for the patron", "library.case", [
        ("Case", "name"), ("Owner", "user_id"), ("Last message", "date_last_message"), ("Stage", "stage_id"),
    ], 1, [*still_open, ["waits_for", "=", "patron"]], "date_last_message", 10, now, everything)
    board.definitions(["board_open", "board_overdue", "board_promise", "board_met"])
    return board


def collection():
    """What is asked for beside what is used, by class."""
    board = Dashboard("collection")
    board.filter_period("Period")
    board.filter_record("service", "Service", "library.service")
    board.filter_record("branch", "Branch", "library.branch")
    asked, used = {"period": "create_date@", "service": "service_id"}, {"period": "month", "branch": "branch_id"}
    needs, use, usage = "library_menu_needs_all", "library_menu_reporting_usage", "library_menu_knowledge_usage_month"
    settled = [["state", "in", ["met", "partly", "unmet"]]]
    counts = {}
    for name, domain in (
        ("all", []), ("settled", settled), ("met", [["state", "=", "met"]]), ("unmet", [["state", "=", "unmet"]]),
    ):
        found = [board.pivot("library.need", ["__count"], asked, domain=domain, offset=offset) for offset in (0, -1)]
        counts[name] = [board.value(one, "__count") for one in found]
    uses = [board.pivot(USAGE, ["uses"], used, offset=offset) for offset in (0, -1)]
    turned_away = [["metric", "in", ["No_License", "Limit_Exceeded"]]]
    away = [board.pivot("library.resource.usage", ["count"], {"period": "month"}, domain=turned_away, offset=offset)
            for offset in (0, -1)]
    board.score("Needs", *counts["all"], LARGE, needs)
    for title, name, menu in (("Needs met", "met", needs), ("Not met", "unmet", "library_menu_needs_lacking")):
        shares = [f"{part}/{whole}" for part, whole in zip(counts[name], counts["settled"], strict=True)]
        board.score(title, *shares, SHARE, menu, less_is_better=name == "unmet")
    board.score("Uses", *(board.value(one, "uses") for one in uses), LARGE, use)
    board.score("Turned away", *(board.value(one, "count") for one in away), LARGE, usage, less_is_better=True)
    classified = [["main_class_id", "!=", False]]
    board.chart("bar", "Demand by class, and what came of it", "library.need", "__count", ["main_class_id", "state"], 0,
                asked, [*classified, *settled], menu=needs, stacked=True, horizontal=True, colours=RESULTS)
    place = board.reserve("Use by class", 1, use)
    board.chart("line", "Needs by month", "library.need", "__count", ["create_date:month"], 0, asked, menu=needs)
    board.chart("bar", "Turned away, by month and platform", "library.resource.usage", "count",
                ["month:month", "platform"], 1, {"period": "month"}, turned_away, menu=usage, stacked=True)
    board.ranking("The classes most asked for", "library.need", "main_class_id", [("Needs", "__count", LARGE)], 0,
                  asked, classified, rows=10, menu=needs, what="Class")
    supply = board.ranking("The classes most used", USAGE, "subject_id", [
        ("Uses", "uses", LARGE), ("Patrons", "persons:count_distinct", LARGE),
    ], 1, used, rows=10, menu=use, what="Class")
    board.chart_of(place, supply, [1])
    board.listing("Collection tasks", "library.collection.task", [
        ("Class", "subject_id.name"), ("Needs#", "need_count"), ("Owner", "user_id"), ("Result", "state"),
    ], 0, order="id desc", menu="library_menu_needs_tasks")
    board.listing("What to buy first", "library.purchase.evidence", [
        ("Suggestion", "suggestion_id"), ("Asked for by", "people_words"), ("Class used", "uses_words"),
        ("Result", "state"),
    ], 1, order="rank", menu="library_menu_needs_ranking")
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
        ("Group", "affiliation_id.name"), ("Population#", "size"), ("Reached#", "reached"), ("Not reached#", "gap"),
    ], 0, domain=[*newest, ["is_hidden", "=", False]], order="gap desc", menu=gap)
    board.chart_of(place, table, [2, 3], stacked=True)
    board.listing("Prospects to win", "library.prospect", [
        ("Prospect", "display_name"), ("Source", "source"), ("Owner", "user_id"), ("Result", "state"),
    ], 1, order="id desc", menu=prospects)
    board.listing("Campaigns", "library.campaign", [
        ("Campaign", "name"), ("Aim", "goal"), ("Owner", "user_id"), ("Result", "state"),
    ], 0, order="id desc", rows=5, menu="library_menu_outreach_campaign")
    board.listing("Won lately", "library.prospect", [
        ("Prospect", "display_name"), ("Answered", "date_answered"), ("Owner", "user_id"), ("Stage now", "lifecycle"),
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
        ("Topic", "name"), ("Owner", "owner_id"), ("Last mail", "date_last_run"), ("Result", "state"),
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

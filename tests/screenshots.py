"""Takes the pictures of the documentation: ``python -m tests.screenshots [name ...]``.

A demo library is started, each picture of the table is taken and laid into docs/images/. A page that logs an error, or
that is wider than its window, fails the run. To add a picture, add a row to SHOTS.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .rig.browser import DESKTOP, PHONE, Browser, Window
from .rig.environment import REPOSITORY
from .rig.kitchen import Kitchen
from .rig.odoo_server import OdooServer

IMAGES = REPOSITORY / "docs" / "images"

LIBRARIAN = "mei"
LEAD = "tomas"
STEWARD = "odile"
MANAGER = "ruth"
PATRON_ZH = "lin.wei@example.org"
PATRON_EN = "amara@example.org"
NOBODY = None


@dataclass(frozen=True)
class Shot:
    """One picture.

    :param name: file name without ending
    :param login: who looks; None is the public
    :param path: what is opened; ``{library_crm.some_xml_id}`` becomes the record's id
    :param viewport: width and height of the window
    :param lang: language of the user, or of the browser where nobody is logged in
    :param act: what is done with the window before the picture is taken
    :param full_page: the whole page instead of what the window shows
    """

    name: str
    login: str | None
    path: str
    viewport: tuple[int, int] = DESKTOP
    lang: str = "en_US"
    act: Callable[[Window], object] | None = None
    full_page: bool = False


def _click(*names: str) -> Callable[[Window], None]:
    """Press these buttons or tabs one after the other."""

    def act(window: Window) -> None:
        for name in names:
            window.click(name)

    return act


def _answer(window: Window) -> None:
    """The answer dialog with some words in it, and who was copied in let in."""
    window.click("action_answer")
    accept = window.field("accept_ids").locator("input[type=checkbox]")
    if accept.count():
        accept.first.check(force=True)
        window.wait_idle()
    window.field("body").locator("[contenteditable=true] p").first.fill(
        "林薇您好，英文部分的检索式已完成，附后；中文部分周五之前发给您。"
    )


def _everything(window: Window) -> None:
    """The list without its filters."""
    while window.page.locator(".o_searchview_facet .o_facet_remove").count():
        window.page.locator(".o_searchview_facet .o_facet_remove").first.click()
        window.wait_idle()


def _desk_bar(window: Window) -> None:
    window.press("Alt+Shift+D", "3")
    window.page.locator(".o_library_desk_note").fill("Which tram goes to the harbour archive?")


def _fill_question(window: Window) -> None:
    window.page.fill("#o_library_question", "I am looking for photographs of the fish market before 1920.")
    window.page.fill("#o_library_purpose", "A school project")


def _page(name: str) -> Callable[[Window], None]:
    """Open a page of a form's notebook, by its name in the view."""

    def act(window: Window) -> None:
        window.page.locator(f".o_notebook .nav-link[name={name}]").click()
        window.wait_idle()

    return act


PATRON = "/odoo/library-patrons/{library_crm.demo_patron_lin}"
SEGMENT = "/odoo/library-segments/{library_crm.demo_segment_loyal}"
CASE = "/odoo/library-cases/{library_crm.demo_case_lin_diabetes}"
SHEDS = "/odoo/library-cases/{library_crm.demo_case_amara_sheds}"
SOLUTION = "/odoo/library-solutions/{library_crm.demo_solution_sheds}"
ARTICLE = "/odoo/library-articles/{library_crm.demo_article_evidence_en}"
MY_CASE = "/my/cases/{library_crm.demo_case_amara_sheds}"

STAFF_SHOTS = (
    Shot("cases-list", LIBRARIAN, "/odoo/library-cases?view_type=list"),
    Shot("cases-list-zh", LIBRARIAN, "/odoo/library-cases?view_type=list", lang="zh_CN"),
    Shot("cases-kanban", LIBRARIAN, "/odoo/library-case-board"),
    Shot("cases-kanban-zh", LIBRARIAN, "/odoo/library-case-board", lang="zh_CN"),
    Shot("cases-calendar", LIBRARIAN, "/odoo/library-all-cases?view_type=calendar"),
    Shot("cases-pivot", MANAGER, "/odoo/library-case-report?view_type=pivot"),
    Shot("cases-graph", MANAGER, "/odoo/library-case-report?view_type=graph"),
    Shot("cases-activity", LIBRARIAN, "/odoo/library-all-cases?view_type=activity"),
    Shot("case", LIBRARIAN, CASE),
    Shot("case-zh", LIBRARIAN, CASE, lang="zh_CN"),
    Shot("case-participants", LIBRARIAN, CASE, act=_click("Participants")),
    Shot("case-answer", LIBRARIAN, CASE, act=_answer),
    Shot("case-restate", LIBRARIAN, CASE, act=_click("action_restate")),
    Shot("case-close", LIBRARIAN, SHEDS, act=_click("action_close_dialog")),
    Shot("case-close-zh", LIBRARIAN, SHEDS, lang="zh_CN", act=_click("action_close_dialog")),
    Shot("workroom", LIBRARIAN, SHEDS, act=_click("action_open_workroom")),
    Shot("patron", LIBRARIAN, "/odoo/library-patrons/{library_crm.demo_patron_lin}"),
    Shot("patron-zh", LIBRARIAN, "/odoo/library-patrons/{library_crm.demo_patron_lin}", lang="zh_CN"),
    Shot("patrons", LIBRARIAN, "/odoo/library-patrons"),
    Shot("held-mail-list", LIBRARIAN, "/odoo/library-held-mail"),
    Shot("held-mail", LIBRARIAN, "/odoo/library-held-mail/{library_crm.demo_held_stranger}"),
    Shot("teams", LEAD, "/odoo/library-teams"),
    Shot("needs", LIBRARIAN, "/odoo/library-needs"),
    Shot("desk-bar", LIBRARIAN, "/odoo/library-cases", act=_desk_bar),
    Shot("desk-contacts", LIBRARIAN, "/odoo/library-desk", act=_everything),
    Shot("logs", LEAD, "/odoo/library-logs"),
    Shot("articles", STEWARD, "/odoo/library-articles?view_type=list"),
    Shot("articles-zh", STEWARD, "/odoo/library-articles?view_type=list", lang="zh_CN"),
    Shot("article", STEWARD, ARTICLE),
    Shot("solution", LIBRARIAN, SOLUTION),
    Shot("article-from-solution", STEWARD, SOLUTION, act=_click("action_make_article")),
    Shot("knowledge-search", LIBRARIAN, "/odoo/library-knowledge-search"),
    Shot("team-settings", MANAGER, "/odoo/library-team-settings"),
)

RELATION_SHOTS = (
    Shot("patron-timeline", LIBRARIAN, PATRON, act=_page("timeline")),
    Shot("patron-use", LIBRARIAN, PATRON, act=_page("service"), full_page=True),
    Shot("patron-traits", LIBRARIAN, PATRON, act=_page("traits")),
    Shot("patron-relations", LIBRARIAN, PATRON, act=_page("relations")),
    Shot("patron-consents", LIBRARIAN, PATRON, act=_page("consents")),
    Shot("imports", MANAGER, "/odoo/library-imports"),
    Shot("import-sources", MANAGER, "/odoo/library-import-sources"),
    Shot("duplicates", LEAD, "/odoo/library-duplicates"),
    Shot("segments", LEAD, "/odoo/library-segments"),
    Shot("segment-rule", LEAD, SEGMENT),
    Shot("segment-profile", LEAD, SEGMENT, act=_page("profile")),
    Shot("segment-staying", LEAD, SEGMENT, act=_page("persistency")),
    Shot("segment-profile-zh", LEAD, SEGMENT, lang="zh_CN", act=_page("profile")),
    Shot("owed", LEAD, "/odoo/library-owed"),
    Shot("at-risk", LEAD, "/odoo/library-at-risk"),
    Shot("reach", LEAD, "/odoo/library-reach"),
    Shot("reach-zh", LEAD, "/odoo/library-reach", lang="zh_CN"),
    Shot("prospects", LEAD, "/odoo/library-prospects"),
    Shot("changed", LEAD, "/odoo/library-changed"),
    Shot("needs-to-come", LEAD, "/odoo/library-needs-to-come"),
    Shot("needs-to-come-zh", LEAD, "/odoo/library-needs-to-come", lang="zh_CN"),
    Shot("relationships", LEAD, "/odoo/library-relationships"),
    Shot("lifecycle", LEAD, "/odoo/library-lifecycle"),
    Shot("patrons-over-time", LEAD, "/odoo/library-patrons-over-time"),
    Shot("usage", LEAD, "/odoo/library-usage"),
    Shot("analysis", MANAGER, "/odoo/library-analysis"),
    Shot("analysis-zh", MANAGER, "/odoo/library-analysis", lang="zh_CN"),
    Shot("setup", MANAGER, "/odoo/library-setup"),
    Shot("setup-zh", MANAGER, "/odoo/library-setup", lang="zh_CN"),
)

DIABETES = "/odoo/library-cases/{library_crm.demo_case_lin_diabetes}"

SERVE_SHOTS = (
    Shot("already-answered", LIBRARIAN, DIABETES, act=_click("Already answered")),
    Shot("already-answered-zh", LIBRARIAN, DIABETES, lang="zh_CN"),
    Shot("case-interview", LIBRARIAN, DIABETES, act=_click("Interview")),
    Shot("case-clock", LIBRARIAN, DIABETES, act=_click("action_open_clock")),
    Shot("case-assign", LEAD, DIABETES, act=_click("Assign")),
    Shot("case-split", LIBRARIAN, DIABETES, act=_click("Split off")),
    Shot("workroom-searches", LIBRARIAN, DIABETES, act=_click("action_open_workroom")),
    Shot("workroom-searches-zh", LIBRARIAN, DIABETES, lang="zh_CN", act=_click("action_open_workroom")),
    Shot("workroom-colleagues", LIBRARIAN, DIABETES, act=_click("action_open_workroom", "Colleagues")),
    Shot("referrals", LIBRARIAN, "/odoo/library-referrals"),
    Shot("referral-balance", LEAD, "/odoo/library-referral-balance"),
    Shot("team-board", LEAD, "/odoo/library-team-board"),
    Shot("team-board-zh", LEAD, "/odoo/library-team-board", lang="zh_CN"),
    Shot("absences", STEWARD, "/odoo/library-absences"),
    Shot("my-skills", "hao", "/odoo/library-my-skills"),
    Shot("needs-board", MANAGER, "/odoo/library-needs-board"),
    Shot("needs-board-zh", MANAGER, "/odoo/library-needs-board", lang="zh_CN"),
    Shot("needs-lacking", MANAGER, "/odoo/library-needs-without-resource"),
    Shot("collection-tasks", MANAGER, "/odoo/library-collection-tasks"),
    Shot("purchase-suggestions", MANAGER, "/odoo/library-purchase-suggestions"),
    Shot("resources", MANAGER, "/odoo/library-resources"),
    Shot("snippets", LIBRARIAN, "/odoo/library-snippets"),
    Shot("plans", LIBRARIAN, "/odoo/library-plans"),
    Shot("plan", LIBRARIAN, "/odoo/library-plans/{library_crm.demo_plan_lin}"),
    Shot("plan-zh", LIBRARIAN, "/odoo/library-plans/{library_crm.demo_plan_lin}", lang="zh_CN"),
    Shot("insights", STEWARD, "/odoo/library-insights"),
    Shot("results-and-value", LEAD, "/odoo/library-results"),
    Shot("promises-kept", LEAD, "/odoo/library-promises"),
    Shot("closures", MANAGER, "/odoo/library-closures"),
    Shot("services", MANAGER, "/odoo/library-services"),
    Shot("service", MANAGER, "/odoo/library-services/{library_crm.service_novelty}"),
    Shot("agreements", LEAD, "/odoo/library-agreements"),
    Shot("appointments", LIBRARIAN, "/odoo/library-appointments"),
    Shot("bookable-hours", MANAGER, "/odoo/library-bookable-hours"),
    Shot("processes", MANAGER, "/odoo/library-processes"),
    Shot("connectors", MANAGER, "/odoo/library-connectors"),
    Shot("connectors-zh", MANAGER, "/odoo/library-connectors", lang="zh_CN"),
)

KNOW_SHOTS = (
    Shot("knowledge-health", STEWARD, "/odoo/library-knowledge-health"),
    Shot("knowledge-health-zh", STEWARD, "/odoo/library-knowledge-health", lang="zh_CN"),
    Shot("stewards-queue", STEWARD, "/odoo/library-stewards-queue"),
    Shot("stewards-queue-zh", STEWARD, "/odoo/library-stewards-queue", lang="zh_CN"),
    Shot("article-versions", STEWARD, "/odoo/library-articles/{library_crm.demo_article_novelty_en}",
         act=_click("action_open_versions")),
    Shot("article-related", STEWARD, "/odoo/library-articles/{library_crm.demo_article_evidence_en}",
         act=_click("Related")),
    Shot("rooms", LIBRARIAN, "/odoo/library-rooms"),
    Shot("rooms-zh", LIBRARIAN, "/odoo/library-rooms", lang="zh_TW"),
    Shot("room-insight", STEWARD, "/odoo/library-insights/{library_crm.demo_insight_room_abstracts}"),
    Shot("insight-decide", STEWARD, "/odoo/library-insights/{library_crm.demo_insight_room_abstracts}",
         act=_click("action_open_decision")),
    Shot("knowledge-created", STEWARD, "/odoo/library-knowledge-created"),
    Shot("relations", STEWARD, "/odoo/library-relations"),
    Shot("not-found", STEWARD, "/odoo/library-not-found"),
    Shot("search-quality", STEWARD, "/odoo/library-search-quality"),
    Shot("feeds", STEWARD, "/odoo/library-feeds"),
    Shot("feed-zh", STEWARD, "/odoo/library-feeds/{library_crm.demo_feed_repo}", lang="zh_CN"),
    Shot("incoming-items", STEWARD, "/odoo/library-incoming"),
    Shot("incoming-item", STEWARD, "/odoo/library-incoming/{library_crm.demo_feed_item_silt}"),
    Shot("alerts", LIBRARIAN, "/odoo/library-alerts"),
    Shot("alert-zh", LIBRARIAN, "/odoo/library-alerts/{library_crm.demo_alert_air}", lang="zh_TW"),
    Shot("products", STEWARD, "/odoo/library-products"),
    Shot("minutes-avoided", LEAD, "/odoo/library-minutes-avoided"),
    Shot("use-again", LIBRARIAN, "/odoo/library-use-again"),
    Shot("usage-by-month", MANAGER, "/odoo/library-resource-usage"),
    Shot("cost-per-use", MANAGER, "/odoo/library-cost-per-use"),
    Shot("outages", MANAGER, "/odoo/library-outages"),
    Shot("outage-case", LIBRARIAN, DIABETES),
)
PORTAL_SHOTS = (
    Shot("portal-home", PATRON_EN, "/my"),
    Shot("portal-help", NOBODY, "/library/help", full_page=True),
    Shot("portal-yearly", NOBODY, "/library/yearly", full_page=True),
    Shot("portal-ask", NOBODY, "/library/ask"),
    Shot("portal-ask-form", NOBODY, "/library/ask/{library_crm.service_reference}", act=_fill_question, full_page=True),
    Shot("portal-cases", PATRON_EN, "/my/cases?filterby=all"),
    Shot("portal-case", PATRON_EN, MY_CASE, full_page=True),
    Shot("portal-needs", PATRON_EN, "/my/needs?filterby=all"),
    Shot("portal-need", PATRON_EN, "/my/needs/{library_crm.demo_need_amara_sheds}"),
    Shot("portal-profile", PATRON_EN, "/my/library-profile", full_page=True),
    Shot("portal-traits", PATRON_EN, "/my/library-traits", full_page=True),
    Shot("portal-services", NOBODY, "/library/services", full_page=True),
    Shot("portal-booking", NOBODY, "/library/book"),
    Shot("portal-plan", PATRON_ZH, "/my/plans/{library_crm.demo_plan_lin}", full_page=True),
    Shot("portal-library-team", PATRON_EN, "/my/agreements"),
    Shot("portal-knowledge", NOBODY, "/library/knowledge"),
    Shot("portal-knowledge-results", NOBODY, "/library/knowledge?search=evidence"),
    Shot("portal-did-you-mean", NOBODY, "/library/knowledge?search=catalouge"),
    Shot("portal-status", NOBODY, "/library/status"),
    Shot("portal-rooms", PATRON_ZH, "/my/rooms"),
    Shot("portal-alerts", PATRON_EN, "/my/alerts"),
    Shot("portal-alert", PATRON_EN, "/my/alerts/new", full_page=True),
    Shot("portal-article", NOBODY, "/library/knowledge/{library_crm.demo_article_evidence_en}", full_page=True),
    Shot("portal-feedback-book", NOBODY, "/library/feedback"),
    Shot("portal-my-feedback", PATRON_EN, "/my/feedback"),
    Shot("portal-you-said", NOBODY, "/library/you-said"),
    Shot("portal-board", NOBODY, "/library/board"),
    Shot("portal-results", NOBODY, "/library/results"),
    Shot("portal-learning", PATRON_EN, "/my/learning"),
    Shot("portal-contact", PATRON_EN, "/my/contact"),
    Shot("portal-contributions", PATRON_EN, "/my/contributions"),
)


TALK_SHOTS = (
    Shot("feedback-queue", LEAD, "/odoo/library-feedback"),
    Shot("feedback-queue-zh", LEAD, "/odoo/library-feedback", lang="zh_TW"),
    Shot("feedback-form", LEAD, "/odoo/library-feedback/{library_crm.demo_feedback_noise}"),
    Shot("messages", LEAD, "/odoo/library-messages"),
    Shot("improvements", LEAD, "/odoo/library-improvements"),
    Shot("improvement", LEAD, "/odoo/library-improvements/{library_crm.demo_improvement_sockets}",
         act=_click("Before and after")),
    Shot("demand-trends", LEAD, "/odoo/library-demand-trends"),
    Shot("evaluation", MANAGER, "/odoo/library-evaluation"),
    Shot("evaluation-zh", MANAGER, "/odoo/library-evaluation", lang="zh_CN"),
    Shot("gap-figures", MANAGER, "/odoo/library-gap-figures"),
    Shot("read-agreement", MANAGER, "/odoo/library-read-agreement"),
    Shot("paired-reviews", MANAGER, "/odoo/library-paired-reviews"),
    Shot("courses", MANAGER, "/odoo/library-courses"),
    Shot("suggested", LEAD, "/odoo/library-suggested", act=_everything),
    Shot("suggested-zh", LEAD, "/odoo/library-suggested", act=_everything, lang="zh_CN"),
    Shot("journeys", MANAGER, "/odoo/library-journeys"),
    Shot("campaigns", MANAGER, "/odoo/library-campaigns"),
    Shot("campaign", MANAGER, "/odoo/library-campaigns/{library_crm.demo_campaign_families}"),
    Shot("readers-who-help", LIBRARIAN, "/odoo/library-contributions", act=_everything),
)
TALL = (1440, 1500)


def _menu(*names: str) -> Callable[[Window], None]:
    """Open menus by their names in our data, one below the other."""

    def act(window: Window) -> None:
        for name in names:
            window.page.locator(f"[data-menu-xmlid='library_crm.{name}']").click()
            window.wait_idle()

    return act


def _board(name: str) -> Callable[[Window], None]:
    """The dashboard of this name, when its charts are drawn."""

    def act(window: Window) -> None:
        window.page.locator(".o_spreadsheet_dashboard_search_panel li, .o_search_panel li").filter(
            has_text=window.words(name)
        ).first.click()
        window.wait_idle()
        window.page.wait_for_timeout(1500)

    return act


INSIGHT_SHOTS = (
    *(
        Shot(f"dashboard-{name.split()[0].lower()}", MANAGER, "/odoo/dashboards", TALL, act=_board(name))
        for name in ("Director", "Team", "Collection", "Knowledge", "Discover", "Keep in touch", "Retain")
    ),
    Shot("dashboard-director-zh", MANAGER, "/odoo/dashboards", TALL, "zh_CN", act=_board("Director")),
    Shot("dashboard-collection-zh", MANAGER, "/odoo/dashboards", TALL, "zh_TW", act=_board("Collection")),
    Shot("figures", MANAGER, "/odoo/library-case-figures"),
    Shot("figures-zh", MANAGER, "/odoo/library-case-figures", lang="zh_TW"),
    Shot("figures-meaning", MANAGER, "/odoo/library-case-figures", act=_click("What these figures mean")),
    Shot("saved-reports", MANAGER, "/odoo/library-saved-reports"),
    Shot("document-make", MANAGER, "/odoo/library-document-schedules",
         act=_menu("library_menu_reporting", "library_menu_reporting_documents_make")),
    Shot("documents-by-mail", MANAGER, "/odoo/library-document-schedules"),
    Shot("demand-map", MANAGER, "/odoo/library-demand-map"),
    Shot("demand-map-zh", MANAGER, "/odoo/library-demand-map", lang="zh_CN"),
    Shot("demand-ahead", MANAGER, "/odoo/library-demand-ahead"),
    Shot("staffing", MANAGER, "/odoo/library-staffing"),
    Shot("value-effort", MANAGER, "/odoo/library-value-effort"),
    Shot("portfolio", MANAGER, "/odoo/library-portfolio"),
    Shot("purchase-ranking", MANAGER, "/odoo/library-purchase-ranking"),
    Shot("subject-dossier", MANAGER, "/odoo/library-subject-dossiers/{library_crm.demo_dossier_environment}"),
    Shot("demand-brief", MANAGER, "/odoo/library-demand-briefs"),
    Shot("mail-test", MANAGER, "/odoo/library-mail-test"),
)


def _on_phone(shot: Shot, lang: str = "en_US") -> Shot:
    """The same picture as a phone shows it."""
    suffix = "-zh" if lang != "en_US" else ""
    login = PATRON_ZH if suffix and shot.login else shot.login
    return replace(shot, name=f"{shot.name}-phone{suffix}", viewport=PHONE, lang=lang, login=login)


CHINESE_PHONES = {
    "portal-home", "portal-ask", "portal-ask-form", "portal-cases", "portal-knowledge", "portal-profile",
    "portal-traits", "portal-services", "portal-booking", "portal-plan", "portal-rooms", "portal-alert",
    "portal-status", "portal-feedback-book", "portal-board", "portal-learning", "portal-contact", "portal-help",
    "portal-yearly",
}
SHOTS = (
    Shot("login", NOBODY, "/web/login"),
    *STAFF_SHOTS,
    *RELATION_SHOTS,
    *SERVE_SHOTS,
    *KNOW_SHOTS,
    *TALK_SHOTS,
    *INSIGHT_SHOTS,
    *PORTAL_SHOTS,
    *(_on_phone(shot) for shot in PORTAL_SHOTS),
    *(_on_phone(shot, "zh_CN") for shot in PORTAL_SHOTS if shot.name in CHINESE_PHONES),
    Shot(
        "portal-case-phone-zh",
        PATRON_ZH,
        "/my/cases/{library_crm.demo_case_lin_diabetes}",
        PHONE,
        "zh_CN",
        full_page=True,
    ),
)


class Photographer:
    """Takes pictures of a demo library."""

    def __init__(self, server: OdooServer, browser: Browser, folder: Path):
        self.server = server
        self.browser = browser
        self.folder = folder

    def take(self, shot: Shot) -> list[str]:
        """Take one picture and say what is wrong with the page."""
        if shot.login:
            self._set_language(shot.login, shot.lang)
            window = self.browser.login(self.server.url, shot.login, None, shot.viewport, shot.lang)
        else:
            window = self.browser.window(self.server.url, shot.viewport, shot.lang)
        try:
            window.open(self._path(shot.path))
            if shot.act:
                shot.act(window)
                window.wait_idle()
            self._wait_for_pictures(window)
            window.screenshot(self.folder / f"{shot.name}.png", shot.full_page)
            return self._complaints(window)
        finally:
            window.close()

    def _path(self, path: str) -> str:
        return re.sub(r"\{([\w.]+)\}", lambda found: str(self.server.ref(found[1])), path)

    def _set_language(self, login: str, lang: str) -> None:
        self.server.activate_language(lang)
        user = self.server.search("res.users", [("login", "=", login)], ["lang"])
        if not user:
            raise LookupError(f"The demo library has no user {login}.")
        if user[0]["lang"] != lang:
            self.server.write("res.users", user[0]["id"], lang=lang)

    @staticmethod
    def _wait_for_pictures(window: Window) -> None:
        """Portraits and drawn charts come after the page."""
        window.page.evaluate(
            """async () => {
                const seen = [...document.images].filter(image => image.getBoundingClientRect().top < innerHeight);
                const loaded = seen.filter(image => !image.complete).map(image =>
                    new Promise(done => { image.onload = image.onerror = done; }));
                await Promise.race([Promise.all(loaded), new Promise(done => setTimeout(done, 5000))]);
            }"""
        )
        if window.page.locator("canvas:visible").count():
            window.page.wait_for_timeout(1500)

    @staticmethod
    def _complaints(window: Window) -> list[str]:
        complaints = []
        try:
            window.assert_no_errors()
        except AssertionError as error:
            complaints.append(str(error))
        if overflow := window.width_overflow():
            complaints.append(f"{overflow} pixels wider than the window")
        return complaints


def main(arguments: list[str] | None = None) -> int:
    """Take all pictures, or those named.

    :return: 0 if every page was in order
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="pictures to take; all if none is named")
    parser.add_argument("--folder", type=Path, default=IMAGES, help="where to lay them (default: docs/images)")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - {shot.name for shot in SHOTS}
    if unknown:
        parser.error(f"there is no picture called {', '.join(sorted(unknown))}")
    shots = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    failed = 0
    kitchen = Kitchen()
    try:
        with OdooServer(kitchen.serve("demo", "screenshots")) as server, Browser() as browser:
            server.freeze_address()
            photographer = Photographer(server, browser, options.folder)
            for shot in shots:
                failed += _report(shot, photographer)
    finally:
        kitchen.close()
    print(f"{len(shots) - failed} pictures in {options.folder}, {failed} failed")
    return 1 if failed else 0


def _report(shot: Shot, photographer: Photographer) -> int:
    """Take a picture, print how it went, and return 1 if something is wrong."""
    try:
        complaints = photographer.take(shot)
    except Exception as error:  # the other pictures are still wanted
        complaints = [f"{type(error).__name__}: {error}"]
    print(f"{shot.name}: {'; '.join(complaints) or 'taken'}", flush=True)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

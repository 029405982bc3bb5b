"""The portal by WCAG 2.1 A and AA (axe-core), and without JavaScript.

A patron and a visitor of the demo library follow every link of the portal's pages; each kind of page is tested. So a
new page is tested from the day on which something links to it.

Feature: X13
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest

from .rig.browser import Browser, Window
from .rig.odoo_server import OdooServer

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
OURS = re.compile(r"^/(my|library)(/|\?|$)")
# what core shows, and what is no page
FOREIGN = re.compile(
    r"^/my/(account|security|addresses|address|purchase|invoices)|[./](atom|xml|js|ics|pdf|oai)(\?|$)|download"
    r"|/certificate/"
)
EACH_KIND = 2
START = {
    "amara@example.org": ("/my", "/library/ask", "/library/knowledge?search=loan", "/library/knowledge?search=zzzz"),
    None: ("/library/ask", "/library/knowledge", "/library/services", "/library/status"),
}
# pages that must have been among them, whatever links where
MUST = {
    "amara@example.org": {
        "/my", "/my/cases", "/my/cases/0", "/my/needs", "/my/needs/0", "/my/library-profile", "/my/rooms", "/my/alerts",
        "/my/feedback", "/my/learning", "/my/contact", "/library/ask", "/library/knowledge",
    },
    None: {
        "/library/ask", "/library/knowledge", "/library/services", "/library/status", "/library/feedback",
        "/library/you-said", "/library/board", "/library/yearly", "/library/yearly/0",
    },
}


def kind_of(path: str) -> str:
    """A path without what tells one record from another."""
    path = re.sub(r"\?.*|#.*", "", path)
    path = re.sub(r"/[\w-]*-\d+(?=/|$)|/\d+(?=/|$)", "/0", path)
    return path.rstrip("/") or "/"


def violations(window: Window) -> Iterator[str]:
    """What axe-core finds on the page shown, a line each."""
    window.page.evaluate(AXE)
    found = window.page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    for violation in found["violations"]:
        for node in violation["nodes"][:3]:
            yield f"{window.path}: {violation['id']} ({violation['impact']}): {node['html'][:200]}"


def links(window: Window) -> list[str]:
    """Addresses of this server to which the page leads."""
    found = window.page.locator("a[href]").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
    return [link for link in found if OURS.match(link) and not FOREIGN.search(link)]


@pytest.mark.parametrize("login", list(START), ids=["patron", "visitor"])
def test_every_page_passes_axe(odoo_demo: OdooServer, chromium: Browser, login: str | None) -> None:
    """WCAG 2.1 A and AA on each kind of page that can be reached."""
    if login:
        (user,) = odoo_demo.search("res.users", [("login", "=", login)])
        odoo_demo.write("res.users", user["id"], lang="en_US")
    window = chromium.login(odoo_demo.url, login) if login else chromium.window(odoo_demo.url)
    waiting, seen, count, faults = list(START[login]), set(), {}, []
    try:
        while waiting:
            path = waiting.pop(0)
            kind = kind_of(path)
            if path in seen or count.get(kind, 0) >= EACH_KIND:
                continue
            seen.add(path)
            count[kind] = count.get(kind, 0) + 1
            answer = window.page.goto(path, wait_until="load")
            window.wait_idle()
            if window.path.startswith("/web/"):
                continue  # core asks a visitor to log in
            assert answer.status < 400, f"{path} answers {answer.status}"
            faults += violations(window)
            waiting += links(window)
    finally:
        window.close()
    assert not faults, "\n".join(faults)
    assert MUST[login] <= count.keys(), MUST[login] - count.keys()


def test_patron_is_served_without_scripts(odoo_demo: OdooServer, chromium: Browser) -> None:
    """Asking, replying and rating in a browser that runs no JavaScript."""
    login = "amara@example.org"
    (user,) = odoo_demo.search("res.users", [("login", "=", login)], ["partner_id"])
    odoo_demo.write("res.users", user["id"], lang="en_US")
    mine = [("partner_id", "=", user["partner_id"][0])]
    window = chromium.window(odoo_demo.url, scripts=False)
    # core's page to log in needs scripts
    session = odoo_demo.session(login).http.cookies["session_id"]
    window.page.context.add_cookies([{"name": "session_id", "value": session, "url": odoo_demo.url}])
    try:
        window.open(f"/library/ask/{odoo_demo.ref('library_crm.service_reference')}")
        window.page.fill("#o_library_question", "Tram timetables of 1911, asked by keyboard alone")
        window.click("Send my question")
        (case,) = odoo_demo.search("library.case", [*mine, ("name", "like", "Tram timetables of 1911")])
        window.open(f"/my/cases/{case['id']}")
        window.page.fill("#o_library_reply", "The line to the harbour, please")
        window.page.locator("#reply button[type=submit]").click()
        window.wait_idle()
        assert "The line to the harbour, please" in window.text
        (closed,) = odoo_demo.search("library.case", [*mine, ("stage_code", "=", "closed")], limit=1)
        window.open(f"/my/cases/{closed['id']}")
        window.page.locator("#rating label[for=o_library_rating_4]").click()
        window.page.locator("#rating button[type=submit]").click()
        window.wait_idle()
        ratings = odoo_demo.search(
            "rating.rating", [("res_model", "=", "library.case"), ("res_id", "=", closed["id"])], ["rating"]
        )
        assert [rating["rating"] for rating in ratings] == [4]
    finally:
        window.close()

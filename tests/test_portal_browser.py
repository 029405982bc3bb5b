"""The portal as patrons meet it: on a phone, with mistakes, with links that are not theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .rig.browser import PHONE, Window
from .rig.odoo_server import OdooServer
from .rig.patience import at_once

LONG = "Photographs of the fish market before 1920"


@dataclass
class Portal:
    """A library with two patrons on its portal: Ada has twelve questions, Ben has one."""

    odoo: OdooServer
    adas: list[int]
    bens: int
    article: int


@pytest.fixture(scope="module")
def portal(odoo: OdooServer) -> Portal:
    nora = odoo.add_user("nora", ["library_crm.group_library_steward"], email="nora@library.test")
    odile = odoo.add_user("odile", ["library_crm.group_library_steward"], email="odile@library.test")
    members = [(0, 0, {"user_id": user}) for user in (nora, odile)]
    team = odoo.create("library.team", name="Reference", alias_name="ask", member_ids=members)
    odoo.write("library.service", odoo.ref("library_crm.service_reference"), team_id=team)
    for login in ("ada", "ben"):
        odoo.add_user(login, ["base.group_portal"], email=f"{login}@patrons.test", lang="en_US")
    adas = [_ask(odoo, "ada", f"{LONG} {number}") for number in range(12)]
    bens = _ask(odoo, "ben", "A private question of Ben")
    odoo.mark_log()
    return Portal(odoo, adas, bens, _published_article(odoo))


def _ask(odoo: OdooServer, login: str, words: str) -> int:
    """A question sent by the form of the portal, without a browser."""
    session = odoo.session(login)
    service = odoo.ref("library_crm.service_reference")
    odoo.sql("DELETE FROM library_form_log")
    answer = session.post(
        "/library/ask/send", {"service": service, "question": words}, token_from=f"/library/ask/{service}"
    )
    assert answer.ok
    return odoo.search("library.case", [("name", "=", words)])[0]["id"]


def _published_article(odoo: OdooServer) -> int:
    odile, nora = odoo.session("odile"), odoo.session("nora")
    values = {
        "name": "Renew a loan",
        "body": "<p>Sign in and press Renew.</p>",
        "visibility": "public",
        "lang": "en_US",
    }
    (article,) = odile.call("library.article", "create", [values])
    odile.call("library.article", "action_submit", [article])
    for verb in ("action_verify", "action_publish"):
        nora.call("library.article", verb, [article])
    return article


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_every_page_fits_a_phone(portal: Portal, browse: Callable[..., Window], lang: str) -> None:
    """At 390 px nobody scrolls sideways, and what is pressed is large enough for a thumb."""
    (user,) = portal.odoo.search("res.users", [("login", "=", "ada")])
    portal.odoo.write("res.users", user["id"], lang=lang)
    window = browse(portal.odoo, "ada", viewport=PHONE, lang=lang)
    (need,) = portal.odoo.read("library.case", portal.adas[0], "need_ids")
    service = portal.odoo.ref("library_crm.service_reference")
    try:
        for path in (
            "/my", "/library/ask", f"/library/ask/{service}", "/my/cases", f"/my/cases/{portal.adas[0]}",
            "/my/needs", f"/my/needs/{need}", "/my/library-profile", "/library/knowledge",
            "/library/knowledge?search=renew", f"/library/knowledge/renew-a-loan-{portal.article}", "/my/cases/999999",
        ):  # fmt: skip
            if path.endswith("999999"):
                with window.expect_errors():  # the browser logs that the page answers 404
                    window.open(path)
            else:
                window.open(path)
            assert window.width_overflow() == 0, path
            small = window.page.locator("main .btn:visible, #wrap .btn:visible").evaluate_all(
                "nodes => nodes.filter(node => node.getBoundingClientRect().height < 24).map(node => node.innerText)"
            )
            assert not small, (path, small)
    finally:
        portal.odoo.write("res.users", user["id"], lang="en_US")


def test_list_has_tabs_search_order_and_pages(portal: Portal, browse: Callable[..., Window]) -> None:
    """Feature: P1"""
    window = browse(portal.odoo, "ada")
    window.open("/my")
    window.page.locator("[data-placeholder_count=library_case_count]").filter(has_text="12").wait_for()
    window.open("/my/cases")
    assert window.page.locator("ol.o_portal_submenu").inner_text().strip().endswith("My questions")
    window.open("/my/cases?search=market 7")
    assert (
        window.page.locator(".o_library_row").count() == 0 or "7" in window.page.locator(".o_library_row").inner_text()
    )
    window.open("/my/cases?search=1920 7")
    assert window.page.locator(".o_library_row").count() == 1
    window.open("/my/cases?filterby=closed")
    assert window.page.locator(".o_library_row").count() == 0
    for junk in ("sortby=x", "filterby=;drop", "page=-1", "search=%00%27", "sortby[]=1", "page=abc", "filterby="):
        window.open(f"/my/cases?{junk}")
        assert window.page.locator(".o_library_row").count() >= 1 or "search" in junk, junk


def test_form_without_the_question_keeps_what_was_typed(portal: Portal, browse: Callable[..., Window]) -> None:
    """The browser's own check is switched off, as an old browser would have it.

    Feature: 1.2
    """
    window = browse(portal.odoo, "ada")
    window.open(f"/library/ask/{portal.odoo.ref('library_crm.service_reference')}")
    window.page.fill("#o_library_purpose", "A family tree")
    window.page.evaluate("document.querySelector('form.o_library_form').noValidate = true")
    before = len(portal.odoo.search("library.case", []))
    with window.expect_errors():  # the browser logs that the form was refused
        window.click("Send my question")
    assert "Please write what you need." in window.text
    assert window.page.input_value("#o_library_purpose") == "A family tree"
    assert len(portal.odoo.search("library.case", [])) == before


def test_file_that_is_too_large_is_named(portal: Portal) -> None:
    """30 MB in one file: a sentence that says which one, and nothing is stored."""
    session = portal.odoo.session("ada")
    service = portal.odoo.ref("library_crm.service_reference")
    before = len(portal.odoo.search("library.case", []))
    answer = session.post(
        "/library/ask/send",
        {"service": service, "question": "See the scan"},
        token_from=f"/library/ask/{service}",
        files={"attachments": ("../../scan.pdf", b"x" * 30_000_000)},
    )
    assert answer.status_code < 500 and "scan.pdf" in answer.text and "../" not in answer.text
    assert "See the scan" in answer.text, "what was typed is still there"
    assert len(portal.odoo.search("library.case", [])) == before


def test_same_form_twice_is_one_question(portal: Portal) -> None:
    """A double click, with both requests on their way at once."""
    session = portal.odoo.session("ben")
    service = portal.odoo.ref("library_crm.service_reference")
    portal.odoo.sql("DELETE FROM library_form_log")
    token = session.csrf_token(f"/library/ask/{service}")
    form = {"service": service, "question": "Twice", "form_key": "k" * 32, "csrf_token": token}
    answers = at_once([lambda: session.post("/library/ask/send", form)] * 2)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(portal.odoo.search("library.case", [("name", "=", "Twice")])) == 1


def test_somebody_elses_case_looks_like_none(portal: Portal) -> None:
    """The same status and the same page as for a number that does not exist, with and without a wrong token."""
    session = portal.odoo.session("ada")
    before = portal.odoo.search("library.case", [("id", "=", portal.bens)], ["name", "write_date", "message_ids"])
    for tail in (
        "",
        "?access_token=",
        "?access_token=0",
        "?access_token=False",
        "?access_token=null",
        "?access_token=x",
    ):
        mine, none = session.get(f"/my/cases/{portal.bens}{tail}"), session.get(f"/my/cases/99999999{tail}")
        assert mine.status_code == none.status_code == 404
        assert "private question" not in mine.text
    for verb in ("reply", "helped", "reopen", "rate"):
        answer = session.post(
            f"/my/cases/{portal.bens}/{verb}",
            {"message": "Mine now", "rating": 1},
            token_from=f"/my/cases/{portal.adas[0]}",
        )
        assert answer.status_code in (403, 404)
    assert before == portal.odoo.search(
        "library.case", [("id", "=", portal.bens)], ["name", "write_date", "message_ids"]
    )


def test_link_of_a_mail_opens_one_case_without_an_account(portal: Portal, browse: Callable[..., Window]) -> None:
    """The secret of one case opens that case and no other.

    Feature: P1
    """
    portal.odoo.rpc("library.case", "get_portal_url", [portal.bens])
    token = portal.odoo.read("library.case", portal.bens, "access_token")
    if not token:
        portal.odoo.sql(
            "UPDATE library_case SET access_token = 'c0ffee00-0000-4000-8000-000000000000' WHERE id = %s", portal.bens
        )
        token = "c0ffee00-0000-4000-8000-000000000000"
    window = browse(portal.odoo)
    window.open(f"/my/cases/{portal.bens}?access_token={token}")
    assert "A private question of Ben" in window.text
    window.page.fill("#o_library_reply", "One more thing <script>alert(1)</script>")
    window.page.locator("#reply button[type=submit]").click()
    window.wait_idle()
    assert "your message has reached us" in window.text
    assert "One more thing <script>" in window.text, "markup is shown as the text it is"
    public = portal.odoo.session()
    assert "fish market" not in public.get(f"/my/cases/{portal.adas[0]}?access_token={token}").text


def test_get_changes_nothing(portal: Portal) -> None:
    """Mail scanners and browsers that look ahead open links."""
    session = portal.odoo.session("ada")
    case = portal.adas[0]
    fields = ["stage_id", "confirmation", "message_ids", "write_date"]
    before = portal.odoo.search("library.case", [("id", "=", case)], fields)
    for verb in ("reply", "helped", "reopen", "rate"):
        assert session.get(f"/my/cases/{case}/{verb}").status_code in (404, 405)
        assert session.post(f"/my/cases/{case}/{verb}", {"message": "x", "rating": 5}).status_code == 400
    assert before == portal.odoo.search("library.case", [("id", "=", case)], fields)


def test_reader_says_whether_an_article_helped(portal: Portal, browse: Callable[..., Window]) -> None:
    """Feature: 31.2"""
    window = browse(portal.odoo)
    window.open("/library/knowledge")
    window.page.fill("#o_library_words", "how do I renew")
    window.page.press("#o_library_words", "Enter")
    window.wait_idle()
    window.click("Renew a loan")
    window.page.locator("#o_library_vote button[value=yes], #o_library_vote button").first.click()
    window.wait_idle()
    votes = portal.odoo.search(
        "library.article", [("id", "=", portal.article)], ["helpful_count", "not_helpful_count"]
    )[0]
    assert votes["helpful_count"] + votes["not_helpful_count"] == 1


def test_the_log_stays_clean(portal: Portal) -> None:
    portal.odoo.assert_clean_log(allow=[r"No CSRF validation token provided"])

"""The journey goes on (see test_journey_1_answer.py): closing, rating, re-opening, and what was learned stays."""

from __future__ import annotations

import re

import pytest
import requests

from .journey import (
    ASK,
    LIN,
    RESTATEMENT,
    SUBJECT,
    Story,
    answer,
    open_case,
)
from .rig.language import Words
from .rig.mail_client import reply
from .rig.web_session import RpcError

# 5. The end, and the end of the end


def test_5_case_closes_with_a_result_and_a_lesson(story: Story, browse) -> None:
    """Feature: 23.3, 25.1, 25.2"""
    answer(story, story.odoo.session("mei"), "祝论文顺利！")
    desk = browse(story.odoo, "mei")
    open_case(desk, story.case)
    desk.click("action_close_dialog")
    desk.choose("resolution", "Met")
    assert desk.value("lesson_question")
    desk.fill("lesson", "The index of parishes was quicker than the catalogue.")
    desk.click("action_close")
    state = story.case_of(story.case, "stage_code", "resolution", "waits_for", "date_closed", "read_level")
    assert (state["stage_code"], state["resolution"], state["waits_for"]) == ("closed", "met", "nobody")
    words = ["worked", "failed", "learned", "reflection"]
    facts = ["problem", "solution", "timeline", "mail_in_count", "mail_out_count", *words]
    (log,) = story.odoo.search("library.service.log", [("case_id", "=", story.case)], facts)
    lessons = [log[name] for name in words if log[name]]
    assert lessons == ["The index of parishes was quicker than the catalogue."]
    assert RESTATEMENT in log["problem"] and "手套匠" in log["solution"]
    assert log["mail_in_count"] >= 4 and log["mail_out_count"] >= 4
    assert log["timeline"].count("<li>") >= 8 and "Look through the census index" in log["timeline"]
    assert "林薇" not in log["timeline"] + log["problem"] and LIN not in log["timeline"] + log["problem"]


def test_5_patron_rates_with_one_click_and_changes_it(story: Story, browse) -> None:
    """Without login; fetching the link, as a mail scanner does, stores nothing.

    Feature: 2.1
    """
    story.send_out()
    asked = story.mail.wait_for(LIN, lambda mail: any("/library/rate/" in link for link in mail.links))
    links = {int(link[-1]): link for link in asked.links if re.search(r"/library/rate/.*/[1-5]$", link)}
    assert set(links) == {1, 2, 3, 4, 5}
    for link in links.values():
        assert requests.get(link, timeout=60).status_code == 200
    ratings = [("res_model", "=", "library.case"), ("res_id", "=", story.case), ("consumed", "=", True)]
    assert not story.odoo.search("rating.rating", ratings)

    patron = browse(story.odoo, lang="zh_CN")
    patron.page.goto(links[4])
    patron.page.wait_for_url(lambda address: not address.endswith("/4"))
    patron.wait_idle()
    (rating,) = story.odoo.search("rating.rating", ratings, ["rating", "partner_id"])
    assert rating["rating"] == 4 and rating["partner_id"][1] == "林薇"
    patron.page.locator("label[for=o_library_rating_5]").click()
    patron.page.fill("#o_library_feedback", "很有帮助")
    patron.page.locator("form[action*='/library/rate/']:not([action$='/saved']) button[type=submit]").click()
    patron.wait_idle()
    (rating,) = story.odoo.search("rating.rating", ratings, ["rating", "feedback"])
    assert rating["rating"] == 5 and "很有帮助" in rating["feedback"]


def test_5_later_mail_reopens_the_case(story: Story, browse) -> None:
    """Feature: 23.3"""
    story.mail.empty()
    story.arrive(reply(story.letters["answer"], "还想请教一下第13卷。"), ASK, LIN)
    state = story.case_of(
        story.case, "stage_code", "resolution", "waits_for", "has_news", "reopened_count", "date_promised"
    )
    assert (state["stage_code"], state["resolution"], state["waits_for"]) == ("understand", False, "library")
    assert state["has_news"] and state["reopened_count"] == 1 and state["date_promised"]
    story.send_out()
    assert not story.mail.box(LIN).messages(), "the first mail was acknowledged, later ones are answered"
    desk = browse(story.odoo, "mei")
    desk.open("/odoo/library-cases")
    assert SUBJECT in desk.text
    answer(story, story.odoo.session("mei"), "第13卷也在四号阅览室。")
    open_case(desk, story.case)
    desk.click("action_close_dialog")
    desk.choose("resolution", "Partly met")
    desk.fill("lacks", "第13卷")
    desk.click("action_close")
    assert story.case_of(story.case, "resolution")["resolution"] == "partly"
    assert len(story.odoo.search("library.service.log", [("case_id", "=", story.case)])) == 1


# 6. What was learned stays


def test_6_solution_becomes_an_article_without_the_patron(story: Story, browse) -> None:
    """Feature: 31.1, 25.3"""
    desk = browse(story.odoo, "mei")
    desk.open(f"/odoo/library-solutions/{story.solution}")
    desk.click("action_make_article")
    removed = desk.field("difference").locator("del").all_inner_texts()
    assert any("林薇" in words for words in removed)
    desk.tick("is_checked")
    desk.click("action_create_article")
    (article,) = story.odoo.search(
        "library.article", [("origin_solution_id", "=", story.solution)], ["name", "body", "state", "author_id", "lang"]
    )
    story.draft = article["id"]
    assert "林薇" not in article["body"] and "手套匠" in article["body"]
    assert (article["state"], article["lang"], article["author_id"][1]) == ("draft", "zh_CN", "Mei Tanaka")
    desk.wait_idle()
    desk.click("action_submit")
    assert story.odoo.read("library.article", story.draft, "state") == "review"


def test_6_author_cannot_verify(story: Story, browse) -> None:
    """Neither by a button, which is not there, nor by a call.

    Feature: 31.1
    """
    desk = browse(story.odoo, "mei")
    desk.open(f"/odoo/library-articles/{story.draft}")
    assert not desk.page.locator("button[name=action_verify]:visible").count()
    mei = story.odoo.session("mei")
    for call in (("action_verify", [story.draft]), ("write", [story.draft], {"state": "verified"})):
        with pytest.raises(RpcError, match="AccessError"):
            mei.call("library.article", *call)
    assert story.odoo.read("library.article", story.draft, "state") == "review"
    assert "胶片" not in story.odoo.session().get("/library/knowledge?search=手套匠").text, "nobody reads it yet"


def test_6_second_person_verifies_and_publishes(story: Story, browse) -> None:
    """Feature: 31.1"""
    desk = browse(story.odoo, "odile")
    desk.open(f"/odoo/library-articles/{story.draft}")
    desk.click("action_verify")
    desk.click("action_publish")
    article = story.odoo.search("library.article", [("id", "=", story.draft)], ["state", "verifier_id"])[0]
    assert article["state"] == "published" and article["verifier_id"][1] == "Odile Marchand"


@pytest.mark.parametrize(("reads", "words"), [("zh_CN", "手套匠的普查"), ("en_US", "glovers in census returns")])
def test_6_patrons_find_it_in_both_languages(story: Story, browse, reads: str, words: str) -> None:
    """Feature: 31.2"""
    window = browse(story.odoo, lang=reads)
    window.open("/library/knowledge")
    window.page.fill("#o_library_words", words)
    window.page.press("#o_library_words", "Enter")
    window.wait_idle()
    window.page.locator(".o_library_hits a").filter(has_text="手套匠").first.click()
    window.wait_idle()
    assert "胶片第12卷" in window.text and "林薇" not in window.text


def test_the_log_shows_no_trouble(story: Story) -> None:
    """The whole story, and on the server no other warning than the refusals that it provokes."""
    refusals = (
        "You wrote this text: a colleague has to verify it.",
        "%(field)s follows from submitting, verifying and publishing; it cannot be set by hand.",
    )
    # a call over RPC is refused in English, a click in the window in the colleague's own language
    tongues = (Words("en_US"), story.words)
    allowed = [words.pattern(refusal).pattern for refusal in refusals for words in tongues]
    story.odoo.assert_clean_log(allow=[*allowed, r"Hao Chen \(id=\d+\)[^\n]*\n- [^\n]*library\.case"])

"""A need that takes three departments and a partner library: from the portal to a plan that its patron ticks.

One story in an institution of its own; each test goes on where the one before it ended. Mail is real, people look at
Chromium. A picture of each screen of the way is taken; with LIBRARY_CRM_PICTURES=1 they go to docs/images/.
"""

from __future__ import annotations

import re

import pytest

from .journey import AMARA, Story, make_team, open_case, restate, take_picture
from .rig.browser import PHONE
from .rig.mail_client import reply

PARTNER = "delft.loans@patrons.test"
TOPIC = "How did flood insurance begin in river ports?"
RESTATED = "Literature on the first flood insurance in European river ports, 1700 to 1850"
SECRET = "Colleagues only: the 1788 charter is mislaid"
PARTNER_WORDS = "We hold the minutes of the mutual society of 1763, shelfmark K 12."


@pytest.fixture(scope="module")
def serve(begun, running_mail_server) -> Story:
    """The library of the journey with a loans department, a partner library and a database more."""
    story, odoo = begun, begun.odoo
    running_mail_server.box(PARTNER)
    yuki = odoo.add_user(
        "yuki", ["library_crm.group_library_librarian"], name="Yuki Sato", email="yuki@library.test",
        lang=story.words.lang,
    )  # fmt: skip
    make_team(odoo, "Interlibrary loan", "loans", yuki)
    (team,) = odoo.search("library.team", [("name", "=", "Reference")])
    odoo.write("library.service", odoo.ref("library_crm.service_subject_search"), team_id=team["id"])
    odoo.create(
        "library.resource", name="University Library of Delft", kind="partner", email=PARTNER, access="public"
    )
    return story


@pytest.fixture
def picture(tmp_path):
    """Take a picture of a window, which must show nothing wider than itself."""
    return lambda window, name: take_picture(window, f"serve-{name}", tmp_path)


def everything_mailed(story: Story, box: str) -> str:
    return "\n".join(mail.subject + mail.text + mail.html for mail in story.mail.box(box).messages())


def room_of(story: Story) -> int:
    (room,) = story.odoo.search("library.workroom", [("case_id", "=", story.case)])
    return room["id"]


# 1. The need


def test_1_patron_asks_under_a_service_and_answers_its_questions(serve: Story, browse, picture) -> None:
    """Feature: 1.1, 1.2, 3.4, 5.4"""
    window = browse(serve.odoo, "amara")
    window.open("/library/ask")
    window.page.locator(".o_library_card").filter(has_text=window.words("Search on a topic")).click()
    window.wait_idle()
    assert window.words("First answer within") in window.text
    window.page.fill("#o_library_question", TOPIC)
    window.page.fill("#o_library_purpose", "A master's thesis")
    for box in window.page.locator(".o_library_questions :is(input, textarea)[required]").all():
        box.fill("Insurance, 18th century")
    picture(window, "ask")
    window.click("Send my question")
    assert window.words("Thank you, we have your question") in window.text
    (case,) = serve.odoo.search("library.case", [("email_normalized", "=", AMARA)], ["date_promised", "service_id"])
    serve.case = case["id"]
    assert case["date_promised"] and case["service_id"][1] == "Search on a topic"
    serve.send_out()
    serve.mail.wait_for(AMARA)


def test_2_librarian_claims_and_restates_the_process_stands_ready(serve: Story, browse, picture) -> None:
    """Feature: 22.1, X2, 1.2"""
    desk = browse(serve.odoo, "mei")
    open_case(desk, serve.case)
    desk.click("action_claim")
    desk.click("action_open_workroom")
    assert desk.words("Restate the topic and its limits") in desk.page.content()
    restate(desk, serve.case, RESTATED)
    serve.send_out()
    asked = serve.mail.wait_for(AMARA, lambda mail: RESTATED in mail.html)
    patron = browse(serve.odoo, "amara")
    patron.open(f"/my/cases/{serve.case}")
    patron.click("Yes, that is it")
    assert asked["Reply-To"]
    (need,) = serve.case_of(serve.case, "need_ids")["need_ids"]
    assert serve.odoo.read("library.need", need, "confirmation") == "confirmed"
    open_case(desk, serve.case)
    picture(desk, "case")


def test_2_clock_stands_while_the_patron_is_asked(serve: Story) -> None:
    """Feature: X1"""
    mei = serve.odoo.session("mei")
    states = [
        row["state"]
        for row in mei.call("library.clock.segment", "search_read", [("case_id", "=", serve.case)], ["state"])
    ]
    assert "paused" in states and "running" in states


# 3. Three departments and a partner


def test_3_two_departments_join_without_seeing_the_patron(serve: Story, browse, picture) -> None:
    """Medicine logs what it searched; the loans department asks a partner.

    Feature: 21.1, 21.2, 22.4
    """
    mei = serve.odoo.session("mei")
    teams = serve.odoo.search("library.team", [("name", "in", ["Medicine", "Interlibrary loan"])])
    values = {"contributing_team_ids": [(4, team["id"]) for team in teams]}
    mei.call("library.case", "write", [serve.case], values)
    room = room_of(serve)
    hao = browse(serve.odoo, "hao")
    hao.open(f"/odoo/library-workrooms/{room}")
    assert RESTATED in hao.value("question")
    session = serve.odoo.session("hao")
    session.call(
        "library.search.log",
        "create",
        [{"workroom_id": room, "source": "Economic history index", "query": "flood* AND insur*", "hits": 212,
          "kept": 9, "reason": "Only river ports"}],
    )  # fmt: skip
    session.call("library.workroom", "message_post", [room], body=SECRET, message_type="comment")
    hao.open(f"/odoo/library-workrooms/{room}")
    hao.click("Searches")
    assert "Economic history index" in hao.text and SECRET in hao.text
    picture(hao, "workroom")
    page = hao.page.content()
    assert "Amara" not in page and AMARA not in page
    assert session.call("library.case", "search", [("id", "=", serve.case)]) == []


def test_3_patron_agrees_that_other_libraries_are_asked(serve: Story, browse, picture) -> None:
    """Feature: 5.5"""
    mei = serve.odoo.session("mei")
    mei.call("library.case", "action_ask_consent", [serve.case])
    serve.send_out()
    patron = browse(serve.odoo, "amara")
    patron.open(f"/my/cases/{serve.case}#partners")
    picture(patron, "consent")
    patron.page.locator("#partners button[value=yes]").click()
    patron.wait_idle()
    assert serve.case_of(serve.case, "partner_consent")["partner_consent"] == "yes"


def test_3_partner_gets_the_question_and_not_the_person(serve: Story, browse, picture) -> None:
    """Feature: 5.5"""
    yuki = browse(serve.odoo, "yuki")
    yuki.open(f"/odoo/library-workrooms/{room_of(serve)}")
    yuki.click("Partner libraries")
    yuki.click("action_refer")
    yuki.fill("resource_id", "University Library of Delft")
    yuki.save()
    picture(yuki, "referral")
    yuki.click("action_send")
    serve.send_out()
    letter = serve.letters["referral"] = serve.mail.wait_for(PARTNER)
    words = letter.subject + letter.text + letter.html
    assert "flood insurance" in words and "Amara" not in words and AMARA not in words
    assert SECRET not in words
    assert serve.case_of(serve.case, "waits_for")["waits_for"] == "partner"


def test_3_partner_answers_once_and_the_room_hears_of_it(serve: Story, browse, picture) -> None:
    """Feature: 5.5"""
    letter = serve.letters["referral"]
    link = next(link for link in letter.links if "/library/referral/" in link)
    guest = browse(serve.odoo)
    guest.open(link)
    assert "Amara" not in guest.page.content()
    guest.page.fill("#o_library_answer", PARTNER_WORDS)
    guest.page.fill("#o_library_who", "Pieter")
    picture(guest, "partner")
    guest.click("Send the answer")
    assert guest.words("Thank you. Your answer has reached our librarians.") in guest.text
    again = browse(serve.odoo)
    again.open(link)
    assert again.words("This request has been answered") in again.text
    assert not again.page.locator("form[data-library-form=referral]").count()
    yuki = browse(serve.odoo, "yuki")
    yuki.open(f"/odoo/library-workrooms/{room_of(serve)}")
    assert "shelfmark K 12" in yuki.text
    assert serve.case_of(serve.case, "waits_for")["waits_for"] == "library"
    serve.send_out()
    mailed = everything_mailed(serve, AMARA)
    assert "shelfmark K 12" not in mailed and SECRET not in mailed


# 4. The solution


def test_4_solution_with_sections_is_delivered(serve: Story, browse, picture) -> None:
    """Feature: 23.1, 23.2"""
    mei = serve.odoo.session("mei")
    (serve.solution,) = mei.call(
        "library.solution",
        "create",
        [{
            "name": "The first flood insurance in river ports", "value_kind": "synthesis", "lang": "en_US",
            "body": "<p>Nine sources, read and compared.</p>",
            "section_ids": [(0, 0, {"name": "Mutual societies", "body": "<p>The society of 1763 came first.</p>"})],
            "source_ids": [(0, 0, {"name": "Minutes of the mutual society, 1763", "identifier": "K 12"})],
        }],
    )  # fmt: skip
    mei.call("library.solution", "action_finalize", [serve.solution])
    desk = browse(serve.odoo, "mei")
    open_case(desk, serve.case)
    desk.click("action_answer")
    desk.fill("body", "Your overview is ready.")
    desk.fill("solution_ids", "The first flood insurance")
    picture(desk, "answer")
    desk.click("action_send")
    serve.send_out()
    letter = serve.letters["answer"] = serve.mail.wait_for(AMARA, lambda mail: "overview is ready" in mail.html)
    assert letter.attachments and SECRET not in letter.html


def test_4_patron_comments_on_a_section_and_we_read_it(serve: Story, browse, picture) -> None:
    """Feature: 23.2"""
    patron = browse(serve.odoo, "amara")
    patron.open(f"/my/cases/{serve.case}/solutions/{serve.solution}")
    assert "The society of 1763 came first." in patron.text
    picture(patron, "solution")
    part = patron.page.locator("section[id^=part-]").filter(has_text="Mutual societies")
    part.locator("summary").click()
    part.locator("textarea").fill("Who were its members?")
    part.locator("button[type=submit]").click()
    patron.wait_idle()
    bodies = " ".join(row["body"] for row in serve.messages(serve.case))
    assert "Who were its members?" in bodies and "Mutual societies" in bodies
    assert serve.case_of(serve.case, "waits_for")["waits_for"] == "library"


# 5. The plan


def test_5_plan_is_proposed_and_given(serve: Story, browse, picture) -> None:
    """Feature: 24.2, 24.3, 24.5"""
    mei = serve.odoo.session("mei")
    action = mei.call("library.case", "action_open_plan", [serve.case])
    plans = serve.odoo.search("library.plan", [("case_id", "=", serve.case)])
    plan = plans[0]["id"] if plans else action["res_id"]
    desk = browse(serve.odoo, "mei")
    desk.open(f"/odoo/library-plans/{plan}")
    if desk.page.locator("button[name=action_build]:visible").filter(has_text=desk.words("Propose steps")).count():
        desk.click("action_build")
    assert any("first flood insurance" in " ".join(row) for row in desk.rows())
    picture(desk, "plan-desk")
    mei.call("library.plan", "action_give", [plan])
    serve.send_out()
    letter = serve.letters["plan"] = serve.mail.wait_for(AMARA, lambda mail: "/my/plans/" in mail.html)
    assert SECRET not in letter.html


def test_5_patron_ticks_the_plan_on_a_phone(serve: Story, browse, picture) -> None:
    """Feature: 24.3, 24.4, 24.5"""
    link = next(link for link in serve.letters["plan"].links if "/my/plans/" in link)
    phone = browse(serve.odoo, "amara", viewport=PHONE)
    phone.open(link)
    done = re.escape(phone.words("Done:")) + r"\s*(\d+)/\d+"
    before = int(re.search(done, phone.text)[1])
    picture(phone, "plan")
    phone.page.locator(".o_library_plan_tick button[aria-pressed=false]").first.click()
    phone.wait_idle()
    assert int(re.search(done, phone.text)[1]) == before + 1
    picture(phone, "plan-ticked")
    (line,) = serve.odoo.search("library.plan.line", [("is_ticked", "=", True)], ["plan_id"])
    assert line["plan_id"]


# 6. Did it help


def test_6_patron_says_that_it_helped_and_the_log_is_there(serve: Story, browse, picture) -> None:
    """Feature: 23.3, 25.1"""
    mei = serve.odoo.session("mei")
    (dialog,) = mei.call(
        "library.case.answer", "create", [{"body": "<p>Merchants and two convents.</p>"}],
        context={"default_case_id": serve.case},
    )  # fmt: skip
    mei.call("library.case.answer", "action_send", [dialog])
    mei.call("library.case", "action_ask_outcome", [serve.case])
    serve.send_out()
    asked = serve.mail.wait_for(AMARA, lambda mail: "#result" in mail.html)
    assert SECRET not in asked.html
    desk = browse(serve.odoo, "mei")
    open_case(desk, serve.case)
    desk.click("action_close_dialog")
    desk.choose("resolution", "Met")
    desk.fill("steps_reason", "Done by hand in one afternoon")
    desk.click("action_close")
    patron = browse(serve.odoo, "amara")
    patron.open(f"/my/cases/{serve.case}")
    patron.page.locator("form[action$='/helped'] button").first.click()
    patron.wait_idle()
    case = serve.case_of(serve.case, "confirmation", "resolution")
    assert (case["confirmation"], case["resolution"]) == ("confirmed", "met")
    (log,) = serve.odoo.search("library.service.log", [("case_id", "=", serve.case)], ["problem", "resolution"])
    assert "flood insurance" in log["problem"] and "Amara" not in log["problem"]
    picture(patron, "helped")


def test_6_nothing_of_the_workroom_ever_left(serve: Story) -> None:
    """Feature: 21.2"""
    serve.arrive(reply(serve.letters["answer"], "Thank you all."), serve.letters["answer"]["Reply-To"], AMARA)
    serve.send_out()
    assert SECRET not in everything_mailed(serve, AMARA) + everything_mailed(serve, PARTNER)
    assert "insur*" not in everything_mailed(serve, AMARA), "how it was searched is told to whom we ask, not to all"
    session = serve.odoo.session("amara")
    for path in (f"/my/cases/{serve.case}", "/my/cases", "/my/needs", "/my/plans"):
        page = session.get(path).text
        assert SECRET not in page and "flood* AND insur*" not in page

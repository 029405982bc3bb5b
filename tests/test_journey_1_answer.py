"""The main job from end to end: a first mail, a form and the desk; the work; the answer; the rating; the article.

One story, told by tests that stand on each other in this order, in a library with two departments and no demo data:
everything that matters here happens in the story itself. Patrons write with real mail programs' habits through postfix,
dovecot keeps their boxes and the library's, Odoo sends by SMTP and reads by IMAP, people look at Chromium.
"""

from __future__ import annotations

import re

from .journey import (
    AMARA,
    ANSWER,
    ASK,
    GONE,
    LIN,
    MEDICINE,
    QUESTION,
    RESTATEMENT,
    STRANGER,
    SUBJECT,
    SUPERVISOR,
    Story,
    answer,
    assert_hidden_from,
    bare_address,
    filter_cases,
    open_case,
    restate,
    say,
    shown,
)
from .rig.mail_client import compose, forward, reply

# how a day is written for readers of each language
DAY = {"en_US": r"\w+day, \d+ \w+", "zh_CN": r"\d+月\d+日 星期.", "zh_TW": r"\d+月\d+日 星期."}

# 1. Three ways in


def test_1_first_mail_in_chinese_is_acknowledged_in_chinese(story: Story) -> None:
    """A patron who has never written before: one case with its need, one answer with the promise and the token.

    Feature: 16.2, 1.1, 1.2, P1
    """
    letter = compose(f"林薇 <{LIN}>", ASK, SUBJECT, QUESTION)
    story.arrive(letter, ASK, LIN)
    (case,) = story.odoo.search(
        "library.case", [("email_normalized", "=", LIN)], ["name", "lang", "need_ids", "channel"]
    )
    story.case = case["id"]
    assert (case["name"], case["channel"], case["lang"]) == (SUBJECT, "mail", "zh_CN")
    (need,) = case["need_ids"]
    assert "手套匠" in story.odoo.read("library.need", need, "statement")

    story.send_out()
    received = story.letters["receipt"] = story.mail.wait_for(LIN)
    words = received.text + received.html
    assert re.search(r"LC-C\w+-\w{13}", received.subject)
    assert re.search(r"\d+月\d+日 星期. \d\d:\d\d", words), "the promise, as a Chinese reader writes a date"
    assert "Thank you" not in words and "Your question" not in words
    assert received["Auto-Submitted"] == "auto-replied"
    assert received["X-Auto-Response-Suppress"] == "All"
    assert len(story.mail.box(LIN).messages()) == 1


def test_1_form_on_the_portal_shows_the_promise_first(story: Story, browse) -> None:
    """Feature: 1.1, 1.2, P1"""
    window = browse(story.odoo, "amara")
    window.open("/library/ask")
    card = window.page.locator(".o_library_card").filter(has_text=window.words("Ask a librarian"))
    assert window.words("First answer within") in card.inner_text()
    card.click()
    window.wait_idle()
    promise = window.page.locator(".o_library_promise_line")
    hours, day = re.escape(window.words("opening hours")), DAY[story.words.lang]
    assert re.search(rf"\d+\s*{hours}.*{day}", promise.inner_text(), re.DOTALL)
    window.page.fill("#o_library_question", "Which of your databases has hospital statistics of China since 1950?")
    window.page.fill("#o_library_purpose", "A dissertation")
    window.click("Send my question")
    assert window.words("Thank you, we have your question") in window.text
    (case,) = story.odoo.search(
        "library.case", [("email_normalized", "=", AMARA)], ["channel", "need_ids", "date_promised"]
    )
    story.form_case = case["id"]
    assert case["channel"] == "portal" and case["date_promised"]
    assert story.odoo.read("library.need", case["need_ids"][0], "purpose") == "A dissertation"
    window.open("/my/cases")
    assert "hospital statistics" in window.text


def test_1_desk_contact_with_the_keyboard_only(story: Story, browse) -> None:
    """A READ 2 question without a name; Alt+Shift+D counts as three keys.

    Feature: P1, 11.6
    """
    desk = browse(story.odoo, "mei")
    desk.open("/odoo/library-cases")
    desk.press("Alt+Shift+D", "2", "Enter")
    desk.page.locator(".o_notification", has_text=desk.words.pattern("Noted: %s")).wait_for()
    pressed = desk.keystrokes + 2
    assert pressed <= 8
    (contact,) = story.odoo.search(
        "library.interaction", [], ["read_level", "patron_id", "outcome", "minutes", "user_id"]
    )
    assert (contact["read_level"], contact["patron_id"], contact["outcome"]) == ("2", False, "done")
    assert contact["user_id"][1] == "Mei Tanaka"


def test_1_desk_contact_that_needs_time_becomes_a_case(story: Story, browse) -> None:
    """Feature: 11.6"""
    desk = browse(story.odoo, "mei")
    desk.open("/odoo/library-cases")
    desk.press("Alt+Shift+D", "4", "Tab")
    desk.type("Maps of the harbour before 1900")
    outcome = desk.page.locator(".o_library_desk_bar select[name=outcome]")
    outcome.select_option(label=desk.words("Becomes a case"))
    outcome.press("Enter")
    desk.page.locator(".o_notification", has_text=desk.words("Noted; it goes on as a case.")).wait_for()
    (case,) = story.odoo.search("library.case", [("channel", "=", "desk")], ["name", "need_ids", "patron_id"])
    assert case["name"] == "Maps of the harbour before 1900" and len(case["need_ids"]) == 1


# 2. The librarian's desk


def test_2_queues_show_what_is_to_be_done(story: Story, browse) -> None:
    """Own, team, unclaimed, waiting for us, overdue.

    Feature: 16.2, 1.1
    """
    story.odoo.sql("UPDATE library_case SET date_promised = now() - interval '1 day' WHERE id = %s", story.form_case)
    desk = browse(story.odoo, "mei")
    desk.open("/odoo/library-cases")
    assert SUBJECT in desk.text and "hospital statistics" in desk.text
    filter_cases(desk, "Unclaimed", "Waiting for us")
    assert SUBJECT in shown(desk) and "harbour" not in shown(desk), "Mei's own case from the desk is hers already"
    filter_cases(desk, "Overdue")
    assert "hospital statistics" in shown(desk) and SUBJECT not in shown(desk)
    filter_cases(desk, "My cases")
    assert "harbour" in shown(desk) and SUBJECT not in shown(desk)
    filter_cases(desk, "My teams", "Open")
    assert SUBJECT in shown(desk)


def test_2_peeking_claims_nothing_and_claiming_does(story: Story, browse) -> None:
    """Feature: 16.2"""
    desk = browse(story.odoo, "mei")
    desk.open("/odoo/library-cases")
    desk.open_row(SUBJECT)
    assert "手套匠" in desk.text
    state = story.case_of(story.case, "user_id", "stage_code", "has_news")
    assert (state["user_id"], state["stage_code"], state["has_news"]) == (False, "new", True)
    desk.click("action_claim")
    state = story.case_of(story.case, "user_id", "stage_code")
    assert state["user_id"][1] == "Mei Tanaka" and state["stage_code"] == "understand"


def test_2_one_page_shows_the_patron(story: Story, browse) -> None:
    """Feature: 12.1"""
    desk = browse(story.odoo, "mei")
    open_case(desk, story.case)
    desk.click("action_open_patron")
    assert desk.value("name") == "林薇" and desk.value("email") == LIN
    assert SUBJECT in desk.text, "the patron's cases"
    desk.page.get_by_role("tab", name=desk.words("Needs"), exact=True).click()
    desk.wait_idle()
    assert len(desk.rows()) == 1
    desk.click("Identities")
    assert LIN in desk.text


def test_2_need_is_restated_and_confirmed_by_mail(story: Story, browse) -> None:
    """Feature: 1.2"""
    desk = browse(story.odoo, "mei")
    restate(desk, story.case, RESTATEMENT)
    story.send_out()
    asked = story.mail.wait_for(LIN, lambda mail: RESTATEMENT in mail.html + mail.text)
    assert "Before we search" not in asked.html and "Is this" not in asked.subject, "in the patron's language"
    story.arrive(reply(asked, "是的，谢谢！", client="qq"), bare_address(asked["Reply-To"]), LIN)
    (need,) = story.case_of(story.case, "need_ids")["need_ids"]
    need = story.odoo.search("library.need", [("id", "=", need)], ["confirmation", "state", "restatement"])[0]
    assert need["confirmation"] == "confirmed" and need["restatement"] == RESTATEMENT
    assert len(story.odoo.search("library.case", [("email_normalized", "=", LIN)])) == 1


def test_2_need_is_restated_and_corrected_on_the_portal(story: Story, browse) -> None:
    """Feature: 1.2"""
    desk = browse(story.odoo, "mei")
    open_case(desk, story.form_case)
    desk.click("action_claim")
    restate(desk, story.form_case, "Numbers of hospitals in China by year, 1950 to today")
    story.send_out()
    asked = story.mail.wait_for(AMARA, lambda mail: "Numbers of hospitals" in mail.html)
    link = next(link for link in asked.links if "/library/need/" in link)
    patron = browse(story.odoo)
    patron.open(link)
    patron.page.locator("summary").filter(has_text=patron.words("Not quite")).click()
    patron.page.locator("form[action$='/correct'] textarea").fill("Beds, not hospitals.")
    patron.click("Send the correction")
    assert patron.words("Thank you for the correction. We read it and go on from there.") in patron.text
    (need,) = story.case_of(story.form_case, "need_ids")["need_ids"]
    assert story.odoo.read("library.need", need, "correction") == "Beds, not hospitals."
    restate(desk, story.form_case, "Numbers of hospital beds in China by year")
    account = browse(story.odoo, "amara")
    account.open(f"/my/cases/{story.form_case}")
    account.click("Yes, that is it")
    assert story.odoo.read("library.need", need, "confirmation") == "confirmed"


# 3. Colleagues


def test_3_colleague_works_without_seeing_the_patron(story: Story, browse) -> None:
    """Another department gets the question and a step, not the person.

    Feature: 21.1, 21.2
    """
    desk = browse(story.odoo, "mei")
    open_case(desk, story.case)
    desk.fill("contributing_team_ids", "Medicine")
    desk.save()
    desk.click("action_open_workroom")
    say(desk, "Hao, do you know a source on glovers?")

    colleague = browse(story.odoo, "hao")
    colleague.open("/odoo/library-workrooms")
    colleague.open_row(SUBJECT)
    assert RESTATEMENT in colleague.value("question")
    assert "Hao, do you know a source" in colleague.text
    say(colleague, "Room 4, third shelf.")
    colleague.page.get_by_text(colleague.words("Add a line")).first.click()
    step = colleague.page.locator(".o_selected_row .o_field_widget[name=name]").locator("input, textarea")
    step.first.fill("Look through the census index")
    if not colleague.page.locator(".o_selected_row .o_field_widget[name=team_id] input").input_value():
        colleague.fill("team_id", "Medicine")
    colleague.save()
    colleague.page.locator("tr.o_data_row button[name=action_done]").first.click()
    colleague.wait_idle()
    page = colleague.page.content()
    assert "林薇" not in page and LIN not in page

    assert_hidden_from(story.odoo.session("hao"), story)
    story.send_out()
    assert not [mail for mail in story.mail.box(LIN).messages() if "Room 4" in mail.html + mail.text]
    (step,) = story.odoo.search("library.case.step", [("case_id", "=", story.case)], ["state", "team_id"])
    assert step["state"] == "done" and step["team_id"][1] == "Medicine"


# 4. The answer and what comes back


def test_4_composer_names_every_reader_before_the_answer_leaves(story: Story, browse) -> None:
    """With a cited article and an attached solution.

    Feature: 23.2, 16.2
    """
    values = {
        "name": "1851年普查：手套匠",
        "body": "<p>为林薇整理。手套匠（glover）见于萨默塞特郡的普查册（census returns），胶片第12卷。</p>",
        "lang": "zh_CN",
        "source_ids": [(0, 0, {"name": "Census returns of 1851", "identifier": "HO 107"})],
    }
    mei = story.odoo.session("mei")
    (story.solution,) = mei.call("library.solution", "create", [values])
    mei.call("library.solution", "action_finalize", [story.solution])

    desk = browse(story.odoo, "mei")
    open_case(desk, story.case)
    desk.click("action_answer")
    readers = desk.field("readers").inner_text()
    assert "林薇" in readers and LIN in readers and readers.count("@") == 1
    desk.fill("body", ANSWER)
    desk.fill("solution_ids", "手套匠")
    desk.fill("article_ids", "How to read a census page")
    desk.click("action_send")
    state = story.case_of(story.case, "waits_for", "stage_code", "date_first_answer", "has_news")
    assert (state["waits_for"], state["stage_code"], state["has_news"]) == ("patron", "deliver", False)
    story.send_out()
    letter = story.letters["answer"] = story.mail.wait_for(LIN, lambda mail: ANSWER in mail.html)
    assert any(name.endswith(".html") and "手套匠".encode() in content for name, content in letter.attachments.items())
    assert "How to read a census page" in letter.html
    assert any("/library/knowledge/" in link for link in letter.links)
    assert "Room 4" not in letter.html and "Mei Tanaka" in letter["From"]
    assert "+" in letter["Reply-To"] and "LC-C" in letter["Reply-To"].upper()
    everyone = [mail for box in (AMARA, SUPERVISOR, STRANGER) for mail in story.mail.box(box).messages()]
    assert not [mail for mail in everyone if ANSWER in mail.html]


def test_4_reply_without_references_lands_by_its_token(story: Story, browse) -> None:
    """Outlook dropped the headers; the supervisor in copy is proposed and gets nothing until somebody accepts.

    Feature: 16.2
    """
    letter = reply(
        story.letters["answer"], "非常感谢，还有一个问题：第12卷可以外借吗？", client="outlook", drop_references=True,
        cc=[f"赵教授 <{SUPERVISOR}>"],
    )  # fmt: skip
    story.arrive(letter, ASK, LIN)
    assert len(story.odoo.search("library.case", [("email_normalized", "=", LIN)])) == 1
    state = story.case_of(story.case, "waits_for", "has_news")
    assert (state["waits_for"], state["has_news"]) == ("library", True)
    (person,) = story.odoo.search(
        "library.case.participant", [("case_id", "=", story.case)], ["name", "state", "email"]
    )
    assert (person["name"], person["state"], person["email"]) == ("赵教授", "proposed", SUPERVISOR)
    followers = story.odoo.search("mail.followers", [("res_model", "=", "library.case")], ["partner_id"])
    assert not [row for row in followers if "赵" in row["partner_id"][1] or "林" in row["partner_id"][1]]

    desk = browse(story.odoo, "mei")
    open_case(desk, story.case)
    newest = desk.page.locator(".o-mail-Message").filter(has_text="可以外借吗").first
    assert newest.get_by_text("可以外借吗").first.is_visible()
    assert not newest.get_by_text(ANSWER).first.is_visible(), "the quote is folded"
    newest.locator("button.o-mail-ellipsis").first.click()
    newest.get_by_text(ANSWER).first.wait_for(state="visible")
    desk.click("action_answer")
    assert SUPERVISOR not in desk.field("readers").inner_text()
    assert SUPERVISOR in desk.field("accept_ids").inner_text()


def test_4_accepted_supervisor_is_named_and_gets_the_next_answer(story: Story, browse) -> None:
    """Feature: 16.2"""
    desk = browse(story.odoo, "mei")
    open_case(desk, story.case)
    desk.click("action_answer")
    desk.field("accept_ids").locator("input[type=checkbox]").first.check(force=True)
    desk.field("readers").get_by_text(SUPERVISOR).wait_for()
    desk.fill("body", "第12卷只能在馆内阅读。")
    desk.click("action_send")
    story.send_out()
    for box in (LIN, SUPERVISOR):
        story.mail.wait_for(box, lambda mail: "馆内阅读" in mail.html)
        assert len([mail for mail in story.mail.box(box).messages() if "馆内阅读" in mail.html]) == 1


def test_4_vacation_reply_is_filed_and_nothing_else(story: Story) -> None:
    """A real responder answers our answer.

    Feature: 16.2
    """
    story.mail.set_vacation(LIN, "自动回复：外出", "我外出至下周一。")
    before = story.case_of(story.case, "waits_for", "stage_code", "has_news", "date_last_message")
    count = len(story.mail.box(LIN).messages())
    mei = story.odoo.session("mei")
    answer(story, mei, "补充：阅览室周日开放。")
    story.mail.wait_for(ASK, lambda mail: "外出" in mail.subject)
    story.odoo.fetch_mail()
    after = story.case_of(story.case, "waits_for", "stage_code", "has_news")
    assert (after["waits_for"], after["stage_code"], after["has_news"]) == ("patron", before["stage_code"], False)
    notice = [row for row in story.messages(story.case) if "外出至下周一" in row["body"]]
    filed = story.odoo.search("library.mail.held", [("case_id", "=", story.case), ("name", "like", "外出")])
    assert len(notice) + len(filed) == 1 and all(row["subtype_id"][1] == "Note" for row in notice)
    story.send_out()
    assert len(story.mail.box(LIN).messages()) == count + 1, "our answer, and no answer to the machine"
    assert len(story.odoo.search("library.case", [("email_normalized", "=", LIN)])) == 1


def test_4_bounce_marks_the_address_and_opens_nothing(story: Story, browse) -> None:
    """A real report of a real server.

    Feature: 16.2
    """
    story.arrive(compose(f"Gone <{GONE}>", ASK, "Opening hours at Easter?", "When are you open?"), ASK, GONE)
    (case,) = story.odoo.search("library.case", [("email_normalized", "=", GONE)], ["patron_id"])
    total = len(story.odoo.search("library.case", []))
    story.send_out()
    story.mail.wait_for(ASK, lambda mail: mail.message.get_content_type() == "multipart/report")
    story.odoo.fetch_mail()
    domain = [("patron_id", "=", case["patron_id"][0]), ("kind", "=", "email")]
    (identity,) = story.odoo.search("library.patron.identity", domain, ["state", "bounce_count"])
    assert (identity["state"], identity["bounce_count"]) == ("bounced", 1)
    assert len(story.odoo.search("library.case", [])) == total
    desk = browse(story.odoo, "mei")
    open_case(desk, case["id"])
    assert desk.words("Mail comes back") in desk.text


def test_4_stranger_with_a_forwarded_copy_is_held(story: Story, browse) -> None:
    """Feature: 16.2"""
    passed_on = forward(story.letters["answer"].message, LIN, STRANGER)
    passed_on["Reply-To"] = story.letters["answer"]["Reply-To"]
    letter = reply(passed_on, "Let me in, too.", sender=STRANGER, drop_references=True)
    count = len(story.messages(story.case))
    story.arrive(letter, ASK, STRANGER)
    (held,) = story.odoo.search("library.mail.held", [("kind", "=", "stranger")], ["state", "case_id", "preview"])
    assert held["state"] == "waiting" and held["case_id"][0] == story.case
    assert len(story.messages(story.case)) == count
    story.send_out()
    assert not story.mail.box(STRANGER).messages(), "nobody tells a stranger anything"
    desk = browse(story.odoo, "mei")
    desk.open("/odoo/library-held-mail")
    desk.open_row(STRANGER)
    assert "Let me in, too." in desk.text
    desk.page.locator("button[name=action_discard]").click()
    desk.click("Discard")
    assert story.odoo.read("library.mail.held", held["id"], "state") == "discarded"


def test_4_same_message_twice_is_one(story: Story) -> None:
    """Feature: 16.2"""
    letter = reply(story.letters["answer"], "两次送达的信", client="gmail")
    for _time in range(2):
        story.arrive(letter, bare_address(story.letters["answer"]["Reply-To"]), LIN)
    assert len([row for row in story.messages(story.case) if "两次送达的信" in row["body"]]) == 1


def test_4_one_mail_to_two_teams_is_one_case(story: Story) -> None:
    """Feature: 16.2, 21.1"""
    letter = compose(f"Amara <{AMARA}>", [ASK, MEDICINE], "Anatomy atlas of 1543", "May I see it?")
    story.arrive(letter, [ASK, MEDICINE], AMARA)
    (case,) = story.odoo.search(
        "library.case", [("name", "=", "Anatomy atlas of 1543")], ["team_id", "contributing_team_ids"]
    )
    teams = {
        case["team_id"][1],
        *(story.odoo.read("library.team", each, "name") for each in case["contributing_team_ids"]),
    }
    assert teams == {"Reference", "Medicine"}
    assert not story.odoo.search("library.mail.held", [("name", "=", "Anatomy atlas of 1543")])

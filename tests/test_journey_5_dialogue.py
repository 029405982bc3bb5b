"""What patrons say and what comes of it: a complaint that changes something, a course that closes a gap, and quiet.

One story in an institution of its own; each test goes on where the one before it ended. A picture of each screen of the
way is taken; with LIBRARY_CRM_PICTURES=1 they go to docs/images/.
"""

from __future__ import annotations

import datetime
import re

import pytest

from .journey import AMARA, ASK, LIN, QUESTION, SUBJECT, Story, answer, open_case, take_picture
from .rig.browser import PHONE, Window
from .rig.mail_client import compose, reply

COMPLAINT = "我等了三个星期，每次来都说再等等，没有人告诉我进展。这样的服务让人非常失望，我要投诉。"
SAID = "提问之后几个星期没有消息。"
DID = "现在每两个工作日告诉您进展，您也可以在网上查看。"
COURSE = "Finding the right words"
TRAMS = "Tram timetables of 1911"


@pytest.fixture(scope="module")
def talk(begun) -> Story:
    """The library of the journey; Ruth speaks for it in public."""
    story, odoo = begun, begun.odoo
    odoo.add_user(
        "ruth", ["library_crm.group_library_manager"], name="Ruth Adler", email="ruth@library.test",
        lang=story.words.lang,
    )  # fmt: skip
    odoo.activate_language("zh_CN")
    story.arrive(compose(f"林薇 <{LIN}>", ASK, SUBJECT, QUESTION), ASK, LIN)
    (case,) = odoo.search("library.case", [("email_normalized", "=", LIN)])
    story.case = case["id"]
    answer(story, odoo.session("mei"), "普查记录在四号阅览室。")
    story.letters["answer"] = story.mail.wait_for(LIN, lambda mail: "四号阅览室" in mail.text + mail.html)
    return story


@pytest.fixture
def picture(tmp_path):
    """Take a picture of a window, which must show nothing wider than itself."""
    return lambda window, name: take_picture(window, f"dialogue-{name}", tmp_path)


# 1. The complaint


def test_1_complaint_by_mail_is_classed_and_taken_down_by_a_key(talk: Story, browse, picture) -> None:
    """The words that say so are marked, and nothing happens before a person agrees.

    Feature: 17.2
    """
    odoo, given = talk.odoo, talk.letters["answer"]
    talk.arrive(reply(given, COMPLAINT), given["Reply-To"], LIN)
    mine = [("case_id", "=", talk.case), ("message_id.body", "like", "投诉")]
    (found,) = odoo.search("library.message.class", mine, ["kind", "state"])
    assert (found["kind"], found["state"]) == ("complaint", "proposed")
    assert not odoo.search("library.feedback", [])
    desk = browse(odoo, "mei")
    open_case(desk, talk.case)
    chip = desk.page.locator(".o_library_message_class").first
    chip.wait_for()
    assert "投诉" in " ".join(chip.locator("mark").all_inner_texts())
    desk.press("Alt+e")
    desk.page.locator(".o_library_message_popover mark").first.wait_for()
    picture(desk, "complaint")
    desk.press("4")
    (seen,) = odoo.search("library.message.class", mine, ["kind", "state"])
    assert (seen["kind"], seen["state"]) == ("complaint", "confirmed")
    assert not odoo.search("library.feedback", []), "agreeing says what it is, and no more"
    chip.locator("button.btn-link").last.click()
    desk.wait_idle()
    (feedback,) = odoo.search("library.feedback", [("case_id", "=", talk.case)], ["kind", "body", "date_promised"])
    assert feedback["kind"] == "complaint" and "三个星期" in feedback["body"] and feedback["date_promised"]
    talk.draft = feedback["id"]


def test_2_complaint_leads_to_an_improvement_and_the_complainer_hears_of_it(talk: Story, browse, picture) -> None:
    """Feature: 1.6, 16.7, 16.8"""
    odoo = talk.odoo
    desk = browse(odoo, "ruth")
    desk.open(f"/odoo/library.feedback/{talk.draft}")
    desk.click("action_take_up")
    picture(desk, "feedback")
    desk.click("action_make_improvement")
    desk.fill("owner_id", "Ruth Adler")
    desk.fill("date_due", "2099-12-31")
    desk.fill("change", "Whoever owns a case writes every second working day")
    for step in ("action_plan", "action_start", "action_done"):
        desk.click(step)
    desk.click("You said, we did")
    desk.fill("said_text", SAID)
    desk.fill("public_text", DID)
    desk.click("action_publish")
    desk.page.locator(".modal-footer .btn-primary").click()
    desk.wait_idle()
    picture(desk, "improvement")
    talk.send_out()
    told = talk.mail.wait_for(LIN, lambda mail: DID in mail.text + mail.html)
    assert SAID in told.text + told.html and told["List-Unsubscribe"]
    (improvement,) = odoo.search("library.improvement", [], ["is_public"])
    odoo.session("ruth").call("library.improvement", "action_publish", [improvement["id"]])
    talk.send_out()
    again = [mail for mail in talk.mail.box(LIN).messages() if DID in mail.text + mail.html]
    assert len(again) == 1, "told once, however often it is published"
    desk.open(f"/odoo/library.feedback/{talk.draft}")
    desk.page.locator(".o_field_widget[name=outcome_kind] label").first.click()
    desk.fill("outcome", "从今天起，您的馆员每两个工作日向您说明进展。")
    desk.click("action_send_outcome")
    desk.page.locator(".modal-footer .btn-primary").click()
    desk.wait_idle()
    talk.send_out()
    talk.mail.wait_for(LIN, lambda mail: "您的馆员每两个工作日" in mail.text + mail.html)
    assert odoo.read("library.feedback", talk.draft, "state") == "done"


def test_3_everybody_reads_what_changed_and_nobody_who_said_it(talk: Story, browse, picture) -> None:
    """Feature: 1.6, 16.1"""
    reader = browse(talk.odoo, viewport=PHONE)
    reader.open("/library/you-said")
    picture(reader, "you-said")
    assert SAID in reader.text and DID in reader.text
    assert "林薇" not in reader.text and LIN not in reader.text


# 4. A course


def _quiz(story: Story, skill: int) -> int:
    """A quiz of one question that says the level of `skill`."""
    choices = [{"value": "harbor OR harbour", "is_correct": True, "answer_score": 5}, {"value": "the harbour"}]
    question = {
        "title": "Which search finds both spellings?", "question_type": "simple_choice", "library_skill_id": skill,
        "suggested_answer_ids": [(0, 0, choice) for choice in choices],
    }
    return story.odoo.create(
        "survey.survey", title="Words", scoring_type="scoring_with_answers", scoring_success_min=50,
        certification=True, users_login_required=True, access_mode="public",
        lang_ids=[(5,)], question_and_page_ids=[(0, 0, question)],
    )


def test_4_patron_checks_herself_and_is_invited_by_the_gap(talk: Story, browse, picture) -> None:
    """Feature: 4.1, 4.2"""
    odoo = talk.odoo
    skill = odoo.ref("library_crm.ability_skill_terms")
    window = browse(odoo, "amara", viewport=PHONE)
    window.open("/my/learning/check")
    for number in window.page.locator("fieldset").evaluate_all("sets => sets.map((set, place) => place)"):
        window.page.locator("fieldset").nth(number).locator("label").nth(1).click()
    window.click("Keep it")
    picture(window, "learning")
    begin_date = datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None) + datetime.timedelta(days=7)
    course = odoo.create(
        "event.event", name=COURSE, is_library_course=True, date_begin=str(begin_date),
        date_end=str(begin_date + datetime.timedelta(hours=2)), seats_limited=True, seats_max=8,
        library_quiz_id=_quiz(talk, skill),
        library_target_ids=[(0, 0, {"skill_id": skill, "level_from": 0, "level_to": 3})],
    )
    (patron,) = odoo.search("library.patron", [("partner_id.email", "=", AMARA)])
    odoo.create("library.consent", patron_id=patron["id"], purpose="outreach", source="portal")
    ruth = odoo.session("ruth")
    (wizard,) = ruth.call("library.course.invite", "create", [{"event_id": course}])
    assert ruth.call("library.course.invite", "read", [wizard], ["allowed_count"])[0]["allowed_count"] == 1
    for _press in range(2):
        ruth.call("library.course.invite", "action_invite", [wizard])
    talk.send_out()
    letters = [mail for mail in talk.mail.box(AMARA).messages() if COURSE in mail.subject + mail.html]
    assert len(letters) == 1, "nobody gets the invitation twice"
    assert letters[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    talk.letters["course"] = letters[0]
    window.open(f"/my/learning/course/{course}")
    window.click("Take a seat")
    picture(window, "course")
    assert window.words("You have a seat") in window.text
    (place,) = odoo.search("event.registration", [("event_id", "=", course)], ["state"])
    odoo.rpc("event.registration", "action_set_done", [place["id"]])
    talk.tip = course


def test_5_quiz_writes_the_level_and_the_patron_sees_it(talk: Story, browse, picture) -> None:
    """Feature: 4.2, 4.1"""
    odoo = talk.odoo
    window = browse(odoo, "amara")
    window.open(f"/my/learning/course/{talk.tip}")
    window.click("Take the quiz")
    window.page.locator(".o_survey_form button[type=submit]:visible").first.click()
    window.page.locator("label", has_text="harbor OR harbour").first.click()
    window.page.locator("button[type=submit]:visible").first.click()
    window.page.locator(".modal-footer button", has_text=window.words("Submit")).click()
    window.page.locator(".o_survey_finished").first.wait_for()
    window.wait_idle()
    skill = odoo.ref("library_crm.ability_skill_terms")
    levels = {
        row["source"]: row["level"]
        for row in odoo.search("library.competency", [("skill_id", "=", skill)], ["source", "level"])
    }
    assert levels["quiz"] == 4 and levels["self"] == 1
    window.open("/my/learning")
    picture(window, "radar")
    assert window.words("Finding the right words") in window.text
    certificate = odoo.session("amara").get(
        f"/my/learning/certificate/{odoo.search('event.registration', [('event_id', '=', talk.tip)])[0]['id']}"
    )
    assert certificate.status_code == 200 and certificate.content.startswith(b"%PDF")


def test_6_after_the_next_answer_she_tells_what_came_of_it(talk: Story, browse, picture) -> None:
    """What she can do now, and a question that she could not ask before.

    Feature: 4.4, P4
    """
    odoo = talk.odoo
    letter = compose(f"Amara Okafor <{AMARA}>", ASK, TRAMS, "Where are the timetables?")
    talk.arrive(letter, ASK, AMARA)
    (case,) = odoo.search("library.case", [("name", "=", TRAMS)])
    talk.form_case, first = case["id"], talk.case
    talk.case = talk.form_case
    answer(talk, odoo.session("mei"), "In the local history room, bound with the city directory.")
    talk.case = first
    window = browse(odoo, "amara", viewport=PHONE)
    window.open(f"/my/cases/{talk.form_case}")
    window.page.locator("#outcome summary").click()
    for item, level in (("understood", 3), ("useful", 4), ("new_question", 3)):
        window.page.locator(f"#outcome label[for=o_library_{item}_{level}]").click()
    window.page.fill("#o_library_question_words", "Who decided the fares of the tram?")
    picture(window, "outcome")
    window.page.locator("#outcome button[type=submit]").first.click()
    window.wait_idle()
    assert window.words("Thank you for telling us what came of it.") in window.text
    (outcome,) = odoo.search(
        "library.outcome", [("case_id", "=", talk.form_case)], ["understood", "useful", "new_question", "need_id"]
    )
    assert (outcome["understood"], outcome["useful"], outcome["new_question"]) == ("3", "4", "3")
    need = odoo.search("library.need", [("id", "=", outcome["need_id"][0])], ["statement", "parent_id"])[0]
    assert "fares of the tram" in need["statement"]


# 7. Quiet


def _wanted(story: Story) -> dict[tuple[str, str], bool]:
    rows = story.odoo.search(
        "library.contact.preference", [("patron_id.partner_id.email", "=", AMARA)],
        ["purpose", "channel", "is_wanted"],
    )  # fmt: skip
    return {(row["purpose"], row["channel"]): row["is_wanted"] for row in rows}


def test_7_one_purpose_on_one_channel_is_silenced_and_only_that(talk: Story, browse, picture) -> None:
    """Feature: 2.4, T13, P3"""
    odoo = talk.odoo
    window = browse(odoo, "amara")
    window.open("/my/contact")
    boxes = "nodes => Object.fromEntries(nodes.map(node => [node.name, node.checked]))"
    before = window.page.locator("input[type=checkbox][name^=want_]").evaluate_all(boxes)
    assert before["want_training_mail"] and before["want_followup_mail"]
    window.page.uncheck("[name=want_training_mail]")
    picture(window, "contact")
    window.click("Save")
    after = window.page.locator("input[type=checkbox][name^=want_]").evaluate_all(boxes)
    assert {name for name in before if before[name] != after[name]} == {"want_training_mail"}
    assert _wanted(talk)["training", "mail"] is False
    course = odoo.create(
        "event.event", name="Reading old maps", is_library_course=True, date_begin="2099-05-01 10:00:00",
        date_end="2099-05-01 12:00:00",
        library_target_ids=[
            (0, 0, {"skill_id": odoo.ref("library_crm.ability_skill_judge"), "level_from": 0, "level_to": 3})
        ],
    )
    ruth = odoo.session("ruth")
    (wizard,) = ruth.call("library.course.invite", "create", [{"event_id": course}])
    found = ruth.call("library.course.invite", "read", [wizard], ["gap_count", "allowed_count"])[0]
    assert (found["gap_count"], found["allowed_count"]) == (1, 0)


def test_8_link_of_a_mail_unsubscribes_by_a_press_and_not_by_being_opened(talk: Story, browse, picture) -> None:
    """A program that checks mail opens every link; the reader's mail program posts (RFC 8058).

    Feature: T13, X13
    """
    odoo = talk.odoo
    window = browse(odoo, "amara")
    window.open("/my/contact")
    window.page.check("[name=want_training_mail]")
    window.click("Save")
    link = re.search(r"<([^>]+)>", talk.letters["course"]["List-Unsubscribe"])[1]
    path = re.sub(r"^https?://[^/]+", "", link)
    scanner = odoo.session()
    for _time in range(3):
        assert scanner.get(path).status_code == 200
    assert _wanted(talk)["training", "mail"] is True
    reader: Window = browse(odoo, viewport=PHONE)
    reader.open(path)
    picture(reader, "unsubscribe")
    plain = browse(odoo, scripts=False)
    plain.open(path)
    plain.page.locator("form button[type=submit]").first.click()
    plain.wait_idle()
    assert _wanted(talk)["training", "mail"] is False, "without JavaScript"
    window.open("/my/contact")
    window.page.check("[name=want_training_mail]")
    window.click("Save")
    assert _wanted(talk)["training", "mail"] is True
    posted = scanner.http.post(odoo.url + path, data={"List-Unsubscribe": "One-Click"}, timeout=60)
    assert posted.status_code == 200
    wanted = _wanted(talk)
    assert wanted["training", "mail"] is False
    assert all(is_wanted for key, is_wanted in wanted.items() if key != ("training", "mail"))


def test_9_the_log_stays_clean(talk: Story) -> None:
    talk.odoo.assert_clean_log()

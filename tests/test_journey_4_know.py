"""A patron's tip and what becomes of it: insight, discussion, article in two languages, found, cited, and its lineage.

One story in an institution of its own; each test goes on where the one before it ended. A picture of each screen of the
way is taken; with LIBRARY_CRM_PICTURES=1 they go to docs/images/.
"""

from __future__ import annotations

import pytest

from .journey import AMARA, Story, open_case, take_picture
from .rig.browser import PHONE, Window

TIP = "Parish registers are filed under the old county"
DETAILS = "Before 1974 look under Lancashire, not under Cumbria: the register sits there still."
ANSWER = "True for the microfilms as well; I added the shelf."
TITLE_ZH = "教区登记簿按旧郡排列"
BODY_ZH = "一九七四年以前的教区登记簿，请在旧郡名下查找。"
QUESTION = "Where do I find the register of a parish in Cumbria?"


@pytest.fixture(scope="module")
def know(begun) -> Story:
    """The library of the journey with a room for patrons and staff, of which Odile is the steward."""
    story, odoo = begun, begun.odoo
    odile = odoo.search("res.users", [("login", "=", "odile")])[0]["id"]
    odoo.create("library.insight.room", name="Family history", kind="mixed", steward_ids=[(6, 0, [odile])])
    return story


@pytest.fixture
def picture(tmp_path):
    """Take a picture of a window, which must show nothing wider than itself."""
    return lambda window, name: take_picture(window, f"know-{name}", tmp_path)


def show_article(desk: Window, number: int) -> None:
    desk.open(f"/odoo/library.article/{number}")


def show_tip(desk: Window, story: Story) -> None:
    desk.open(f"/odoo/library.insight/{story.tip}")


# 1. The tip


def test_1_patron_shares_a_tip_under_a_name_of_her_own(know: Story, browse, picture) -> None:
    """Nobody who reads it learns who she is.

    Feature: 31.3, 31.4
    """
    window = browse(know.odoo, "amara", viewport=PHONE)
    window.open("/my/rooms/tip")
    window.page.fill("#o_library_alias", "Map reader")
    window.page.check("#o_library_credit")
    window.page.check("#o_library_agree")
    window.click("Join")
    window.page.fill("#o_library_post_name", TIP)
    window.page.fill("#o_library_post_body", DETAILS)
    picture(window, "tip")
    window.page.locator("button", has_text=window.words("Write it as")).click()
    window.wait_idle()
    assert TIP in window.text and "Map reader" in window.text
    (tip,) = know.odoo.search("library.insight", [("name", "=", TIP)])
    know.tip = tip["id"]
    mei = know.odoo.session("mei")
    assert mei.call("library.insight", "read", [know.tip], ["display_author"])[0]["display_author"] == "Map reader"


def test_2_staff_answers_and_the_patron_says_that_it_helped(know: Story, browse, picture) -> None:
    """Feature: 31.5"""
    desk = browse(know.odoo, "odile")
    show_tip(desk, know)
    if desk.page.locator("button[name=action_show]:visible").count():
        desk.click("action_show")
    desk.click("action_open_reply")
    desk.fill("body", ANSWER)
    desk.page.locator(".modal-footer .btn-primary").click()
    desk.wait_idle()
    picture(desk, "insight")
    patron = browse(know.odoo, "amara")
    patron.open(f"/my/rooms/post/{know.tip}")
    assert ANSWER in patron.text and patron.words("Librarian") in patron.text
    picture(patron, "post")
    patron.page.locator("form[action$='/helped'] button").first.click()
    patron.wait_idle()
    (reply,) = know.odoo.search("library.insight.reply", [("insight_id", "=", know.tip)], ["helpful_count"])
    assert reply["helpful_count"] == 1


# 3. The article


def test_3_steward_makes_it_an_article_and_a_colleague_verifies(know: Story, browse, picture) -> None:
    """The steward who decided cannot verify her own text; the patron is credited under the name she took.

    Feature: 31.1, 31.6
    """
    desk = browse(know.odoo, "odile")
    show_tip(desk, know)
    desk.click("action_open_decision")
    desk.page.locator(".modal .o_radio_input[data-value=article]").first.click()
    desk.fill("reason", "Asked every week at the desk")
    desk.page.locator(".modal-footer [name=action_decide]").click()
    desk.wait_idle()
    (tip,) = know.odoo.search("library.insight", [("id", "=", know.tip)], ["article_id", "decision_reason"])
    assert tip["decision_reason"] == "Asked every week at the desk"
    know.article = tip["article_id"][0]
    know.odoo.session("odile").call("library.article", "write", [know.article], {"visibility": "public"})
    show_article(desk, know.article)
    desk.click("action_submit")
    assert not desk.page.locator("button[name=action_verify]:visible").count()
    other = browse(know.odoo, "mei")
    show_article(other, know.article)
    other.click("action_verify")
    other.click("action_publish")
    picture(other, "article")
    assert know.odoo.read("library.article", know.article, "state") == "published"
    reader = browse(know.odoo)
    reader.open(f"/library/knowledge/{know.article}")
    assert "Map reader" in reader.text and "Amara" not in reader.text


def test_4_article_is_translated_and_the_pair_is_verified(know: Story, browse, picture) -> None:
    """Feature: 31.1"""
    desk = browse(know.odoo, "odile")
    show_article(desk, know.article)
    desk.click("action_open_translate")
    desk.fill("lang", "简体中文")
    desk.click("action_start")
    (twin,) = know.odoo.search("library.article", [("translation_of_id", "=", know.article)], ["lang"])
    assert twin["lang"] == "zh_CN"
    know.twin = twin["id"]
    odile, mei = know.odoo.session("odile"), know.odoo.session("mei")
    values = {"name": TITLE_ZH, "body": f"<p>{BODY_ZH}</p>", "summary": "", "visibility": "public"}
    odile.call("library.article", "write", [know.twin], values)
    odile.call("library.article", "action_submit", [know.twin])
    for verb in ("action_verify", "action_publish"):
        mei.call("library.article", verb, [know.twin])
    reader = browse(know.odoo)
    reader.open(f"/library/knowledge/{know.article}")
    assert "简体中文" in reader.text
    picture(reader, "pair")


# 5. Found


@pytest.mark.parametrize(
    ("asked", "found", "how"),
    [("登记", TITLE_ZH, "ideographs"), ("登記簿", TITLE_ZH, "traditional"), ("parrish regsters", TIP, "misspelt")],
)
def test_5_it_is_found_in_both_scripts_and_misspelt(
    know: Story, browse, picture, asked: str, found: str, how: str
) -> None:
    """Feature: 31.2, P8"""
    reader = browse(know.odoo)
    reader.open(f"/library/knowledge?search={asked}")
    assert found in reader.text
    picture(reader, f"found-{how}")


# 6. Cited


def test_6_librarian_finds_and_cites_it_in_a_case(know: Story, browse, picture) -> None:
    """Feature: 22.3, 33.3"""
    mei = know.odoo.session("mei")
    (team,) = know.odoo.search("library.team", [("name", "=", "Reference")])
    (patron,) = know.odoo.search("library.patron", [("email_normalized", "=", AMARA)])
    know.case = mei.call(
        "library.case", "create", {"name": QUESTION, "patron_id": patron["id"], "team_id": team["id"]}
    )
    mei.call("library.case", "action_claim", [know.case])
    desk = browse(know.odoo, "mei")
    open_case(desk, know.case)
    desk.click("action_answer")
    desk.fill("body", "Please read this:")
    desk.fill("article_ids", TIP)
    picture(desk, "answer")
    desk.click("action_send")
    know.send_out()
    letter = know.mail.wait_for(AMARA, lambda mail: TIP in mail.html)
    assert "/library/knowledge/" in letter.html
    assert know.article in know.case_of(know.case, "article_ids")["article_ids"]


# 7. The lineage


def test_7_lineage_shows_the_whole_way(know: Story, browse, picture) -> None:
    """Feature: 31.8"""
    desk = browse(know.odoo, "mei")
    show_article(desk, know.article)
    desk.click("action_open_lineage")
    graph = desk.page.locator(".o_library_graph")
    graph.get_by_role("button", name=desk.words("List")).click()
    said = graph.inner_text()
    for part in (TIP, TITLE_ZH, QUESTION):
        assert part in said, part
    graph.get_by_role("button", name=desk.words("Graph")).click()
    picture(desk, "lineage")

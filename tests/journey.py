"""The people of the journey (see test_journey.py): who they are, and what they do again and again."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .rig.browser import Window
from .rig.environment import REPOSITORY
from .rig.language import ENGLISH, Words
from .rig.mailbox import Mail
from .rig.mailserver import MailServer
from .rig.odoo_server import OdooServer
from .rig.web_session import RpcError

ASK = "ask@library.test"
MEDICINE = "medicine@library.test"
LIN = "lin.wei@patrons.test"
AMARA = "amara@patrons.test"
SUPERVISOR = "prof.zhao@patrons.test"
STRANGER = "stranger@patrons.test"
GONE = "gone@refused.test"

SUBJECT = "1851年人口普查"
QUESTION = "您好，我想找1851年人口普查中手套匠的资料，用于写毕业论文。请问从哪里可以查到？\n\n林薇"
RESTATEMENT = "1851年人口普查中英格兰手套匠的人数与住址，写论文用"
ANSWER = "普查记录在四号阅览室，附上我们整理的说明。"


@dataclass
class Story:
    """What the people of the story have in hand so far."""

    odoo: OdooServer
    mail: MailServer
    words: Words
    case: int = 0
    form_case: int = 0
    solution: int = 0
    article: int = 0
    draft: int = 0
    tip: int = 0
    twin: int = 0
    letters: dict[str, Mail] = field(default_factory=dict)

    def arrive(self, letter, to: str | list[str], sender: str) -> None:
        """A mail is sent, delivered and fetched."""
        self.mail.deliver(bytes(letter), to, sender)
        self.odoo.fetch_mail()

    def send_out(self) -> None:
        """Everything that waits in the library's outbox goes, and comes to rest."""
        self.odoo.process_queue()
        self.mail.settle()

    def case_of(self, number: int, *fields: str) -> dict:
        return self.odoo.search("library.case", [("id", "=", number)], fields)[0]

    def messages(self, number: int) -> list[dict]:
        domain = [("model", "=", "library.case"), ("res_id", "=", number)]
        return self.odoo.search("mail.message", domain, ["body", "subtype_id", "author_id"])


def begin(odoo: OdooServer, mail: MailServer, lang: str = ENGLISH) -> Story:
    """Reference (Mei, Odile) and Medicine (Hao); Amara has an account on the portal, Lin has never written.

    :param lang: what all of them but Lin, who writes Chinese, have chosen
    """
    mail.empty()
    for address in (LIN, AMARA, SUPERVISOR, STRANGER):
        mail.box(address)
    librarian, steward = "library_crm.group_library_librarian", "library_crm.group_library_steward"
    mei = odoo.add_user("mei", [steward], name="Mei Tanaka", email="mei@library.test", lang=lang)
    odile = odoo.add_user("odile", [steward], name="Odile Marchand", email="odile@library.test", lang=lang)
    hao = odoo.add_user("hao", [librarian], name="Hao Chen", email="hao@library.test", lang=lang)
    odoo.add_user("amara", ["base.group_portal"], name="Amara Okafor", email=AMARA, lang=lang)
    reference = make_team(odoo, "Reference", "ask", mei, odile)
    make_team(odoo, "Medicine", "medicine", hao)
    odoo.write("library.service", odoo.ref("library_crm.service_reference"), team_id=reference)
    odoo.mark_log()
    return Story(odoo, mail, Words(lang), article=publish_article(odoo))


def make_team(odoo: OdooServer, name: str, alias: str, *users: int) -> int:
    members = [(0, 0, {"user_id": user}) for user in users]
    return odoo.create("library.team", name=name, alias_name=alias, member_ids=members)


def publish_article(odoo: OdooServer) -> int:
    """An article that Odile wrote and Mei verified, to be cited."""
    odile, mei = odoo.session("odile"), odoo.session("mei")
    values = {
        "name": "How to read a census page", "body": "<p>Start with the parish.</p>", "visibility": "public",
        "lang": ENGLISH,
    }  # fmt: skip
    (article,) = odile.call("library.article", "create", [values])
    odile.call("library.article", "action_submit", [article])
    for verb in ("action_verify", "action_publish"):
        mei.call("library.article", verb, [article])
    return article


def open_case(desk: Window, number: int) -> None:
    desk.open(f"/odoo/library-cases/{number}")


def filter_cases(desk: Window, *names: str) -> None:
    """Show the list of all cases with these filters and no others."""
    desk.open("/odoo/library-all-cases?view_type=list")
    while desk.page.locator(".o_searchview_facet .o_facet_remove").count():
        desk.page.locator(".o_searchview_facet .o_facet_remove").first.click()
        desk.wait_idle()
    desk.page.locator(".o_searchview_dropdown_toggler").click()
    for name in names:
        desk.page.locator(".o_filter_menu .o_menu_item").get_by_text(desk.words(name), exact=True).click()
        desk.wait_idle()
    desk.page.locator(".o_searchview_dropdown_toggler").click()
    desk.wait_idle()


def shown(desk: Window) -> str:
    return "\n".join(" | ".join(row) for row in desk.rows())


def restate(desk: Window, case: int, words: str) -> None:
    open_case(desk, case)
    desk.click("action_restate")
    desk.fill("restatement", words)
    desk.click("action_restate")


def bare_address(address: str) -> str:
    """The address without a name."""
    return re.search(r"[^\s<>\"]+@[^\s<>\"]+", address)[0]


def assert_hidden_from(session, story: Story) -> None:
    """No call tells this colleague who asked: neither the case nor what leads from the patron to it."""
    case = story.case_of(story.case, "need_ids", "patron_id", "message_ids")
    assert session.call("library.case", "search", [("id", "=", story.case)]) == []
    with pytest.raises(RpcError, match="AccessError"):
        session.call("library.case", "read", [story.case], ["name"])
    assert session.call("library.need", "search", [("id", "in", case["need_ids"])]) == []
    assert session.call("mail.message", "search", [("id", "in", case["message_ids"])]) == []
    assert session.call("library.workroom", "search", [("case_id.patron_id.name", "like", "林")]) == []
    assert session.call("library.case.step", "search", [("case_id.email_from", "=", LIN)]) == []
    (patron,) = session.call(
        "library.patron", "search_read", [("id", "=", case["patron_id"][0])], ["case_ids", "need_ids"]
    )
    assert not patron["case_ids"] and not patron["need_ids"]


def say(window: Window, words: str) -> None:
    """Write into the thread of a workroom."""
    window.page.locator("button.o-mail-Chatter-logNote").click()
    window.page.locator(".o-mail-Composer-input").first.fill(words)
    window.page.locator(".o-mail-Composer-send:visible").first.click()
    window.page.locator(".o-mail-Message").filter(has_text=words).first.wait_for()
    window.wait_idle()


def answer(story: Story, session, words: str) -> None:
    (dialog,) = session.call(
        "library.case.answer", "create", [{"body": f"<p>{words}</p>"}], context={"default_case_id": story.case}
    )
    session.call("library.case.answer", "action_send", [dialog])
    story.send_out()


def take_picture(window: Window, name: str, folder: Path) -> None:
    """Take a picture of a window, which must show nothing wider than itself.

    :param folder: where it goes, unless LIBRARY_CRM_PICTURES=1 has it laid into docs/images/
    """
    folder = REPOSITORY / "docs" / "images" if os.environ.get("LIBRARY_CRM_PICTURES") else folder
    assert window.width_overflow() == 0, name
    assert window.screenshot(folder / f"{name}.png").stat().st_size > 10_000

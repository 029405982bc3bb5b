"""Mail in spite of faults: the same mail at once, a cut line, a server that is down, machines that answer all."""

from __future__ import annotations

import threading
import time
from email.message import EmailMessage

import pytest

from .rig.mail_client import compose, reply
from .rig.mailserver import MailServer
from .rig.odoo_server import OdooServer

ASK = "ask@library.test"


@pytest.fixture(scope="module")
def desk(odoo: OdooServer) -> OdooServer:
    """A library with one team and one librarian."""
    user = odoo.add_user("nora", ["library_crm.group_library_librarian"], email="nora@library.test")
    odoo.create("library.team", name="Reference", alias_name="ask", member_ids=[(0, 0, {"user_id": user})])
    return odoo


def _question(sender: str, subject: str, words: str = "Where do I find early maps?") -> EmailMessage:
    return compose(sender, ASK, subject, words)


def _cases(desk: OdooServer, sender: str) -> list[dict]:
    return desk.search("library.case", [("email_normalized", "=", sender)], ["name", "message_ids"])


def test_ten_mails_delivered_four_times_at_once_make_ten_cases(desk: OdooServer) -> None:
    """Feature: 16.2"""
    mails = [bytes(_question("crowd@patrons.test", f"Question {number}")) for number in range(10)]
    sessions = [desk.session("admin") for _worker in range(4)]
    trouble = []

    def deliver(session) -> None:
        for raw in mails:
            try:
                session.call("mail.thread", "message_process", "library.case", raw.decode())
            except Exception as error:  # noqa: BLE001 - shown below
                trouble.append(error)

    threads = [threading.Thread(target=deliver, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not trouble
    assert sorted(case["name"] for case in _cases(desk, "crowd@patrons.test")) == [f"Question {n}" for n in range(10)]
    assert not desk.search("library.mail.held", [("email_from", "like", "crowd@")])


def test_line_cut_inside_a_fetch_loses_nothing(desk: OdooServer, mail_server: MailServer, imap_proxy) -> None:
    """Feature: 16.2"""
    for number in range(8):
        mail_server.send(bytes(_question("cut@patrons.test", f"Cut {number}", "x" * 4000)), ASK, "cut@patrons.test")
    mail_server.settle()
    cuts = imap_proxy.counters.cuts
    imap_proxy.cut_fetch(3, after=900)
    for _time in range(4):
        try:
            desk.fetch_mail()
        except AssertionError:
            pass  # the cut ends that run; the next one goes on
    assert imap_proxy.counters.cuts == cuts + 1
    assert sorted(case["name"] for case in _cases(desk, "cut@patrons.test")) == [f"Cut {n}" for n in range(8)]


def test_answer_survives_an_outage_and_is_delivered_once(desk: OdooServer, mail_server: MailServer) -> None:
    """Feature: 16.2"""
    box = mail_server.box("dana@patrons.test")
    mail_server.deliver(bytes(_question("dana@patrons.test", "Outage")), ASK, "dana@patrons.test")
    desk.fetch_mail()
    desk.process_queue()
    box.wait_for(lambda mail: "Outage" in mail.subject)
    (case,) = _cases(desk, "dana@patrons.test")
    supervisor = mail_server.box("sup@patrons.test")
    desk.create(
        "library.case.participant", case_id=case["id"], name="Supervisor", email="sup@patrons.test", state="accepted"
    )
    readers = desk.search("library.case.participant", [("case_id", "=", case["id"])], ["partner_id"])
    patron = desk.read("library.case", case["id"], "partner_id")[0]
    mail_server.stop_smtp()
    nora = desk.session("nora")
    nora.call(
        "library.case",
        "message_post",
        [case["id"]],
        body="Here you are.",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=[patron, readers[0]["partner_id"][0]],
    )
    failed = desk.search("mail.mail", [("state", "=", "exception")], ["library_date_retry"])
    assert failed and all(mail["library_date_retry"] for mail in failed)
    desk.run_cron("library_crm.ir_cron_mail_mail_retry")
    mail_server.start_smtp()
    for mail in desk.search("mail.mail", [("state", "=", "exception")]):
        desk.write("mail.mail", mail["id"], library_date_retry="2020-01-01 00:00:00")
    for _time in range(3):
        desk.run_cron("library_crm.ir_cron_mail_mail_retry")
    for mailbox in (box, supervisor):
        mailbox.wait_for(lambda mail: "Here you are." in (mail.text + mail.html))
        time.sleep(1)
        answers = [mail for mail in mailbox.messages() if "Here you are." in (mail.text + mail.html)]
        assert len(answers) == 1


def test_peer_that_answers_everything_is_not_fed(desk: OdooServer, mail_server: MailServer) -> None:
    """A ticket system that acknowledges each mail, as a new mail without any sign of a machine.

    Feature: X14
    """
    peer = mail_server.box("tickets@patrons.test")
    mail_server.deliver(bytes(_question("tickets@patrons.test", "Ticket 0")), ASK, "tickets@patrons.test")
    answered: set[str] = set()
    for _round in range(12):
        desk.fetch_mail()
        desk.process_queue()
        time.sleep(0.3)
        fresh = [mail for mail in peer.messages() if mail["Message-ID"] not in answered]
        for mail in fresh:
            answered.add(mail["Message-ID"])
            again = _question("tickets@patrons.test", f"Ticket {len(answered)}", "We got your request.")
            mail_server.deliver(bytes(again), ASK, "tickets@patrons.test")
    assert 1 <= len(answered) <= 3, "an address gets a few acknowledgements an hour at most"
    assert len(_cases(desk, "tickets@patrons.test")) <= 4


def test_reply_that_lost_its_references_lands_in_its_case(desk: OdooServer, mail_server: MailServer) -> None:
    """Feature: 16.2"""
    box = mail_server.box("wen@patrons.test")
    mail_server.deliver(bytes(_question("wen@patrons.test", "丟失的標頭", "請問地圖在哪裡？")), ASK, "wen@patrons.test")
    desk.fetch_mail()
    desk.process_queue()
    acknowledgement = box.wait_for(lambda mail: "LC-" in mail.subject)
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    for client in ("gmail", "outlook", "qq"):
        answer = reply(acknowledgement, f"Mehr dazu, {client}", drop_references=True, client=client)
        mail_server.deliver(bytes(answer), ASK, "wen@patrons.test")
    desk.fetch_mail()
    (case,) = _cases(desk, "wen@patrons.test")
    bodies = [
        message["body"]
        for message in desk.search(
            "mail.message", [("model", "=", "library.case"), ("res_id", "=", case["id"])], ["body"]
        )
    ]
    assert sum("Mehr dazu" in body for body in bodies) == 3


def test_the_log_shows_no_traceback(desk: OdooServer) -> None:
    """After all of this: mail trouble is for the queue of held mail, not for the log."""
    desk.assert_clean_log(
        allow=["odoo.addons.mail.models.mail_mail", "odoo.addons.mail.models.fetchmail", "ir_mail_server"]
    )

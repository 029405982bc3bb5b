"""The rig itself: what the other tests take for granted. It needs Odoo's core only, not our addon."""

from __future__ import annotations

import imaplib
import os
import signal
import smtplib
import subprocess
import sys
from functools import partial

import pytest

from .rig import mail_client
from .rig.browser import PHONE
from .rig.environment import HOST, PORTS, REPOSITORY, free_port, is_listening
from .rig.mailbox import Mail
from .rig.mailserver import PASSWORD
from .rig.odoo_log import parse
from .rig.patience import at_once, eventually
from .rig.web_session import RpcError

PATRON = "ana@patrons.test"
LIBRARY = "reading@library.test"


def question(subject: str = "Census of 1851", **options) -> bytes:
    return mail_client.compose(f"Ana <{PATRON}>", LIBRARY, subject, "Where do I find it?", **options).as_bytes()


def test_mail_to_the_library_arrives_unchanged(mail_server):
    raw = b"From: x@out.test\r\nSubject: \xc4\xe3\xba\xc3\r\n\r\n" + b"long " * 500 + b"\r\n"
    mail_server.send(raw, "any.body+token@library.test", PATRON)
    mail = mail_server.wait_for(LIBRARY)
    assert mail.raw.endswith(raw), "a header was added, or a line cut"
    assert mail["Delivered-To"] == "any.body+token@library.test"
    assert mail["Return-Path"] == f"<{PATRON}>"
    assert not mail.is_seen


def test_two_library_addresses_get_two_copies(mail_server):
    mail_server.deliver(question(), ["a@library.test", "b@library.test"], PATRON)
    assert {mail["Delivered-To"] for mail in mail_server.catchall.messages()} == {"a@library.test", "b@library.test"}


def test_patron_has_a_box_with_a_password(mail_server):
    box = mail_server.box(PATRON)
    mail_server.send(question(), PATRON, LIBRARY)
    assert box.wait_for().subject == "Census of 1851"
    assert not mail_server.catchall.messages()
    box.password = "wrong"
    with pytest.raises(imaplib.IMAP4.error):
        box.messages()
    box.password = PASSWORD


@pytest.mark.parametrize("address", ["x@refused.test", "nobody.has.this@patrons.test"])
def test_accepted_and_refused_later_comes_back_as_a_report(mail_server, address):
    mail_server.send(question(), address, "bounce@library.test")
    report = mail_server.wait_for("bounce@library.test")
    assert report.message.get_content_type() == "multipart/report"
    assert report["Return-Path"] == "<>"
    assert f"Final-Recipient: rfc822; {address}" in report.raw.decode()


def test_nothing_leaves_the_machine(mail_server):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail_server.send(question(), "somebody@example.org", PATRON)


def test_vacation_responder_answers_a_person_and_not_a_machine(mail_server):
    mail_server.set_vacation(PATRON, "外出", "I am away until Monday.")
    letter = mail_client.compose(LIBRARY, PATRON, "Your question", "Here it is.")
    mail_server.send(letter.as_bytes(), PATRON, LIBRARY)
    notice = mail_server.wait_for(LIBRARY)
    assert notice.subject == "外出"
    assert notice["Auto-Submitted"].startswith("auto-replied")
    assert notice["In-Reply-To"] == letter["Message-ID"]
    automatic = mail_client.compose(
        LIBRARY, PATRON, "Received", "We have it.", headers={"Auto-Submitted": "auto-replied"}
    )
    mail_server.send(automatic.as_bytes(), PATRON, LIBRARY)
    mail_server.wait_for(PATRON, lambda mail: mail.subject == "Received")
    mail_server.settle()
    assert len(mail_server.catchall.messages()) == 1


def test_smtp_outage_and_recovery(mail_server):
    mail_server.stop_smtp()
    with pytest.raises(ConnectionRefusedError):
        mail_server.send(question(), LIBRARY, PATRON)
    mail_server.start_smtp()
    mail_server.send(question(), LIBRARY, PATRON)
    assert mail_server.wait_for(LIBRARY)


def test_large_mail_passes(mail_server):
    mail_server.send(question(attachments={"scan.pdf": b"x" * 60_000_000}), LIBRARY, PATRON)
    assert len(mail_server.wait_for(LIBRARY, timeout=60).attachments["scan.pdf"]) == 60_000_000


def test_proxy_cuts_inside_the_second_mail_once(mail_server, imap_proxy):
    for number in range(3):
        mail_server.deliver(question(f"Question {number}"), LIBRARY, PATRON)
    counters = imap_proxy.counters
    completed, cuts = counters.completed, counters.cuts
    imap_proxy.cut_fetch(2, after=50)
    connection = imaplib.IMAP4(HOST, imap_proxy.port)
    connection.login(LIBRARY, PASSWORD)
    connection.select()
    assert b"Question 0" in connection.fetch("1", "(RFC822)")[1][0][1]
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        connection.fetch("2", "(RFC822)")
    connection.shutdown()
    assert (counters.completed - completed, counters.cuts - cuts) == (1, 1)
    assert "LOGIN" in counters.commands and not any(PASSWORD in command for command in counters.commands)
    with imaplib.IMAP4(HOST, imap_proxy.port) as connection:
        connection.login(LIBRARY, PASSWORD)
        connection.select()
        assert b"Question 1" in connection.fetch("2", "(RFC822)")[1][0][1]


@pytest.mark.parametrize("client, prefix", [("gmail", "Re: "), ("outlook", "RE: "), ("qq", "回复：")])
def test_reply_threads_and_quotes(client, prefix):
    original = mail_client.compose(LIBRARY, f"{PATRON}, bo@patrons.test", "Re: 普查", "Old", cc="eve@patrons.test")
    answer = mail_client.reply(original, "New words", client=client, to_all=True)
    assert answer["Subject"] == f"{prefix}普查"
    assert (answer["From"], answer["To"]) == (PATRON, LIBRARY)
    assert answer["Cc"] == "bo@patrons.test, eve@patrons.test"
    assert answer["In-Reply-To"] == original["Message-ID"]
    text = answer.get_body(("plain",)).get_content()
    assert text.startswith("New words") and "Old" in text
    dropped = mail_client.reply(original, "New words", client=client, drop_references=True, quote=False)
    assert not dropped["References"] and not dropped["In-Reply-To"]
    assert "Old" not in dropped.as_string()


def test_bounce_and_vacation_look_like_the_real_ones(mail_server):
    original = mail_client.compose(LIBRARY, PATRON, "Your question", "Here it is.")
    report = mail_client.bounce(original, PATRON)
    assert report.get_content_type() == "multipart/report"
    kinds = [part.get_content_type() for part in report.iter_parts()]
    assert kinds == ["text/plain", "message/delivery-status", "message/rfc822"]
    assert report.get_payload(2).get_payload(0)["Message-ID"] == original["Message-ID"]
    plain = mail_client.bounce(original, PATRON, standard=False)
    assert plain.get_content_type() == "text/plain" and plain["X-Failed-Recipients"] == PATRON
    unmarked = mail_client.vacation(original, PATRON, "I am away.", marked=False)
    assert not unmarked["Auto-Submitted"] and unmarked["In-Reply-To"] == original["Message-ID"]


@pytest.fixture(scope="module")
def reading_alias(odoo_core) -> str:
    """An address behind which core makes a contact of each mail."""
    model = odoo_core.search("ir.model", [("model", "=", "res.partner")])[0]["id"]
    odoo_core.create("mail.alias", alias_name="reading", alias_model_id=model, alias_contact="everyone")
    return LIBRARY


def test_mail_goes_into_odoo_and_back_out(odoo_core, mail_server, reading_alias):
    odoo_core.mark_log()
    mail_server.deliver(question("人口普查"), reading_alias, PATRON)
    odoo_core.fetch_mail()
    record = odoo_core.search("res.partner", [("name", "=", "人口普查")])[0]["id"]
    patron = odoo_core.create("res.partner", name="Ana", email=PATRON)
    mail_server.box(PATRON)
    odoo_core.rpc(
        "res.partner", "message_post", [record], body="It is in room 4.", partner_ids=[patron], message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )
    answer = mail_server.wait_for(PATRON, lambda mail: "room 4" in mail.text)
    thanks = mail_client.reply(answer, "Thank you", client="outlook")
    mail_server.deliver(thanks.as_bytes(), "catchall@library.test", PATRON)
    odoo_core.fetch_mail()
    bodies = odoo_core.search("mail.message", [("model", "=", "res.partner"), ("res_id", "=", record)], ["body"])
    assert "Thank you" in bodies[-1]["body"]
    odoo_core.assert_clean_log()


def test_odoo_meets_the_cut(odoo_core, mail_server, imap_proxy, reading_alias):
    """Core loses the mail whose transmission is cut; the tests of the addon prove that it does not."""
    for number in range(3):
        mail_server.deliver(question(f"Cut {number}"), reading_alias, PATRON)
    cuts = imap_proxy.counters.cuts
    imap_proxy.cut_fetch(2, after=50)
    odoo_core.mark_log()
    odoo_core.fetch_mail()
    odoo_core.fetch_mail()
    assert imap_proxy.counters.cuts == cuts + 1
    assert any("imaplib.IMAP4.abort" in entry.text for entry in odoo_core.log_errors())
    names = [row["name"] for row in odoo_core.search("res.partner", [("name", "like", "Cut ")], ["name"])]
    assert names == ["Cut 0", "Cut 2"]


def test_odoo_meets_the_outage(odoo_core, mail_server):
    mail_server.stop_smtp()
    sent = odoo_core.create("mail.mail", subject="Late", email_to=PATRON, body_html="<p>Late</p>")
    odoo_core.process_queue()
    assert odoo_core.read("mail.mail", sent, "state") == "exception"
    assert "Connection refused" in odoo_core.read("mail.mail", sent, "failure_reason")


def test_mail_through_the_gateway_script_at_once(odoo_core, reading_alias):
    letters = [question(f"Gate {number}") for number in range(4)]
    made = at_once([partial(odoo_core.mailgate, letter) for letter in letters])
    names = {row["name"] for row in odoo_core.search("res.partner", [("id", "in", made)], ["name"])}
    assert names == {"Gate 0", "Gate 1", "Gate 2", "Gate 3"}


def test_patience_ends():
    looks = iter([0, 0, "seen"])
    assert eventually(lambda: next(looks)) == "seen"
    with pytest.raises(AssertionError, match="Waited 0.2 s for rain"):
        eventually(lambda: [], timeout=0.2, what="rain")
    assert isinstance(at_once([lambda: 1 / 0])[0], ZeroDivisionError)


def test_errors_of_calls_carry_their_name(odoo_core):
    with pytest.raises(RpcError) as caught:
        odoo_core.session("admin").call("res.partner", "write", [2**30], {"name": "x"})
    assert caught.value.name == "odoo.exceptions.MissingError"
    with pytest.raises(RpcError) as caught:
        odoo_core.session().call("res.partner", "search", [])
    assert "SessionExpired" in caught.value.name


def test_server_restarts_and_keeps_its_data(odoo_core):
    partner = odoo_core.create("res.partner", name="Before")
    odoo_core.kill()
    assert not is_listening(odoo_core.port)
    odoo_core.start()
    assert odoo_core.read("res.partner", partner, "name") == "Before"


def test_two_workers(kitchen):
    from .rig.odoo_server import OdooServer

    with OdooServer(kitchen.serve("core", "workers"), workers=2) as server:
        assert server.rpc("res.users", "search_count", []) > 0
        assert "Worker" in server.log.tail(500)


def test_log_is_cut_into_records():
    text = (
        "2026-01-02 10:00:00,123 77 INFO db odoo.addons.mail: Failed\n"
        "Traceback (most recent call last):\n"
        "  boom\n"
        "2026-01-02 10:00:00,124 77 WARNING db odoo.tools: careful\n"
        "2026-01-02 10:00:00,125 77 INFO db odoo.http: fine\n"
    )
    assert [entry.is_trouble for entry in parse(text)] == [True, True, False]


def test_librarian_works_in_the_web_client(odoo_core, browse, tmp_path):
    odoo_core.create("res.partner.category", name="Archive")
    window = browse(odoo_core, "admin")
    window.open("/odoo/contacts")
    window.click("New")
    window.fill("name", "国家图书馆")
    window.fill("email", "desk@library.test")
    window.fill("country_id", "Iceland")
    window.fill("category_id", "Archive")
    window.click("Notes")
    window.fill("comment", "Open on Sundays")
    window.save()
    assert window.value("name") == "国家图书馆"
    assert window.value("country_id") == "Iceland"
    window.open("/odoo/contacts")
    window.search("国家图书馆")
    assert len(window.rows()) == 1
    window.open_row("国家图书馆")
    assert window.value("email") == "desk@library.test"
    saved = odoo_core.search("res.partner", [("name", "=", "国家图书馆")], ["email", "category_id", "comment"])[0]
    assert saved["email"] == "desk@library.test" and saved["category_id"]
    assert "Open on Sundays" in saved["comment"]
    assert window.screenshot(tmp_path / "contact.png").stat().st_size > 10_000


def test_keystrokes_are_counted(odoo_core, browse):
    window = browse(odoo_core)
    window.open("/web/login")
    window.page.focus("input[name=login]")
    window.type("admin")
    window.press("Tab")
    window.type("admin")
    window.press("Enter")
    assert window.keystrokes == 12
    assert "/odoo" in window.path


def test_patron_uses_the_portal_on_a_phone(odoo_core, browse, tmp_path):
    odoo_core.add_user("wen", ["base.group_portal"], email="wen@patrons.test")
    window = browse(odoo_core, "wen", viewport=PHONE)
    assert window.path == "/my"
    assert window.width_overflow() == 0
    assert window.screenshot(tmp_path / "my.png").stat().st_size > 5_000


def test_page_errors_are_noticed(odoo_core, browse):
    window = browse(odoo_core)
    window.open("/web/login")
    with window.expect_errors() as errors:
        window.page.evaluate("setTimeout(() => { throw new Error('torn page') }, 0)")
        window.page.wait_for_timeout(100)
        with pytest.raises(AssertionError, match="torn page"):
            window.assert_no_errors()
    assert errors
    window.assert_no_errors()


KILLED = """
import sys, time
from tests.rig.kitchen import Kitchen
from tests.rig.mailserver import MailServer
from tests.rig.odoo_server import OdooServer
mail = MailServer().start()
server = OdooServer(Kitchen().serve("core", "killed")).start()
print(mail.smtp_port, mail.imap_port, server.port, server.database.name, mail.folder, flush=True)
time.sleep(600)
"""


def test_everything_stops_when_the_tests_are_killed(odoo_core):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as tests:
        *ports, database, folder = tests.stdout.readline().split()
        assert all(is_listening(int(port)) for port in ports)
        os.kill(tests.pid, signal.SIGKILL)
    query = "SELECT datname FROM pg_database WHERE datname = %s"
    eventually(lambda: not any(is_listening(int(port)) for port in ports), 60, "the servers to end")
    eventually(lambda: not odoo_core.sql(query, database), 60, "the database to go")
    eventually(lambda: not os.path.exists(folder), 60, "the mail folder to go")


def test_ports_are_never_handed_out_twice():
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50 and all(port in PORTS for port in ports)


def test_mail_shows_its_parts():
    raw = question(html_body='<a href="http://x/?a=1&amp;b=2">x</a>', attachments={"目录.txt": b"list"})
    mail = Mail(1, frozenset({"\\Seen"}), raw)
    assert mail.is_seen and mail.links == ["http://x/?a=1&b=2"] and mail.attachments == {"目录.txt": b"list"}
    assert mail.text.strip() == "Where do I find it?"

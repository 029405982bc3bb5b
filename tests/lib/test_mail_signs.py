"""Persons, vacation replies, bounces, lists and machine notices, over all fixtures."""

import csv
import time
from collections import Counter
from pathlib import Path

import pytest

from library_crm.lib.mail_signs import read_signs
from library_crm.lib.mail_source import bodies, parse
from library_crm.lib.mail_text import new_text

MAILS = Path(__file__).resolve().parents[1] / "mails"
INDEX = {row["file"]: row for row in csv.DictReader((MAILS / "index.csv").open(encoding="utf-8"))}
PERMANENT = {"yes": True, "no": False, "": None}


def signs_of(name):
    raw = (MAILS / name).read_bytes()
    return read_signs(parse(raw), raw=raw)


def signs(*lines, body="Text."):
    return read_signs(parse("\r\n".join([*lines, "", body]).encode()))


def test_index_and_folder_agree():
    assert set(INDEX) == {path.name for path in MAILS.glob("*.eml")}
    kinds = Counter(row["kind"] for row in INDEX.values())
    assert len(INDEX) >= 140
    assert min(kinds[kind] for kind in ("person", "auto_reply", "bounce", "list", "notification")) >= 8
    assert {row["expect"] for row in INDEX.values()} == {"case", "no_case", "held"}


@pytest.mark.parametrize("name", INDEX)
def test_kind_and_acknowledgement(name):
    """Feature: 16.2"""
    row, found = INDEX[name], signs_of(name)
    assert (found.kind, found.may_acknowledge) == (row["kind"], row["acknowledge"] == "yes"), found.reason
    assert found.reason


@pytest.mark.parametrize("name", [name for name, row in INDEX.items() if row["kind"] == "bounce"])
def test_bounce_names_the_address(name):
    """Feature: 16.2"""
    row, found = INDEX[name], signs_of(name)
    assert found.failed_recipients == tuple(row["failed_recipients"].split())
    assert found.permanent is PERMANENT[row["permanent"]]


def test_bounce_names_the_original_mail():
    found = [signs_of(name).original_message_id for name, row in INDEX.items() if row["kind"] == "bounce"]
    assert found.count("<case-77.1@library.example>") > len(found) / 2
    assert set(found) <= {"<case-77.1@library.example>", None}


@pytest.mark.parametrize("name", [name for name, row in INDEX.items() if row["fresh"]])
def test_fresh_text(name):
    """Feature: 16.2"""
    message = parse((MAILS / name).read_bytes())
    folded = new_text(*bodies(message), subject=message.header_text("subject"))
    assert folded.fresh.split() == INDEX[name]["fresh"].split()


def test_calendar_is_seen():
    assert signs_of("notice_calendar_request.eml").has_vcalendar
    assert signs_of("odd_calendar_attached.eml").has_vcalendar
    assert not signs_of("reply_gmail.eml").has_vcalendar


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("auto_reply", ["Auto-Submitted: auto-replied"]),
        ("auto_reply", ["Auto-Submitted: auto-generated", "In-Reply-To: <1@library.example>"]),
        ("notification", ["Auto-Submitted: auto-generated"]),
        ("notification", ["Auto-Submitted: auto-notified"]),
        ("person", ["Auto-Submitted: no"]),
        ("person", ["Auto-Submitted: No (really)"]),
        ("auto_reply", ["X-Autoreply: yes"]),
        ("auto_reply", ["X-Autorespond: x"]),
        ("person", ["X-Autoreply: no"]),
        ("auto_reply", ["X-Precedence: auto_reply"]),
        ("list", ["Precedence: bulk"]),
        ("list", ["Precedence: list"]),
        ("notification", ["X-FC-Machinegenerated: true"]),
        ("person", ["X-Auto-Response-Suppress: All"]),
        ("notification", ["Return-Path: <>"]),
        ("person", ["Return-Path: <jane@example.org>"]),
    ],
)
def test_header_alone(kind, lines):
    found = signs("From: jane@example.org", "Subject: Loans", *lines)
    assert found.kind == kind
    assert found.may_acknowledge == (kind == "person" and "X-Auto-Response-Suppress: All" not in lines)


@pytest.mark.parametrize("prefix", ["Re: ", "RE:", "Fwd: ", "回复：", "转发：", "AW: ", "回覆: ", "Re[2]: "])
@pytest.mark.parametrize(
    "subject", ["Automatic reply: loans", "自动回复", "Undelivered Mail Returned to Sender", "系统退信"]
)
def test_people_quote_subjects_of_machines(prefix, subject):
    found = signs(
        "From: jane@example.org", f"Subject: {prefix}{subject}", "In-Reply-To: <1@library.example>", body="Why?"
    )
    assert found.kind == "person"


def test_a_forwarded_bounce_as_a_file_is_a_persons_mail():
    bounce = (MAILS / "bounce_postfix.eml").read_bytes()
    head = b"From: jane@example.org\r\nSubject: FW: Undelivered\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
    raw = head + b"What is this?\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + bounce + b"\r\n--b--\r\n"
    assert read_signs(parse(raw)).kind == "person"


@pytest.mark.parametrize(
    "junk", ["<", "<a ", "a@a", "@", "(", ".", "to ", "a", "1.1.", " ", "\n", "-", "a@b.c ", "> ", "-- ", "退"]
)
def test_junk_takes_no_time(junk):
    text = junk * (100_000 // len(junk))
    for head in (
        ["From: mailer-daemon@example.org"],
        ["Return-Path: <>", f"Subject: {text}"],
        ["From: a@example.org", "In-Reply-To: <a@b>", "Subject: a"],
        ["From: postmaster@example.org", "Subject: Undeliverable: x", "Content-Type: text/html"],
    ):
        message = parse("\r\n".join([*head, "", text]).encode())
        start = time.process_time()
        assert read_signs(message).kind
        assert time.process_time() - start < 0.5

"""Every message of Python's own tests, and how long a mail takes."""

import csv
import importlib.util
import os
import sysconfig
import time
from pathlib import Path

import pytest
from test_mail_properties import check_repaired

from library_crm.lib.mail_auth import authenticated
from library_crm.lib.mail_repair import _Writer
from library_crm.lib.mail_signs import read_signs
from library_crm.lib.mail_source import bodies, check_limits, message_key, parse, repair
from library_crm.lib.mail_text import fold_html, new_text
from library_crm.lib.mail_token import read_token

MAILS = Path(__file__).resolve().parents[1] / "mails"
INDEX = list(csv.DictReader((MAILS / "index.csv").open(encoding="utf-8")))
BOUNCES = {"msg_05.txt", "msg_16.txt", "msg_25.txt", "msg_43.txt"}
LISTS = {"msg_02.txt", "msg_32.txt", "msg_33.txt"}
MACHINES = {"msg_42.txt"}


def python_test_mails():
    """Folder of the mails that Python's own tests use; some distributions pack it apart."""
    folders = [Path(os.environ["PYTHON_TEST_EMAIL_DATA"])] if os.environ.get("PYTHON_TEST_EMAIL_DATA") else []
    spec = importlib.util.find_spec("test")
    folders += [
        Path(place) / "test_email" / "data" for place in (spec.submodule_search_locations or () if spec else ())
    ]
    folders.append(Path(sysconfig.get_path("stdlib")) / "test" / "test_email" / "data")
    return next((sorted(folder.glob("msg_*.txt")) for folder in folders if list(folder.glob("msg_*.txt"))), [])


MESSAGES = python_test_mails()


def take_in(raw):
    """What the gateway asks about one mail."""
    check_limits(raw)
    message_key(raw)
    message = parse(raw)
    read_signs(message, raw=raw)
    plain, html = bodies(message)
    new_text(plain, html, subject=message.header_text("subject"))
    if html:
        fold_html(html)
    read_token(b"0123456789abcdef", message.header_text("subject"))
    authenticated(message, ["mx.library.example"])
    return repair(raw)


def test_python_ships_its_test_mails():
    assert len(MESSAGES) >= 45, (
        "This Python does not ship test/test_email/data (on Debian it is in the package libpython3-testsuite, folder"
        " usr/lib/python3.*/test). Install it, or name the folder in PYTHON_TEST_EMAIL_DATA."
    )


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.name)
def test_python_test_mail(path):
    """Feature: 16.2"""
    raw = path.read_bytes()
    fixed = take_in(raw)
    assert fixed == _Writer(raw).write()
    assert repair(fixed) == fixed
    check_repaired(fixed)
    wanted = (
        "bounce"
        if path.name in BOUNCES
        else "list"
        if path.name in LISTS
        else "notification"
        if path.name in MACHINES
        else "person"
    )
    assert read_signs(parse(raw), raw=raw).kind == wanted


def test_speed():
    """A typical mail of 10 kB passes through everything in a few milliseconds."""
    raw = (MAILS / "reply_gmail.eml").read_bytes()
    raw = raw.replace(b"the reading room opens at nine.", b"the reading room opens at nine. " * 150)
    assert 8_000 < len(raw) < 14_000
    best = min(_seconds(raw) for _time in range(7))
    print(f"\n10 kB mail through all functions: {best * 1000:.1f} ms")
    assert best < 0.012


def test_speed_over_all_fixtures():
    raws = [(MAILS / row["file"]).read_bytes() for row in INDEX]
    start = time.process_time()
    for raw in raws:
        take_in(raw)
    mean = (time.process_time() - start) / len(raws)
    print(f"\n{len(raws)} fixtures: {mean * 1000:.1f} ms each")
    assert mean < 0.03


def _seconds(raw):
    start = time.process_time()
    for _time in range(20):
        take_in(raw)
    return (time.process_time() - start) / 20

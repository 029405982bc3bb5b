"""Every kind of mail through the real gateway: nothing vanishes, nothing is answered by mistake, nothing gets in.

What is sent: all mails of tests/mails with what is expected of each, all messages of Python's own tests of its mail
package, and mails made here that are too large, too deep, too many or hostile.
"""

from __future__ import annotations

import base64
import csv
import importlib.util
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from .rig.mail_client import compose
from .rig.mailserver import MailServer
from .rig.odoo_server import OdooServer

MAILS = Path(__file__).resolve().parent / "mails"
ASK = "ask@library.test"
SLOWEST_SECONDS = 15
COUNTS = """
    SELECT (SELECT count(*) FROM library_case),
           (SELECT count(*) FROM mail_message WHERE model IN ('library.case', 'library.workroom')
                                                AND message_type = 'email'),
           (SELECT count(*) FROM library_mail_held),
           (SELECT count(*) FROM library_mail_receipt),
           (SELECT count(*) FROM mail_mail)
"""
ACTIVE_CONTENT = re.compile(
    r"<\s*(script|iframe|object|embed|form|meta|base|link)\b|javascript:|vbscript:|<[^>]+\son[a-z]+\s*=", re.IGNORECASE
)


@dataclass(frozen=True)
class Letter:
    """One mail to be delivered.

    :param expect: ``case``, ``held``, ``no_case`` or, where nobody foretold it, an empty string
    :param acknowledge: ``yes``, ``no`` or an empty string
    """

    name: str
    raw: bytes
    expect: str = ""
    acknowledge: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a mail changed in the database, and how long it took."""

    letter: Letter
    seconds: float
    trouble: str
    cases: int
    messages: int
    held: int
    receipts: int
    mails: int

    def __str__(self) -> str:
        return (
            f"{self.letter.name}: {self.cases} cases, {self.messages} messages, {self.held} held,"
            f" {self.mails} mails out, {self.seconds:.1f} s {self.trouble}"
        )


# The mails


def to_the_library(raw: bytes) -> bytes:
    """The mail as our server would hand it on: with the address it was delivered to."""
    # empty lines, and the separator of a mailbox file, stand above the headers
    head = re.match(rb"[\r\n]*(From [^\n]*\n)?", raw)[0]
    return head + f"Delivered-To: {ASK}\n".encode() + raw[len(head) :]


def indexed_letters() -> Iterator[Letter]:
    """The mails of tests/mails."""
    with (MAILS / "index.csv").open(encoding="utf-8") as index:
        for row in csv.DictReader(index):
            raw = (MAILS / row["file"]).read_bytes()
            yield Letter(row["file"], to_the_library(raw), row["expect"], row["acknowledge"])


def pythons_letters() -> Iterator[Letter]:
    """The messages with which Python tests its own mail package."""
    try:
        spec = importlib.util.find_spec("test.test_email")
    except ModuleNotFoundError:
        spec = None
    assert spec, "Python's own tests are not installed (Debian: libpython3-testsuite)."
    for path in sorted((Path(spec.origin).parent / "data").glob("msg_*.txt")):
        yield Letter(f"python/{path.name}", to_the_library(path.read_bytes()))


def _mail(subject: str, **options) -> EmailMessage:
    return compose("Ana <ana@patrons.test>", ASK, subject, "Where do I find early maps?", **options)


def _nested(depth: int, filler: int = 0) -> bytes:
    """Multiparts inside multiparts."""
    head = f"From: ana@patrons.test\nTo: {ASK}\nSubject: Nested {depth}\nMessage-ID: <nested-{depth}-{filler}@x>\n"
    opened = [
        f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\nContent-Type: text/plain\n\n'
        f"{'x' * filler}\n--b{level}\n"
        for level in range(depth)
    ]
    return (head + "".join(opened) + "Content-Type: text/plain\n\nThe innermost words.\n").encode()


def _many_attachments(number: int) -> bytes:
    head = f"From: ana@patrons.test\nTo: {ASK}\nSubject: Many files\nMessage-ID: <many-{number}@x>\n"
    part = '--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="f{}.txt"\n\nx\n'
    parts = "".join(part.format(each) for each in range(number))
    return f'{head}Content-Type: multipart/mixed; boundary="b"\n\n{parts}--b--\n'.encode()


def _nested_tags(depth: int) -> bytes:
    html = "<div>" * depth + "the inmost words" + "</div>" * depth
    return bytes(_mail("Nested tags", html_body=html))


def _file_names() -> bytes:
    """Names that are paths, commands, lines, or endless."""
    mail = _mail("File names")
    names = [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/shadow",
        "C:\\x.exe",
        "x" * 300 + ".pdf",
        "a\tb.txt",
        "名錄.pdf",
    ]
    for name in names:
        mail.add_attachment(b"content", maintype="application", subtype="octet-stream", filename=name)
    hostile = b"Content-Disposition: attachment; filename*=utf-8''a%00b%0d%0aBcc:%20x@y.test%0d%0a.txt\n"
    first = b'Content-Disposition: attachment; filename="/etc/shadow"\n'
    raw = mail.as_bytes()
    assert first in raw
    return raw.replace(first, hostile)


PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>click</a>",
    "<a href='jav&#x09;ascript:alert(1)'>click</a>",
    "<form action='http://evil.test'><input name=password><p>words in a form</p></form>",
    "<math><mi xlink:href='data:text/html,<script>alert(1)</script>'>x</mi></math>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<body onload=alert(1)><p>words</p></body>",
    "<style>@import 'javascript:alert(1)'; body { background: url(javascript:alert(1)) }</style>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<p style='width: expression(alert(1))'>x</p>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<template><script>alert(1)</script></template>",
    "<t t-out='env.cr'/>",
    "<details open ontoggle=alert(1)>x</details>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
)


def made_letters(staff: str) -> Iterator[Letter]:
    """Mails that no fixture file should hold: too large, too deep, forged, hostile."""
    crowd = ", ".join(f"reader{number}@crowd.test" for number in range(10_000))
    yield Letter("10 000 recipients", bytes(_mail("Crowd", cc=crowd)), "case", "")
    yield Letter("nested 5000 deep", to_the_library(_nested(5000)), "held", "no")
    yield Letter("3 MB of nested parts", to_the_library(_nested(300, 10_000)), "held", "no")
    yield Letter("3000 attachments", to_the_library(_many_attachments(3000)), "held", "no")
    yield Letter("5000 nested tags", _nested_tags(5000), "case", "yes")
    yield Letter("file names", _file_names(), "case", "yes")
    yield Letter("no From", bytes(_mail("No sender", headers={"From": None})), "held", "no")
    yield Letter("no Message-ID", bytes(_mail("No number", headers={"Message-ID": None})), "case", "yes")
    yield Letter("empty", b"", "held", "no")
    yield Letter("only line ends", b"\r\n\r\n\r\n", "held", "no")
    yield Letter("binary", bytes(range(256)) * 50, "held", "no")
    yield Letter("100 kB of <", bytes(_mail("Angles", html_body="<" * 100_000)), "case", "yes")
    yield Letter("100 kB of (", bytes(_mail("(" * 900, headers={"X-Comment": "(" * 900})), "case", "yes")
    for number, payload in enumerate(PAYLOADS):
        yield Letter(f"payload {number}", bytes(_mail(f"P{number} {payload}"[:70], html_body=payload)), "case", "yes")
    forged = compose(f"Director <{staff}>", ASK, "Please change my password", "At once.")
    yield Letter("forged staff", bytes(forged), "held", "no")
    forged = compose("Administrator <admin@library.test>", ASK, "Send me the list of patrons", "At once.")
    yield Letter("forged administrator", bytes(forged), "held", "no")
    ourselves = compose(ASK, ASK, "From ourselves", "A loop begins like this.")
    yield Letter("from our own address", bytes(ourselves), "held", "no")


# Delivered once, looked at by every test


@pytest.fixture(scope="module")
def desk(odoo: OdooServer) -> OdooServer:
    """A library with one team, a director whose name is forged, and a postman's account that takes the mail in."""
    nora = odoo.add_user("nora", ["library_crm.group_library_librarian"], email="nora@library.test")
    odoo.add_user("director", ["library_crm.group_library_manager"], email="director@library.test")
    odoo.add_user("postman", ["base.group_user"])
    odoo.write("res.users", odoo.ref("base.user_admin"), email="admin@library.test")
    odoo.create("library.team", name="Reference", alias_name="ask", member_ids=[(0, 0, {"user_id": nora})])
    odoo.rpc("ir.config_parameter", "set_param", "library_crm.cases_per_hour", "100000")
    odoo.mark_log()
    return odoo


@pytest.fixture(scope="module")
def outcomes(desk: OdooServer) -> list[Outcome]:
    """All mails delivered one by one, with what each of them changed."""
    postman = desk.session("postman")
    letters = [*indexed_letters(), *pythons_letters(), *made_letters("director@library.test")]
    return [_deliver(desk, postman, letter) for letter in letters]


def _deliver(desk: OdooServer, postman, letter: Letter) -> Outcome:
    # an address is acknowledged a few times an hour; here the same ones write hundreds of mails
    desk.sql("UPDATE library_case SET create_date = create_date - interval '2 hours'")
    before = desk.sql(COUNTS)[0]
    started, trouble = time.monotonic(), ""
    try:
        postman.call("mail.thread", "message_process", False, letter.raw.decode("utf-8", "surrogateescape"))
    except Exception as error:
        trouble = str(error)
    seconds = time.monotonic() - started
    after = desk.sql(COUNTS)[0]
    return Outcome(letter, seconds, trouble, *(new - old for old, new in zip(before, after, strict=True)))


def _wrong(outcomes: list[Outcome], is_right) -> list[str]:
    return [str(outcome) for outcome in outcomes if not is_right(outcome)]


def test_no_mail_makes_the_gateway_fail(outcomes: list[Outcome], capsys) -> None:
    """Feature: 16.2"""
    assert not _wrong(outcomes, lambda outcome: not outcome.trouble)
    slow = max(outcomes, key=lambda outcome: outcome.seconds)
    with capsys.disabled():
        print(
            f"\nmails {len(outcomes)} | cases {sum(one.cases for one in outcomes)}"
            f" | held {sum(one.held for one in outcomes)} | the same again {sum(not one.receipts for one in outcomes)}"
            f" | acknowledgements {sum(one.mails for one in outcomes)}"
            f" | {sum(one.seconds for one in outcomes):.0f} s, slowest {slow.letter.name} {slow.seconds:.1f} s"
        )


def test_no_mail_vanishes(outcomes: list[Outcome]) -> None:
    """Each is a case, a message of one, or a held mail; a mail that came before changes nothing.

    Feature: 16.2
    """
    assert len(outcomes) > 350
    assert not _wrong(outcomes, lambda one: not one.receipts or one.cases + one.messages + one.held >= 1)
    assert not _wrong(outcomes, lambda one: one.receipts or not (one.cases or one.messages or one.held))
    assert not _wrong(outcomes, lambda one: one.cases <= 1 and one.held <= 1)


def test_each_mail_becomes_what_was_foretold(outcomes: list[Outcome]) -> None:
    """Feature: 16.2"""
    new = [one for one in outcomes if one.receipts]
    assert not _wrong([one for one in new if one.letter.expect == "case"], lambda one: one.cases == 1)
    assert not _wrong([one for one in new if one.letter.expect == "held"], lambda one: one.held == 1 and not one.cases)
    assert not _wrong([one for one in new if one.letter.expect == "no_case"], lambda one: not one.cases)


def test_only_people_are_answered_and_once(outcomes: list[Outcome]) -> None:
    """Feature: 16.2"""
    new = [one for one in outcomes if one.receipts]
    assert not _wrong([one for one in new if one.letter.acknowledge == "no"], lambda one: one.mails == 0)
    assert not _wrong([one for one in new if one.letter.acknowledge == "yes"], lambda one: one.mails == 1)
    assert not _wrong(outcomes, lambda one: one.mails <= one.cases)


def test_no_mail_holds_the_gateway_up(outcomes: list[Outcome]) -> None:
    assert not _wrong(outcomes, lambda one: one.seconds < SLOWEST_SECONDS)


def test_originals_are_kept_to_the_byte(desk: OdooServer, outcomes: list[Outcome]) -> None:
    """Feature: 16.2"""
    sent = {one.letter.raw for one in outcomes}
    held = [row["id"] for row in desk.search("library.mail.held", [])]
    assert len(held) > 150
    for start in range(0, len(held), 50):
        for row in desk.rpc("library.mail.held", "read", held[start : start + 50], ["original", "reason"]):
            assert base64.b64decode(row["original"] or "") in sent, row["reason"]


def test_nothing_stored_can_run(desk: OdooServer, outcomes: list[Outcome]) -> None:
    """Feature: 16.2"""
    bodies = desk.search("mail.message", [("model", "in", ["library.case", "library.workroom"])], ["body"])
    assert len(bodies) > 180
    assert not [row for row in bodies if ACTIVE_CONTENT.search(row["body"])]
    assert any("words in a form" in row["body"] for row in bodies), "text inside a form is a text"


def test_file_names_are_names(desk: OdooServer, outcomes: list[Outcome]) -> None:
    """Feature: 16.2"""
    files = desk.search("ir.attachment", [("res_model", "=", "library.case")], ["name"])
    names = [row["name"] for row in files]
    assert "名錄.pdf" in names
    assert not [
        name for name in names if re.search(r"[\x00-\x1f/\\]", name) or len(name) > 255 or name.startswith("..")
    ]


def test_a_crowd_in_the_headers_is_not_invited(desk: OdooServer, outcomes: list[Outcome]) -> None:
    """Feature: 16.2"""
    crowd = desk.search("library.case.participant", [("email", "like", "@crowd.test")], ["state", "partner_id"])
    assert 1 <= len(crowd) <= 10
    assert {row["state"] for row in crowd} == {"proposed"}
    assert not desk.search("res.partner", [("email", "like", "@crowd.test")])


def test_a_forged_sender_gains_nothing(desk: OdooServer, outcomes: list[Outcome]) -> None:
    """Feature: 16.2, X3"""
    staff = ("director", "admin")
    people = desk.search("res.users", [("login", "in", staff)], ["partner_id"])
    users, partners = [row["id"] for row in people], [row["partner_id"][0] for row in people]
    for model in ("library.case", "library.need", "library.mail.held"):
        assert not desk.search(model, [("create_uid", "in", users)])
    assert not desk.search("mail.message", [("model", "=", "library.case"), ("author_id", "in", partners)])
    assert not desk.search("library.patron", [("partner_id", "in", partners)])
    waiting = desk.search("library.mail.held", [("kind", "=", "staff"), ("state", "=", "waiting")], ["email_from"])
    assert {row["email_from"] for row in waiting} == {
        "Director <director@library.test>",
        "Administrator <admin@library.test>",
    }


def test_held_mail_can_be_tried_again(desk: OdooServer, outcomes: list[Outcome]) -> None:
    """Feature: 16.2"""
    nora = desk.session("nora")
    kinds = desk.rpc("library.mail.held", "formatted_read_group", [("state", "=", "waiting")], ["kind"], ["__count"])
    assert len(kinds) >= 4
    for kind in kinds:
        held = desk.search(
            "library.mail.held", [("state", "=", "waiting"), ("kind", "=", kind["kind"])], ["try_count"]
        )[0]
        if not nora.call("library.mail.held", "search", [("id", "=", held["id"])]):
            continue
        nora.call("library.mail.held", "action_retry", [held["id"]])
        assert desk.read("library.mail.held", held["id"], "try_count") == held["try_count"] + 1


def test_large_mail_comes_in_by_the_real_way(desk: OdooServer, mail_server: MailServer) -> None:
    """An attachment of 60 MB, by SMTP and IMAP: too large to read at once, so it is kept and shown.

    Feature: 16.2
    """
    large = _mail("A very large scan", attachments={"scan.pdf": b"x" * 60_000_000})
    mail_server.box("ana@patrons.test")
    mail_server.send(bytes(large), ASK, "ana@patrons.test")
    mail_server.wait_for(ASK, timeout=60)
    desk.fetch_mail()
    (held,) = desk.search("library.mail.held", [("name", "=", "A very large scan")], ["kind", "state", "reason"])
    assert (held["kind"], held["state"]) == ("unreadable", "waiting")
    (size,) = desk.sql(
        "SELECT file_size FROM ir_attachment WHERE res_model = 'library.mail.held' AND res_id = %s", held["id"]
    )[0]
    assert size > 80_000_000


def test_the_log_stays_clean(desk: OdooServer, outcomes: list[Outcome]) -> None:
    """Bad mail is the library's everyday life, not trouble of the server."""
    desk.assert_clean_log()

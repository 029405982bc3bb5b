"""What must hold for any bytes, and for fixtures that were bent out of shape."""

import email
import email.policy
import re
from email.parser import BytesParser
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library_crm.lib.mail_auth import authenticated
from library_crm.lib.mail_charset import decode_header_text, decode_text
from library_crm.lib.mail_parse import MIME_POLICY, tidy
from library_crm.lib.mail_repair import _Writer
from library_crm.lib.mail_signs import read_signs
from library_crm.lib.mail_source import MailRefused, bodies, check_limits, message_key, parse, repair
from library_crm.lib.mail_text import fold_html, html_to_plain, new_text
from library_crm.lib.mail_token import make_token, read_token

MAILS = sorted((Path(__file__).resolve().parents[1] / "mails").glob("*.eml"))
SECRET = b"0123456789abcdef"
FEW = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))

HEADER_NAMES = st.sampled_from(
    [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "References",
        "Reply-To",
        "Auto-Submitted",
    ]
)
ODD_VALUES = st.one_of(
    st.sampled_from(
        [b"", b"<>", b"<", b"@", b"a@", b"@b", b"a@b, c@d", b"G: a@b;", b"=?x?b?y?=", b"=?utf-8?b?w6k=?= <a@b>", b"multipart/mixed", b"multipart/mixed; boundary=b", b"multipart/report",
         b"message/rfc822", b"message/delivery-status", b"message/partial; id=x", b"text", b"/", b"text/plain; charset=", b"text/html; charset=x-gbk", b"text/plain; charset*=a'b", b"base64",
         b"quoted-printable", b"x-uuencode", b'attachment; filename="../x"', b"attachment; filename*0*=''%ff; filename*1=x", b"\xff\xfe", b"Mon, 99 Foo 2026", b"<a b@c>", b"\"", b"\\", b"("]
    ),
    st.binary(max_size=60).map(lambda data: re.sub(rb"[\r\n]", b" ", data)),
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.lists(st.sampled_from([b"--b", b"--b--", b"Content-Type: text/plain", b"Content-Type: message/rfc822", b"Content-Type: multipart/mixed; boundary=c", b"--c", b"", b"text", b"From: x@y.example",
                              b"Final-Recipient: rfc822; a@b.example", b"Action: failed", b"> quoted", b"On 1.1.2026 a@b.example wrote:", b"<div>", b"=E5=9B"]), max_size=25).map(b"\n".join),
)  # fmt: skip
MESSAGES = st.builds(
    lambda headers, body: b"\r\n".join([name.encode() + b": " + value for name, value in headers] + [b"", body]),
    st.lists(st.tuples(HEADER_NAMES, ODD_VALUES), max_size=10),
    BODIES,
)


@st.composite
def bent_fixtures(draw):
    """A fixture with pieces cut out, doubled, or replaced by bytes that mean something."""
    raw = bytearray(draw(st.sampled_from(MAILS)).read_bytes())
    for _number in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(raw)))
        length = draw(st.integers(0, 80))
        piece = draw(
            st.sampled_from(
                [
                    b"",
                    b"\r\n",
                    b"\n\n",
                    b"\x00",
                    b"\xff\xfe",
                    b"=?",
                    b"?=",
                    b'"',
                    b"<",
                    b"--",
                    b":",
                    b";",
                    b" " * 80,
                    bytes(raw[place : place + length]) * 3,
                ]
            )
        )
        raw[place : place + length] = piece
    return bytes(raw)


def take_in(raw):
    """The whole way of a mail through the library; the same as the gateway's."""
    try:
        check_limits(raw)
    except MailRefused:
        return
    message = parse(raw)
    for part in message.walk():
        part.get_content_type()
        part.get_filename()
        list(part.items())
    signs = read_signs(message, raw=raw)
    assert signs.kind in ("person", "auto_reply", "bounce", "list", "notification")
    assert signs.may_acknowledge <= (signs.kind == "person")
    plain, html = bodies(message)
    new_text(plain, html)
    fold_html(html or "")
    authenticated(message, ["mx.library.example"])
    read_token(SECRET, message.header_text("subject"))
    fixed = _Writer(raw).write()
    assert fixed == repair(raw)
    check_repaired(fixed)
    assert repair(fixed) == fixed
    assert message_key(fixed) == message_key(raw)


def check_repaired(fixed):
    message = email.message_from_bytes(fixed, policy=email.policy.SMTP)
    for part in message.walk():
        assert not part.defects
        for key in part.keys():  # noqa: SIM118 - the headers of a message are no dict
            assert not set("\r\n\x00") & set(part.get(key))
        if part.get_content_maintype() != "multipart":
            part.get_content()
            assert not set("/\\\r\n\x00") & set(part.get_filename() or "")


@FEW
@given(st.binary(max_size=600))
def test_any_bytes(raw):
    take_in(raw)


@FEW
@given(MESSAGES)
def test_any_headers_and_bodies(raw):
    take_in(raw)


@FEW
@given(bent_fixtures())
def test_bent_fixtures(raw):
    take_in(raw)


STRUCTURE = [
    b"--b", b"--b--", b"--c", b"--c--", b"--d", b"--d--x", b"--b \t", b"", b"", b" ", b"\t", b"text", b"Subject: x", b" folded", b":x", b"bad line",
    b"From x 10:00", b">From x 10:00: y", b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/mixed; boundary=c",
    b'Content-Type: multipart/digest; boundary="d"', b"Content-Type: message/rfc822", b"Content-Type: text/plain",
    b"Content-Type: message/delivery-status", b"Content-Type:\n multipart/mixed;\n boundary=b", b"Content-Type : multipart/mixed; boundary=b",
]  # fmt: skip


def depth_and_size(message):
    payload = message.get_payload()
    if not isinstance(payload, list):
        return 0, 1
    below = [depth_and_size(part) for part in payload] or [(0, 0)]
    return 1 + max(depth for depth, _size in below), 1 + sum(size for _depth, size in below)


@settings(FEW, max_examples=1500)
@given(st.lists(st.sampled_from(STRUCTURE), max_size=40).map(b"\n".join), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_the_limits_see_whatever_the_parser_opens(raw, line_end):
    raw = raw.replace(b"\n", line_end)
    try:
        check_limits(raw, max_depth=2, max_parts=6)
    except MailRefused:
        return
    depth, size = depth_and_size(BytesParser(policy=MIME_POLICY).parsebytes(tidy(raw)))
    assert depth <= 3
    assert size <= 14


@FEW
@given(st.text(max_size=400), st.text(max_size=400))
def test_no_word_is_lost(plain, html):
    def words(text):
        return sorted(re.findall(r"[^\W_]+", text))

    folded = new_text(plain, None)
    assert words("\n".join((folded.fresh, folded.quoted, folded.signature))) == words(plain.replace("\r", "\n"))
    fold_html(html)
    html_to_plain(html)


@FEW
@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=20)))
def test_any_text_in_any_charset(data, label):
    text, codec = decode_text(data, label)
    assert "\x00" not in text
    assert codec
    line = decode_header_text(data)
    assert line == " ".join(line.split())


@FEW
@given(st.sampled_from("cwn"), st.integers(1, 2**63 - 1), st.text(max_size=30), st.text(max_size=30))
def test_token_in_any_surroundings(kind, record_id, before, after):
    token = make_token(SECRET, kind, record_id)
    assert (kind, record_id) in read_token(SECRET, f"{before} [{token}] {after}")

"""Tokens of cases in subjects, bodies and addresses."""

import re
import time

import pytest

from library_crm.lib.mail_token import KINDS, make_token, plus_address, read_token, split_plus, token_in_subject

SECRET = b"a secret of this database"
OTHER = b"the secret of another one"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("record_id", [1, 31, 32, 106003, 2**31, 2**63 - 1])
def test_token_comes_back(kind, record_id):
    token = make_token(SECRET, kind, record_id)
    assert re.fullmatch(r"LC-[CWNRFT][0-9A-HJKMNP-TV-Z]+-[0-9A-HJKMNP-TV-Z]{13}", token)
    assert read_token(SECRET, f"Re: your question [{token}]") == [(kind, record_id)]


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda token: "".join(chr(ord(char) + 0xFEE0) for char in token),
        lambda token: token.replace("-", "\r\n -", 1),
        lambda token: token.replace("-", "\u2011"),
        lambda token: token.replace("0", "O").replace("1", "l"),
        lambda token: f"【{token}】续借",
        lambda token: f"回复：{token}的问题",
        lambda token: f"<https://library.example/c/{token.lower()}>",
        lambda token: token[:9] + "\u200b" + token[9:],
    ],
)
def test_token_survives_what_mail_programs_do(change):
    assert read_token(SECRET, change(make_token(SECRET, "c", 4711))) == [("c", 4711)]


def test_forged_and_altered_tokens_are_ignored():
    token = make_token(SECRET, "c", 4711)
    assert read_token(OTHER, token) == []
    assert read_token(SECRET, token.replace("LC-C", "LC-W")) == []
    assert read_token(SECRET, make_token(SECRET, "c", 4712)[:-13] + token[-13:]) == []
    for place in range(len(token)):
        letter = "Z" if token[place] != "Z" else "Y"
        assert read_token(SECRET, token[:place] + letter + token[place + 1 :]) == []
    assert read_token(SECRET, "X" + token) == []
    assert read_token(SECRET, token + "A") == []
    assert read_token(SECRET, None) == []


def test_several_tokens_once_each_in_order():
    first, second = make_token(SECRET, "w", 9), make_token(SECRET, "c", 2)
    assert read_token(SECRET, f"{first} {second.lower()} {first}") == [("w", 9), ("c", 2)]


@pytest.mark.parametrize(("kind", "record_id"), [("x", 1), ("c", 0), ("c", -1), ("c", 2**63)])
def test_impossible_tokens_are_refused(kind, record_id):
    with pytest.raises(ValueError):
        make_token(SECRET, kind, record_id)


def test_short_secret_is_refused():
    with pytest.raises(ValueError):
        make_token(b"short", "c", 1)


def test_subject_gets_the_token_once():
    token = make_token(SECRET, "c", 1)
    subject = token_in_subject("Loans", token)
    assert subject == f"Loans [{token}]"
    assert token_in_subject(f"Re: {subject.lower()}", token) == f"Re: {subject.lower()}"
    assert token_in_subject("", token) == f"[{token}]"


def test_plus_address_and_back():
    token = make_token(SECRET, "c", 1)
    address = plus_address("ask@lib.example", token)
    assert address == f"ask+{token.lower()}@lib.example"
    assert split_plus(address) == ("ask@lib.example", token.lower())
    assert read_token(SECRET, address) == [("c", 1)]
    assert split_plus("ask@lib.example") == ("ask@lib.example", "")
    assert split_plus("+odd@lib.example") == ("+odd@lib.example", "")
    assert len(address.partition("@")[0]) <= 64
    with pytest.raises(ValueError):
        plus_address("no address", token)


@pytest.mark.parametrize("text", ["LC-" * 33_000, "LC-C" + "0" * 100_000, "LC- \n" * 20_000, "<" * 100_000])
def test_reading_takes_linear_time(text):
    start = time.process_time()
    assert read_token(SECRET, text) == []
    assert time.process_time() - start < 0.2

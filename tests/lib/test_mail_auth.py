"""What a trusted server says of the sender, and nobody else."""

import time

import pytest

from library_crm.lib.mail_auth import authenticated
from library_crm.lib.mail_source import parse

MX = ["mx.library.example"]


def verdict(*results, sender="Jane <jane@uni.example>", trusted=MX, below=()):
    head = [f"Authentication-Results: {result}" for result in results]
    lines = [*head, "Received: from somewhere", *below, f"From: {sender}", "Subject: x", "", "text"]
    return authenticated(parse("\r\n".join(lines).encode()), trusted)


@pytest.mark.parametrize(
    ("expected", "result"),
    [
        (True, "mx.library.example; dmarc=pass header.from=uni.example"),
        (True, "mx.library.example; spf=pass smtp.mailfrom=jane@uni.example; dkim=none"),
        (True, "mx.library.example; dkim=pass (2048 bit) header.d=uni.example header.s=s1"),
        (True, 'mx.library.example; dkim=pass header.i="@uni.example"'),
        (True, "mx.library.example 1; dmarc=pass (p=none dis=none) header.from=uni.example"),
        (False, "mx.library.example; spf=pass smtp.mailfrom=uni.example; dmarc=fail header.from=uni.example"),
        (None, "mx.library.example; spf=pass smtp.mailfrom=bulk.example"),
        (None, "mx.library.example; dkim=pass header.d=attacker.example"),
        (None, "mx.library.example; spf=softfail smtp.mailfrom=uni.example"),
        (None, "mx.library.example; none"),
        (None, "mx.library.example; dmarc=pass header.from=other.example"),
        (None, "mx.library.example; auth=fail (dmarc=pass header.from=uni.example)"),
        (None, 'mx.library.example; auth=fail reason="x; dmarc=pass header.from=uni.example"'),
        (None, "mx.attacker.example; dmarc=pass header.from=uni.example"),
        (None, ""),
    ],
)
def test_verdict(expected, result):
    assert verdict(result) is expected


def test_parent_domain_may_speak_for_the_child_and_not_the_other_way_round():
    parent = "mx.library.example; dkim=pass header.d=uni.example"
    assert verdict(parent, sender="jane@cs.uni.example") is True
    assert verdict("mx.library.example; dkim=pass header.d=evil.uni.example") is None
    assert verdict("mx.library.example; dkim=pass header.d=example", sender="jane@uni.example") is None
    assert verdict("mx.library.example; dkim=pass header.d=i.example", sender="jane@uni.example") is None


def test_forged_results_below_are_not_read():
    good = "mx.library.example; dmarc=pass header.from=uni.example"
    assert verdict("mx.library.example; spf=none", below=[f"Authentication-Results: {good}"]) is None
    assert verdict("mx.other.example; spf=none", good) is None
    assert verdict("mx.library.example; spf=none", good) is True


@pytest.mark.parametrize(
    "sender", ["a@uni.example, b@evil.example", "", "Jane", "jane@evil.example\r\nFrom: jane@uni.example"]
)
def test_one_author_only(sender):
    assert verdict("mx.library.example; dmarc=pass header.from=uni.example", sender=sender) is None


def test_nobody_trusted():
    assert verdict("mx.library.example; dmarc=pass header.from=uni.example", trusted=[]) is None


@pytest.mark.parametrize("junk", ["(" * 100_000, ";" * 100_000, "a=" * 50_000, '"' * 100_000, "smtp." * 20_000])
def test_junk_takes_no_time(junk):
    start = time.process_time()
    assert verdict(f"mx.library.example; {junk}") is None
    assert verdict("mx.library.example; none", sender=junk) is None
    assert time.process_time() - start < 0.4

"""Mails of one machine are alike, questions of many people are not. Feature: X14"""

import pytest

from library_crm.lib.mail_alike import Shape


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ticket #123456 was created", "Ticket #998877 was created", True),
        ("Your request REQ-7f3a9 arrived on 2026-06-01 at 10:22", "Your request REQ-11bc0 arrived on 2026-06-02", True),
        ("您的工单20260601已收到，请勿回复", "您的工单20260602已收到，请勿回复", True),
        ("Where do I find maps of the harbour?", "How do I renew my books before the exam?", False),
        ("图书馆考试周几点开门？", "怎么续借《线性代数》？", False),
        ("", "", True),
        ("Hello", "Hello", True),
        ("Hello", "Help", False),
    ],
)
def test_alike(one, other, alike):
    assert Shape(one).is_like(Shape(other)) is alike
    assert Shape(other).is_like(Shape(one)) is alike


def test_a_long_text_costs_no_more_than_its_beginning():
    assert Shape("word " * 200_000).parts == {"word"}

"""Which new items fit which wishes, and why."""

import random
import time
from datetime import datetime

import pytest

from library_crm.lib.alert_match import Item, Matcher, Wish, entries, next_moment


def fits(wish, text, **item):
    found = Matcher([wish]).match(Item(("x", 1), item.pop("kind", "item"), text, **item))
    return found[0] if found else None


def test_entries_are_read_as_people_type_them():
    typed = 'Census\n“parish registers”, census；家譜、  族譜\n\n 「地方志」 ; ...'
    assert entries(typed) == ("Census", "parish registers", "家譜", "族譜", "地方志")
    assert entries(None) == ()
    assert entries("圖書館\n图书馆") == ("圖書館",), "one word in two scripts is one entry"


def test_a_phrase_is_its_words_in_their_order():
    """Feature: 15.4"""
    wish = Wish(1, any=("deep learning",))
    assert fits(wish, "A survey of Deep-Learning methods").words == ("deep learning",)
    assert not fits(wish, "Learning from the deep sea")
    assert not fits(wish, "The deepest learnable thing")


@pytest.mark.parametrize(("entry", "text"), [
    ("maps", "A map of the harbour"),
    ("圖書館", "数字图书馆的读者服务"),
    ("知识服务", "面向科研的知識服務研究"),
    ("café", "CAFE culture in Vienna"),
    ("R語言", "R语言 与数据分析"),
    ("书", "一本书"),
])
def test_an_entry_is_found_however_it_is_written(entry, text):
    assert fits(Wish(1, any=(entry,)), text).words == (entry,)


@pytest.mark.parametrize(("entry", "text"), [("art", "Party politics"), ("图书", "书图"), ("海", "Shanghai")])
def test_parts_of_words_are_not_found(entry, text):
    assert not fits(Wish(1, any=(entry,)), text)


def test_all_and_any_and_none():
    """Feature: 15.4"""
    wish = Wish(1, any=("malaria", "dengue"), all=("vaccine", "children"), none=("veterinary",))
    assert fits(wish, "Malaria vaccines for a child and children").words == ("vaccine", "children", "malaria")
    assert not fits(wish, "Malaria vaccines"), "one word of all is missing"
    assert not fits(wish, "Vaccines for children"), "none of the others is there"
    assert not fits(wish, "Veterinary dengue vaccine and children")


def test_words_and_classes_together_or_either():
    """Feature: 15.4"""
    both = Wish(1, any=("acupuncture",), subjects=frozenset({5}))
    either = Wish(1, any=("acupuncture",), subjects=frozenset({5}), needs_both=False)
    assert not fits(both, "Acupuncture") and not fits(both, "Nursing", subjects=frozenset({5}))
    assert fits(both, "Acupuncture", subjects=frozenset({5, 9})).subjects == (5,)
    assert fits(either, "Acupuncture").subjects == ()
    found = fits(either, "Nursing", subjects=frozenset({5}))
    assert (found.words, found.subjects) == ((), (5,))
    assert fits(Wish(1, subjects=frozenset({5})), "Nursing", subjects=frozenset({5, 1}))
    assert not Matcher([Wish(1)]).match(Item(("x", 1), "item", "anything")), "an empty wish is no wish for everything"


def test_language_kind_and_owner():
    wish = Wish(1, any=("maps",), langs=frozenset({"en"}), kinds=frozenset({"article"}), owner=7)
    assert fits(wish, "Maps", kind="article", lang="en", owner=7)
    assert fits(wish, "Maps", kind="article"), "what is not known is no reason to be silent"
    assert not fits(wish, "Maps", kind="article", lang="zh")
    assert not fits(wish, "Maps", kind="item")
    assert not fits(wish, "Maps", kind="article", owner=8)


def test_the_index_finds_what_trying_each_finds():
    """Every wish alone against every item, and all at once: the same."""
    draw = random.Random(3)
    vocabulary = ["maps", "harbour", "census", "malaria", "知识", "服务", "图书馆", "深度学习", "vaccine", "art"]
    wishes = [
        Wish(
            key, any=tuple(draw.sample(vocabulary, draw.randint(0, 3))),
            all=tuple(draw.sample(vocabulary, draw.randint(0, 2))),
            none=tuple(draw.sample(vocabulary, draw.randint(0, 1))), needs_both=draw.random() < 0.5,
            subjects=frozenset(draw.sample(range(6), draw.randint(0, 2))),
        )
        for key in range(300)
    ]
    together = Matcher(wishes)
    total = 0
    for number in range(60):
        text = " ".join(draw.choices(vocabulary, k=draw.randint(0, 6)))
        item = Item(("x", number), "item", text, frozenset(draw.sample(range(6), draw.randint(0, 3))))
        alone = [match for wish in wishes for match in Matcher([wish]).match(item)]
        assert together.match(item) == alone
        total += len(alone)
    assert total > 100


def test_ten_thousand_wishes_meet_a_thousand_items_in_time():
    """Feature: 15.4"""
    draw = random.Random(5)
    vocabulary = ["".join(draw.choices("bcdfglmnprst", k=2)) + "".join(draw.choices("aeiou", k=2))
                  + "".join(draw.choices("bcdfglmnprst", k=3)) for _word in range(30_000)]
    wishes = [
        Wish(key, any=tuple(" ".join(draw.choices(vocabulary, k=draw.choice((1, 1, 2)))) for _entry in range(4)),
             none=tuple(draw.choices(vocabulary, k=1)))
        for key in range(10_000)
    ]
    items = [Item(("x", number), "item", " ".join(draw.choices(vocabulary, k=150))) for number in range(1000)]
    begin = time.perf_counter()
    matcher = Matcher(wishes)
    found = sum(len(matcher.match(item)) for item in items)
    seconds = time.perf_counter() - begin
    print(f"10 000 wishes x 1 000 items: {seconds:.1f} s, {found} hits")
    assert found > 10_000
    assert seconds < 60


@pytest.mark.parametrize(("cadence", "zone", "expected"), [
    ("daily", "UTC", datetime(2026, 3, 5, 6)),
    ("weekly", "UTC", datetime(2026, 3, 9, 6)),
    ("monthly", "UTC", datetime(2026, 4, 1, 6)),
    ("daily", "Asia/Shanghai", datetime(2026, 3, 4, 22)),
    ("weekly", "America/New_York", datetime(2026, 3, 9, 10)),
])
def test_next_moment(cadence, zone, expected):
    assert next_moment(cadence, datetime(2026, 3, 4, 12), zone) == expected

"""Messages told apart by their words, and the labelled set on which that is measured. Feature: 17.2, 2.2"""

import hashlib
import time
from collections import Counter

import pytest

from benchmarks import messages, mining

LIB = mining._lib()
classify, find_facet = LIB.message_class.classify, LIB.facet_words.find_facet
ROWS = messages.labelled()


def test_the_set_is_as_it_says():
    assert len(ROWS) >= 630 and len({row["text"] for row in ROWS}) == len(ROWS)
    kinds = Counter(row["kind"] for row in ROWS)
    assert set(kinds) == set(LIB.message_class.KINDS) and min(kinds.values()) >= 60
    languages = Counter(row["lang"] for row in ROWS)
    assert abs(languages["en"] / len(ROWS) - 0.5) < 0.02 and min(languages.values()) > 150


def test_a_third_is_kept_apart_by_its_text_alone():
    of_id = {row["id"]: row for row in ROWS}
    for row in ROWS:
        first = of_id[row.get("like", row["id"])]
        rest = int(hashlib.sha256(first["text"].encode()).hexdigest(), 16) % 3
        assert row["part"] == ("apart" if rest == 0 else "tune") == first["part"]
    assert 0.3 < sum(row["part"] == "apart" for row in ROWS) / len(ROWS) < 0.37


def test_figures_shown_are_those_measured():
    import json  # noqa: PLC0415

    found = messages.measure(classify, LIB.lift.wilson, LIB.message_class.KINDS)
    shown = json.loads(messages.SHOWN.read_text())
    assert {**shown, "day": None} == {**json.loads(json.dumps(found)), "day": None}, "run make bench-mining"
    apart = found["parts"]["apart"]
    assert apart["whole"][0]["accuracy"] > 0.85 and all(row["f1"] > 0.75 for row in apart["kinds"])


@pytest.mark.parametrize(("text", "kind"), [
    ("Thank you! One more thing: where do I find volume two?", "question"),
    ("Thanks for nothing.", "complaint"),
    ("The staff were not friendly.", "complaint"),
    ("馆员不专业。", "complaint"),
    ("No complaints at all, thank you.", "thanks"),
    ("没关系，书已经拿到了，谢谢。", "thanks"),
    ("Thank you for the literature search.", "thanks"),
    ("No, I meant the novel, not the film. I need the second edition.", "correction"),
    ("請問要怎麼預約？", "question"),
    ("唔該晒，收到。", "thanks"),
    ("", "unclear"), (None, "unclear"), ("Hm.", "unclear"), ("\0\0", "unclear"), ("😀", "unclear"),
])
def test_mixed_signals(text, kind):
    assert classify(text).kind == kind


def test_both_scripts_are_told_alike():
    pairs = (("等了两个星期没有人回复", "等了兩個星期沒有人回覆"), ("这本书的作者写错了", "這本書的作者寫錯了"))
    for simple, traditional in pairs:
        assert classify(simple).kind == classify(traditional).kind != "unclear"


def test_marks_stand_where_the_words_stand():
    for row in ROWS[::7]:
        found = classify(row["text"])
        assert all(row["text"][start:end] == word for start, end, word, _kind in found.marks)
        assert 0 <= found.score <= 1 and found.runner_up != found.kind


def test_headers_and_subject_tell_a_machine():
    assert classify("Excellent service!", is_automatic=True) == LIB.message_class.MessageClass("auto", 1.0)
    assert classify("I read mail again on Monday.", subject="Out of office: Maps").kind == "auto"


@pytest.mark.parametrize("text", [
    "thank you " * 50000, "为什么" * 50000, "i was " * 20000 + "?", "a" * 500000, "(" * 9999, "不是" * 40000,
    "who what when where " * 9999, "\n" * 100000, "would you please " * 9999,
])
def test_hostile_text_is_quick(text):
    classify("warm up 谢谢")
    started = time.perf_counter()
    classify(text)
    find_facet(text)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(("text", "facet"), [
    ("The library should treat visitors with respect.", "concept"),
    ("希望馆员多一点尊重和耐心", "concept"),
    ("Your newspapers and journals are out of date.", "content"),
    ("外文期刊种类太少", "content"),
    ("Please open on Sundays, the queue at the desk is long.", "mode"),
    ("希望延長開放時間", "mode"),
    ("The app crashes when I log in.", "technology"),
    ("網站打不開，密碼也改不了", "technology"),
    ("", None), (None, None), ("Hm", None),
])
def test_facets(text, facet):
    code, words = find_facet(text)
    assert code == facet and bool(words) == bool(facet)


def test_a_phrase_is_written_as_a_librarian_would():
    rule = LIB.phrase_rules.compile_phrases("wait* .. weeks; couldn't; 一直..坏")
    for text in ("waiting for two weeks", "waited weeks", "couldn’t", "couldnt", "一直都是壞的", "一直坏"):
        assert rule.search(LIB.text_tokens.fold(text)), text
    for text in ("waiting. Two weeks", "await weeks", "一直。坏"):
        assert not rule.search(LIB.text_tokens.fold(text)), text

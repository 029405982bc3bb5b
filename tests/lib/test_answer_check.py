"""What is looked for in an answer before it is sent. Feature: 16.4"""

import pytest

from library_crm.lib.answer_check import check_answer, internal_words, sentences

GOOD = (
    "You asked where the tram timetables of 1911 are. They are in the local history room, bound with the city"
    " directory (https://riverside.example/tram). If you need a copy, let me know and I will scan the pages."
)
GOOD_ZH = (
    "您问的是1911年电车时刻表在哪里。时刻表收在地方文献室，与《城市指南》装订在一起。如需复印，请告诉我，我会为您扫描。"
)
TRAMS, TRAMS_ZH = "Tram timetables of 1911", "1911年的电车时刻表"


def missing(text, question, has_sources=False):
    return {check.code for check in check_answer(text, question, has_sources) if not check.is_good}


@pytest.mark.parametrize(("text", "question"), [(GOOD, TRAMS), (GOOD_ZH, TRAMS_ZH), (GOOD_ZH, "1911年的電車時刻表")])
def test_good_answer_gets_no_advice(text, question):
    assert missing(text, question) == set()


def test_each_lack_is_named():
    vague = "It is in the local history room on the second floor of our building and open every day until six."
    assert missing(vague, TRAMS) == {"restated", "sources", "next_step"}
    assert "sources" not in missing(vague, TRAMS, has_sources=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Search the OPAC, then fill in the ILL form.", ("OPAC", "ILL")),
        ("The patient is ill; read 4 pages of the monograph’s holdings.", ("holdings", "monograph")),
        ("请在流通部办理馆际互借。", ("馆际互借", "流通部")),
        ("請在流通部辦理館際互借。", ("馆际互借", "流通部")),
        ("Please come to the desk.", ()),
    ],
)
def test_words_of_the_trade(text, found):
    assert internal_words(text) == found


def test_long_sentences_in_both_scripts():
    long_en = "The record " + "of the parish " * 12 + "is here and you can ask for it at the desk."
    assert "plain" in missing(long_en, "record of the parish")
    assert "plain" in missing("教区登记簿" + "按旧郡排列并且收在各郡的档案之中" * 5 + "。", "教区登记簿")
    assert "plain" not in missing(GOOD, TRAMS) | missing(GOOD_ZH, TRAMS_ZH)


def test_short_note_and_nothing_are_left_in_peace():
    assert check_answer("Done, it is on your account.", TRAMS) == []
    assert check_answer("", "") == []
    assert sentences("One. Two!\n三。") == ["One", "Two", "三"]


def test_a_page_of_signs_is_read_at_once():
    assert check_answer("< > ( . " * 25_000, TRAMS)

"""Terms that turn up more than before, and texts that say the same."""

import time

import pytest

from library_crm.lib import alike, bursts, term_words


def texts_of(words, new=0, old=0, kind="case", start=0):
    """The same words by different people, in the week and before it."""
    return [bursts.Text(words, number < new, f"p{start + number}", kind, (kind, start + number))
            for number in range(new + old)]  # fmt: skip


def ordinary(count, is_new):
    """What is always asked."""
    subjects = (
        "opening times of the reading room", "renew my card", "查找一篇论文", "how to cite a thesis", "自习室预约",
    )
    return [bursts.Text(subjects[number % 5], is_new, f"o{is_new}{number}", "case") for number in range(count)]


def test_the_test_is_the_published_one():
    """Przyborowski and Wilenski 1940, as Krishnamoorthy and Thomson 2004 work it out: 3 of 100 and 0 of 100 dodder
    seeds, two-sided E-test p = 0.0884."""
    from scipy.stats import poisson_means_test

    assert poisson_means_test(0, 100, 3, 100).pvalue == pytest.approx(0.0884, abs=0.0001)
    # ours asks one side: whether it became more
    assert bursts._chance(3, 100, 0, 100) < 0.0884 < bursts._chance(0, 100, 3, 100)


def test_a_new_term_is_found_in_both_scripts_and_read_as_it_was_written():
    """Feature: 16.6"""
    texts = ordinary(20, True) + ordinary(160, False)
    texts += texts_of("想找大語言模型的使用規範", new=3) + texts_of("大语言模型能写论文吗", new=3, start=10)
    texts += texts_of("Where are the carbon footprint standards?", new=5, start=20)
    found = {burst.key: burst for burst in bursts.find_bursts(texts)}
    assert "大语言模型" in found and found["大语言模型"].n == 6 and found["大语言模型"].people == 6
    assert found["carbon footprint"].term == "carbon footprint"
    # parts of a term are not told beside it
    assert not {"语言", "模型", "语言模型", "carbon", "footprint"} & set(found)
    assert not {key for key in found if "opening" in key or "renew" in key or "论文" == key}


def test_fewer_than_three_people_are_no_trend():
    texts = ordinary(20, True) + ordinary(160, False)
    texts += [bursts.Text("quantum entanglement", True, "one person", "case") for _time in range(9)]
    texts += texts_of("zebrafish", new=2)
    assert not bursts.find_bursts(texts)


def test_a_busy_week_is_no_burst():
    """Twice as many texts about the same things: nothing new."""
    assert not bursts.find_bursts(ordinary(200, True) + ordinary(800, False))


def test_a_term_that_was_always_there_is_no_burst():
    texts = ordinary(40, True) + ordinary(320, False) + texts_of("interlibrary loan", new=5, old=40)
    assert "interlibrari loan" not in {burst.key for burst in bursts.find_bursts(texts)}


def test_empty_and_hostile_texts():
    assert bursts.find_bursts([]) == []
    empty = ["", None, "\x00" * 50, "🙂🙂"] * 3
    texts = [bursts.Text(words, True, number, "case") for number, words in enumerate(empty)]
    assert bursts.find_bursts(texts) == []


def test_ten_thousand_texts_take_seconds():
    texts = ordinary(1000, True) + ordinary(9000, False) + texts_of("retraction watch database", new=12)
    began = time.monotonic()
    assert bursts.find_bursts(texts)[0].term in ("retraction watch", "watch database")
    assert time.monotonic() - began < 20


def test_texts_that_say_the_same_come_together():
    """Feature: 1.6"""
    texts = [
        "The printer on the second floor is always out of paper",
        "No paper in the printer on the second floor again",
        "Could you open the reading room on Sunday?",
        "Second floor printer: no paper since Monday",
        "二楼的打印机总是没纸",
        "打印機沒紙，二樓",
        "二樓打印机又没有纸了",
        "Thank you for the quick help with my thesis",
    ]
    found = alike.groups(texts)
    assert [0, 1, 3] in found and [4, 5, 6] in found and len(found) == 2
    assert "printer" in term_words.common([texts[place] for place in (0, 1, 3)])[0:3]
    assert any("打印" in term or "打印机" in term for term in term_words.common([texts[p] for p in (4, 5, 6)]))


def test_few_or_empty_texts_are_no_group():
    assert alike.groups([]) == [] and alike.groups(["a", "a"]) == [] and alike.groups(["", None, "…"]) == []

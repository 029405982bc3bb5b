"""Texts that ask much the same are brought together, others are left alone. Feature: 33.5"""

from library_crm.lib.product_clusters import groups, kind_of, shared_words

MAPS = ["Old maps of the harbour before 1850", "Where are harbour maps of 1800?", "Historic maps of our harbour wanted",
        "Maps of the harbour in the eighteenth century"]  # fmt: skip
OTHERS = ["Opening hours on Sunday", "Renew my loan please", "Peer review of nursing journals",
          "Printer is out of paper", "Visa rules for researchers",
          "Poems by Li Bai in English", "Sheet music for the cello"]  # fmt: skip
CHINESE = ["如何查找专利数据", "查找专利数据的方法", "专利数据在哪里查找"]


def test_alike_texts_form_a_group_and_others_do_not():
    texts = {number: text for number, text in enumerate(MAPS + OTHERS + CHINESE)}
    found = groups(texts)
    assert {frozenset(group) for group in found} == {frozenset(range(4)), frozenset(range(11, 14))}


def test_fewer_than_three_are_no_group():
    assert groups({number: text for number, text in enumerate(MAPS[:2] + OTHERS)}) == []


def test_no_chain_grows_out_of_half_alike_texts():
    chain = {number: f"word{number} word{number + 1} word{number + 2}" for number in range(12)}
    assert all(len(group) <= 5 for group in groups(chain))


def test_nothing_and_empty_texts_are_fine():
    assert groups({}) == []
    assert groups({1: "", 2: "", 3: " "}) == []


def test_words_that_tell_a_group_from_the_rest():
    assert set(shared_words(MAPS, MAPS + OTHERS)[:2]) == {"maps", "harbour"}
    assert "专利数据" in shared_words(CHINESE, CHINESE + MAPS + OTHERS)[0]


def test_kind():
    assert kind_of(MAPS) == "guide"
    assert kind_of(CHINESE) == "dataset"
    assert kind_of(["A workshop on citing", "Workshop for citing", "training: citing"]) == "course"

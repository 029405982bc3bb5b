"""What make bench-retrieval measures with: its data, and the references that the index is held against."""

import doctest

import pytest

from benchmarks import answered_texts, retrieval_data, retrieval_reference
from benchmarks.settings import BenchmarkError
from library_crm.lib.bm25 import Bm25
from library_crm.lib.text_tokens import tokens

TEXTS = ["Where is my card?", "How do I renew a loan", "怎么续借图书", "renew renew my card now", "图书证怎么办"]


def test_examples_hold():
    assert doctest.testmod(retrieval_reference).attempted
    assert doctest.testmod(retrieval_reference).failed == 0


def test_public_questions_are_whole():
    train, test = retrieval_data.banking("train"), retrieval_data.banking("test")
    assert (len(train), len(test)) == (10003, 3080)
    assert len({intent for _text, intent in train}) == 77
    few = retrieval_data.few_cases(train)
    assert len(few) == 77
    assert few == retrieval_data.few_cases(train), "drawn alike every time"


def test_both_bm25_agree():
    queries = ["renew my card", "续借", "图书证", "nothing of it"]
    index = Bm25([tokens(text) for text in TEXTS])
    ours = [[number for number, _score in index.top(tokens(query))] for query in queries]
    assert retrieval_reference.matrix(TEXTS, queries, tokens) == ours


def test_faq_is_asked_for_in_plain_words(monkeypatch):
    monkeypatch.setenv("LIBRARY_CRM_FAQ", "/nowhere")
    with pytest.raises(BenchmarkError, match="make bench-retrieval"):
        retrieval_data.faq_folder()


def test_faq_pages_become_pairs(tmp_path):
    page = tmp_path / "faq.html"
    page.write_text(
        '<?xml version="1.0"?><html><body><section><h2>Group</h2><section><h3>1.2. Why is it so?¶</h3><p>Because '
        f"{'of this ' * 20}</p></section><section><h3>Short?</h3><p>See above.</p></section></section></body></html>"
    )
    pairs = retrieval_data._pairs([page], "section", "en")
    assert [heading for heading, _body in pairs] == ["Why is it so?"]
    assert "Why" not in pairs[0][1]
    assert retrieval_data.asked(pairs) == [("Why is it so?", 0)]


def test_composed_texts_are_the_same_every_time_and_differ():
    first, second = answered_texts.Writer(1), answered_texts.Writer(1)
    questions = [first.question(number % 2 == 0) for number in range(200)]
    assert questions == [second.question(number % 2 == 0) for number in range(200)]
    assert len(set(questions)) > 150

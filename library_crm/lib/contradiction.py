"""Two texts about the same that give different numbers: a sign that one of them is wrong."""

import re

_NUMBER = re.compile(r"(?<![a-z\d.,])(\d{1,4})(?![\d.,])\s*([^\W\d_]{2,20}|[㐀-鿿]{1,2})")
MOST_PER_TEXT = 200
LEAST_LETTERS = 3


def numbers_by_word(text):
    """{word: set of numbers that stand before it}, as in "3 times" or 3次."""
    from .text_tokens import fold, stem  # noqa: PLC0415

    found = {}
    for number, word in _NUMBER.findall(fold(text or ""))[:MOST_PER_TEXT]:
        if not word.isascii():
            found.setdefault(word[0], set()).add(int(number))
        elif len(word) >= LEAST_LETTERS:
            found.setdefault(stem(word), set()).add(int(number))
    return found


def differing_numbers(text, other):
    """[(word, number here, number there)] where both texts count the same once and differently."""
    here, there = numbers_by_word(text), numbers_by_word(other)
    return [
        (word, min(here[word]), min(there[word]))
        for word in sorted(here.keys() & there.keys())
        if len(here[word]) == 1 and len(there[word]) == 1 and here[word] != there[word]
    ]

"""Which texts of daily work are long enough, and written often enough, to be kept for others."""

import hashlib
import re
from collections import defaultdict

from .redact import lines_of_html

LONG_WORDS = 120
# as many ideographs say what a word says elsewhere
IDEOGRAPHS_A_WORD = 1.6
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff]+")


def word_count(text):
    """Words of a text in any script; ideographs count by what they say."""
    return len(_WORD.findall(text or "")) + round(len(_IDEOGRAPH.findall(text or "")) / IDEOGRAPHS_A_WORD)


def long_passages(source):
    """{key: text} of the passages of an HTML answer that are longer than `LONG_WORDS`, greeting and name left out.

    The same passage with another name, date or layout has the same key.
    """
    lines = [line.strip() for line in lines_of_html(source or "").split("\n") if line.strip()]
    body = [line for line in lines if word_count(line) > 6]
    text = "\n".join(body)
    if word_count(text) <= LONG_WORDS:
        return {}
    return {_key(text): text}


def _key(text):
    """What two passages that say the same have in common."""
    plain = re.sub(r"[\W\d_]+", "", text.casefold())
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def repeated_passages(answers):
    """Passages that were written in several cases.

    :param answers: (case, author, HTML) of answers, oldest first
    :return: list of (key, text, number of cases, author of the first one)
    """
    cases, first = defaultdict(set), {}
    for case, author, source in answers:
        for key, text in long_passages(source).items():
            cases[key].add(case)
            first.setdefault(key, (text, author))
    return [(key, first[key][0], len(seen), first[key][1]) for key, seen in cases.items() if len(seen) > 1]

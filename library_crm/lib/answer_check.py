"""What a good answer of a reference librarian has, looked for in a text before it is sent.

After the behaviours that RUSA's guidelines name (interest, listening, searching, follow-up): says what was asked in its
own words, gives sources, says what comes next, is plain, and uses no words that only librarians know. Hints, no
verdicts: nothing is refused because of them.
"""

import re
from dataclasses import dataclass

from .text_tokens import CJK_RUN, fold, tokens

LONG_SENTENCE = 28
"""Words of a sentence above which many readers lose the thread (English)."""
LONG_SENTENCE_ZH = 60
"""Ideographs of a sentence, the same in Chinese."""
SHORT_ANSWER = 12
"""Words of an answer that is too short to be judged, "It is on your account now." for instance."""
SHARED_LEAST = 2
"""Words of the question that an answer repeats if it says what was asked."""

_END = re.compile(r"[.!?。！？；;]+[\s\"”’)）]*|\n+")
_URL = re.compile(r"https?://\S+|\bdoi:\s*\S+|\b10\.\d{4,9}/\S+|\bISBN\b|\bISSN\b", re.IGNORECASE)
_CALL_NUMBER = re.compile(r"\b\d{3}\.\d+\b|\b[A-Z]{1,2}\d{1,4}(?:\.\d+)?/\S+|《[^》]+》")
_NEXT = re.compile(
    r"\b(let (?:me|us) know|please (?:tell|write|reply|ask|come)|if (?:this|that|it|you)\b[^.?!]{0,60}"
    r"|next (?:step|time|i|we)\b|feel free|happy to (?:help|look)|write (?:to )?(?:me|us)|you (?:can|may) (?:also )?"
    r"(?:ask|reply|come|renew|order|request)|i(?:'ll| will)|we(?:'ll| will)|as a next)\b"
    r"|下一步|接下来|如需|如有|如果您|若您|若有|需要的话|请(?:您)?(?:告诉|告知|回复|联系|与我们)|欢迎|我会|我们会|我们将|随时",
    re.IGNORECASE,
)
# What only librarians say; Chinese is folded to simplified ideographs.
INTERNAL = (
    "bib record", "circ", "circulation desk", "holdings", "interlibrary circulation", "monograph", "serials", "verso",
    "warner", "workroom",
    "馆际互借", "编目", "流通部", "典藏", "索书号", "复本", "馆藏", "工单", "采编", "密集书库",
)
ACRONYMS = re.compile(r"\b(?:OPAC|ILL|ILS|MARC|CNMARC|SLA|READ [1-6])\b")


@dataclass(frozen=True)
class Check:
    """One look at an answer.

    :param code: restated, sources, next_step, plain or internal
    :param is_good: whether nothing is to be said
    :param words: what was found: the words that only librarians know, or the beginning of the longest sentence
    """

    code: str
    is_good: bool
    words: tuple = ()


def sentences(text):
    """The sentences of a text, without empty ones."""
    return [part.strip() for part in _END.split(text) if part.strip()]


def _size(sentence):
    """(length, limit) of a sentence: words, or ideographs where it is Chinese."""
    ideographs = sum(len(run) for run in CJK_RUN.findall(sentence))
    if ideographs * 2 > len(re.sub(r"\s", "", sentence)):
        return ideographs, LONG_SENTENCE_ZH
    return len(sentence.split()), LONG_SENTENCE


def internal_words(text):
    """Words of a text that only librarians know, each once: abbreviations first."""
    plain = fold(text)
    found = list(dict.fromkeys(ACRONYMS.findall(text)))
    for word in INTERNAL:
        if re.search(rf"(?<![a-z0-9]){word}(?![a-z0-9])", plain) if word.isascii() else word in plain:
            found.append(word)
    return tuple(found)


def check_answer(text, question, has_sources=False):
    """Look at an answer before it is sent.

    :param str text: the answer without signature and quotes
    :param str question: what was asked, or how the need was restated
    :param bool has_sources: whether articles, solutions or files go along
    :return: list of Check, empty for a text that is too short to be judged
    """
    size = len(text.split()) + sum(len(run) for run in CJK_RUN.findall(text)) // 2
    if size < SHORT_ANSWER:
        return []
    asked = {token for token in tokens(question) if len(token) > 1}
    shared = asked & set(tokens(text))
    longest = max(sentences(text), key=lambda sentence: _size(sentence)[0] / _size(sentence)[1])
    length, limit = _size(longest)
    internal = internal_words(text)
    return [
        Check("restated", len(shared) >= min(SHARED_LEAST, len(asked))),
        Check("sources", bool(has_sources or _URL.search(text) or _CALL_NUMBER.search(text))),
        Check("next_step", bool(_NEXT.search(fold(text)) or _NEXT.search(text))),
        Check("plain", length <= limit, (longest[:60],) if length > limit else ()),
        Check("internal", not internal, internal),
    ]

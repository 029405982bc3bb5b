"""What a message of a case is: thanks, a question, a new need, a complaint, a correction, praise, or automatic.

Nothing is learned and nothing is hidden: lists of words with weights (:mod:`message_words`), what stands before them,
and what has to be acted on first where two are close. Whoever wonders sees the words marked in the message.
"""

import re
from dataclasses import dataclass
from functools import cache

from . import message_words
from .phrase_rules import compile_phrases
from .text_tokens import fold

KINDS = ("auto", "complaint", "correction", "need", "question", "praise", "thanks")
"""Of two kinds with as much weight the first one: what has to be acted on first."""
UNCLEAR = "unclear"
MOST_TEXT = 4000
"""Characters that are read; what a long message wants stands at its beginning."""
MOST_MARKS = 12
LEAST = 0.8
"""Weight below which nothing is said."""
_AGAIN = 0.3
"""What the second and the third word of a list add."""
_MOST_AGAIN = 2
_REACH = 18
_REACH_HAN = 3
_TURNED = 2.4
"""Weight of a praise that is negated: a complaint."""
_MOST = {"thanks": 2.4}
_MARK_FROM = 1.0
_CLEAR = 2.5
_BESIDE = {"complaint": {"question": 0.7, "praise": 0.8}, "correction": {"need": 0.55}}
"""Beside a clear complaint questions are rhetorical; beside a clear correction "I need" says what was meant."""


@dataclass(frozen=True)
class MessageClass:
    """What a message is taken for.

    :ivar kind: one of KINDS, or ``unclear`` when no word speaks for any
    :ivar score: share of the weight that speaks for it, 0 to 1
    :ivar marks: tuple of (start, end, word, kind), by place; of the kind and of the runner-up
    :ivar runner_up: the kind that came second, or None
    """

    kind: str
    score: float
    marks: tuple = ()
    runner_up: str | None = None


@cache
def _rules():
    return tuple((kind, weight, compile_phrases(phrases)) for kind, weight, phrases in message_words.RULES)


@cache
def _unless():
    return {kind: compile_phrases(phrases) for kind, phrases in message_words.UNLESS.items()}


@cache
def _negations():
    return compile_phrases(message_words.NEGATIONS)


def classify(text, lang=None, subject="", is_automatic=False):
    """Tell what a message is.

    :param str text: the new words of the message, without what it quotes and without a signature
    :param lang: not needed: each list looks for its own script; taken so that callers may say what they know
    :param str subject: of the mail; only an automatic one is told by it
    :param is_automatic: whether the signs of the mail already told that no person wrote it
    :return: MessageClass

    >>> found = classify("Thank you! But could you tell me where I find the second volume?")
    >>> found.kind, found.runner_up
    ('question', 'thanks')
    >>> classify("这已经是第三次了，没有任何人回复我").kind
    'complaint'
    >>> classify("Hm.").kind
    'unclear'
    """
    text = (text or "")[:MOST_TEXT]
    if is_automatic:
        return MessageClass("auto", 1.0)
    weights, marks = _weigh(fold(text), text)
    weights["auto"] += _weigh(fold(subject or ""), subject or "", ("auto",))[0]["auto"]
    ranked = sorted(KINDS, key=lambda kind: -weights[kind])
    best, second = ranked[:2]
    if weights[best] < LEAST:
        return MessageClass(UNCLEAR, 0.0)
    runner_up = second if weights[second] >= LEAST else None
    shown = [mark for mark in marks if mark[3] in (best, runner_up)][:MOST_MARKS]
    total = weights[best] + weights[second]
    return MessageClass(best, round(weights[best] / total, 3), tuple(sorted(shown)), runner_up)


def _weigh(folded, text, kinds=KINDS):
    """(weight by kind, marks) of a folded text."""
    weights, marks, taken = dict.fromkeys(KINDS, 0.0), [], {kind: [] for kind in KINDS}
    for kind, weight, rule in _rules():
        if kind not in kinds:
            continue
        words = set()
        for match in rule.finditer(_without(kind, folded)):
            start, end = match.span()
            if start == end or any(start < other_end and end > other for other, other_end in taken[kind]):
                continue
            taken[kind].append((start, end))
            if kind == "praise" and _is_negated(folded, start):
                weights["complaint"] += _TURNED if weight > _TURNED else weight
                marks.append((start, end, text[start:end], "complaint"))
                continue
            words.add(match[0])
            if (weight >= _MARK_FROM or len(folded) < 200) and any(map(str.isalnum, match[0])):
                marks.append((start, end, text[start:end], kind))
        if words:
            weights[kind] += weight * (1 + _AGAIN * min(len(words) - 1, _MOST_AGAIN))
    for kind, most in _MOST.items():
        weights[kind] = min(weights[kind], most)
    for kind, others in _BESIDE.items():
        for other, share in others.items():
            weights[other] *= share if weights[kind] >= _CLEAR else 1
    return weights, marks


def _without(kind, folded):
    """The text without what only looks like a word of this kind; as long as before."""
    rule = _unless().get(kind)
    return rule.sub(lambda match: "\0" * len(match[0]), folded) if rule else folded


def _is_negated(folded, start):
    """Whether a negation stands right before what was found at `start`."""
    before = re.split(r"[.!?。,;\n]", folded[max(0, start - _REACH):start])[-1]
    return bool(_negations().search(before if before.isascii() else before[-_REACH_HAN:]))

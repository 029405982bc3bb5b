"""Are two written names the same person's? Names in Latin letters and in Chinese characters, as people type them.

Blind to case, accents, full-width letters, titles, traditional or simplified characters, the order of surname and given
name, joined or parted given names; tolerant of one slip of the keyboard. Two names in different scripts say nothing
about each other.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from .redact_names import CHINESE_TITLES, TITLES
from .text_tokens import CJK_RUN, fold

SAME, ORDER, TYPO, PART, OTHER, UNKNOWN = "same", "order", "typo", "part", "other", "unknown"

_WORD = re.compile(r"[^\W\d_]+")
_TITLE = re.compile(TITLES)
_CHINESE_TITLE = re.compile(f"(?<=..)(?:{CHINESE_TITLES})$")


class NameForm(NamedTuple):
    """A name as it is compared: words in Latin (or another alphabet's) letters, characters of a Chinese name."""

    words: tuple
    chinese: str


class NameMatch(NamedTuple):
    """How two names agree: a kind, the parts that are equal in both, and the parts that are nearly so."""

    kind: str
    equal: tuple = ()
    near: tuple = ()


@lru_cache(maxsize=65536)
def name_form(name):
    """The comparable form of a written name.

    :param str name: any spelling, or None
    :return: NameForm; both parts may be filled: "王伟 (Wang Wei)"
    """
    text = fold(unicodedata.normalize("NFKC", name or ""))
    chinese = _CHINESE_TITLE.sub("", "".join(CJK_RUN.findall(text)))
    text = re.sub(r"['’ʼ`·-]", "", CJK_RUN.sub(" ", text))
    if not text.isascii():
        letters = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
        text = text.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("æ", "ae").replace("đ", "d")
    words = tuple(word for word in _WORD.findall(text) if not _TITLE.fullmatch(word))
    return NameForm(words, chinese)


def name_key(form):
    """One string for all orders of the same name."""
    return form.chinese or " ".join(sorted(form.words))


def name_parts(form):
    """What a name consists of, to count how common each part is: characters, or words."""
    return tuple(form.chinese) or form.words


def compare_names(left, right):
    """How two NameForms agree, as a NameMatch.

    Chinese characters decide where both have them, else the words; `UNKNOWN` where neither can be compared.
    """
    if left.chinese and right.chinese:
        return _compare_chinese(left.chinese, right.chinese)
    if left.words and right.words:
        return _compare_words(left.words, right.words)
    return NameMatch(UNKNOWN)


def _compare_chinese(left, right):
    if left == right:
        return NameMatch(SAME, tuple(left))
    if len(left) == len(right) and right in (left[1:] + left[:1], left[-1:] + left[:-1], left[2:] + left[:2]):
        return NameMatch(ORDER, tuple(left))
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only who compares needs it

    longest = max(len(left), len(right))
    if longest < 3 or min(len(left), len(right)) < 2 or OSA.distance(left, right, score_cutoff=1) > 1:
        return NameMatch(OTHER)
    return NameMatch(TYPO, tuple(character for character in left if character in right))


def _compare_words(left, right):
    if left == right:
        return NameMatch(SAME, left)
    if sorted(left) == sorted(right):
        return NameMatch(ORDER, left)
    if _same_when_joined(left, right):
        return NameMatch(SAME, left if len(left) < len(right) else right)
    return _match_words(*sorted((left, right), key=len))


def _same_when_joined(left, right):
    """Whether the words differ by blanks only, in any rotation: Li Xiao Ming, Xiaoming Li."""
    joined = "".join(left)
    return len(joined) == sum(map(len, right)) and any(
        joined == "".join(right[turn:] + right[:turn]) for turn in range(len(right))
    )


def _match_words(short, long):
    """Match each word of the shorter name to one of the longer."""
    left_over = list(long)
    equal, near, initials, rest = [], [], 0, []
    for word in short:
        if word in left_over:
            left_over.remove(word)
            equal.append(word)
        else:
            rest.append(word)
    for word in rest:
        twin = next((other for other in left_over if is_slip(word, other)), None)
        initial = next((other for other in left_over if 1 in (len(word), len(other)) and word[0] == other[0]), None)
        if twin:
            near.append(twin)
        elif initial:
            initials += 1
        else:
            return NameMatch(OTHER, tuple(equal))
        left_over.remove(twin or initial)
    if len(near) > 1 or not (equal or near) or (near and len(short) == 1):
        return NameMatch(OTHER, tuple(equal))
    if left_over or initials:
        return NameMatch(PART, tuple(equal), tuple(near))
    return NameMatch(TYPO, tuple(equal), tuple(near))


def is_slip(left, right):
    """Whether one slip of the keyboard (two in long words) lies between two words; the first may be wrong, too."""
    longest = max(len(left), len(right))
    if longest < 4 or abs(len(left) - len(right)) > 1:
        return False
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only who compares needs it

    allowed = 1 if longest < 9 else 2
    return OSA.distance(left, right, score_cutoff=allowed) <= allowed

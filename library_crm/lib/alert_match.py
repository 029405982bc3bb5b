"""Which of many wishes fit a new item, and why: the matching of alerts.

Thousands of wishes meet hundreds of items a day. The wishes are turned into an index once: each stands under a single
word (the longest one of an entry that it needs) and under its classes, so that an item touches only wishes it shares
something with. What the index finds is then checked in full.

An entry is a word or a phrase as somebody typed it. Entry and text are brought into the same form before they meet:
stems for words of alphabets, single characters for Chinese, Japanese and Korean, always in their order. So “deep
learning” is found in “Deep-Learning” but not in “learning from the deep”, and 借书 in 借書.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .text_tokens import CJK_RUN, fold, stem, words

CADENCES = ("daily", "weekly", "monthly")
SEND_HOUR = 6
TEXT_LIMIT = 20000
"""Characters of an item that are read; what it is about stands at its beginning."""
ENTRY_LIMIT = 100
ENTRIES_LIMIT = 60
_SEPARATORS = re.compile(r"[\n\r;；,，、|]+")
_QUOTES = "\"'“”‘’「」『』《》 \t"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to hear of.

    :ivar key: what the caller knows it by
    :ivar any: entries of which one has to stand in the text, if there are any
    :ivar all: entries that all have to stand there
    :ivar none: entries that must not
    :ivar subjects: ids of classes; narrower ones are meant too
    :ivar needs_both: whether words and classes both have to fit, if both are given
    :ivar langs: two-letter codes; empty for all
    :ivar kinds: kinds of items; empty for all
    :ivar owner: whose wish it is; items of other owners do not fit
    """

    key: int
    any: tuple = ()
    all: tuple = ()
    none: tuple = ()
    subjects: frozenset = frozenset()
    needs_both: bool = True
    langs: frozenset = frozenset()
    kinds: frozenset = frozenset()
    owner: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """Something new.

    :ivar text: title first, plain
    :ivar subjects: ids of its classes, each with all broader ones
    :ivar lang: two-letter code, empty when nobody knows
    :ivar owner: whose it is; 0 for everybody
    """

    key: tuple
    kind: str
    text: str
    subjects: frozenset = frozenset()
    lang: str = ""
    owner: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """That an item fits a wish: the entries found as they were typed, and the ids of the wish's classes it lies in."""

    wish: int
    item: tuple
    words: tuple
    subjects: tuple


def entries(text):
    """The words and phrases of a list that somebody typed, one a line or separated by commas; none twice."""
    found = {}
    for piece in _SEPARATORS.split(text or ""):
        entry = " ".join(piece.split()).strip(_QUOTES)[:ENTRY_LIMIT].strip()
        if entry and units(entry):
            found.setdefault(canonical(entry), entry)
    return tuple(found.values())[:ENTRIES_LIMIT]


def units(text):
    """The words of a text in their order: stems of alphabets, single ideographs."""
    folded = fold(text)
    spans = [(start, folded[start:end], False) for start, end in words(folded)]
    spans += [(run.start(), run[0], True) for run in CJK_RUN.finditer(folded)]
    found = []
    for _start, piece, is_cjk in sorted(spans):
        if is_cjk:
            found.extend(piece)
        elif word := stem(piece):
            found.append(word)
    return found


@lru_cache(maxsize=65536)
def canonical(text):
    """`text` in the form in which entries are looked up: its units between blanks."""
    return f" {' '.join(units(text))} "


def next_moment(cadence, after, timezone="UTC"):
    """The next moment at which a digest is made up: early in the morning, of the next day, Monday or month.

    :param str cadence: one of CADENCES
    :param datetime after: naive UTC
    :param str timezone: name of the zone whose mornings are meant
    :return: naive UTC datetime after `after`
    """
    zone = ZoneInfo(timezone or "UTC")
    local = after.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    day = local.date()
    while True:
        day += timedelta(days=1)
        if cadence == "weekly" and day.weekday():
            continue
        if cadence == "monthly" and day.day != 1:
            continue
        morning = datetime.combine(day, time(SEND_HOUR), tzinfo=zone)
        return morning.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


class Matcher:
    """Wishes, ready to be asked which of them an item fits.

    :param wishes: iterable of Wish; one without words and classes fits nothing
    """

    def __init__(self, wishes):
        self._wishes = {wish.key: wish for wish in wishes if wish.any or wish.all or wish.subjects}
        self._by_unit = defaultdict(list)
        self._by_subject = defaultdict(list)
        for wish in self._wishes.values():
            self._add(wish)

    def _add(self, wish):
        if wish.all:
            # one of the words that it needs leads to it: the longest is the rarest, more often than not
            self._by_unit[max(map(_rarest, wish.all), key=len)].append(wish.key)
        for entry in wish.any if not wish.all else ():
            self._by_unit[_rarest(entry)].append(wish.key)
        has_words = wish.all or wish.any
        if wish.subjects and not (has_words and wish.needs_both):
            for subject in wish.subjects:
                self._by_subject[subject].append(wish.key)

    def match(self, item):
        """The wishes that an item fits, as a list of Match."""
        form = canonical.__wrapped__(item.text[:TEXT_LIMIT])
        candidates = set()
        for unit in _keys(form):
            candidates.update(self._by_unit.get(unit, ()))
        for subject in item.subjects:
            candidates.update(self._by_subject.get(subject, ()))
        found = (self._fit(self._wishes[key], item, form) for key in sorted(candidates))
        return [match for match in found if match]

    def _fit(self, wish, item, form):
        if wish.kinds and item.kind not in wish.kinds or item.owner and wish.owner and item.owner != wish.owner:
            return None
        if wish.langs and item.lang and item.lang not in wish.langs:
            return None
        if any(canonical(entry) in form for entry in wish.none):
            return None
        found = [entry for entry in (*wish.all, *wish.any) if canonical(entry) in form]
        has_words = all(entry in found for entry in wish.all) and (
            not wish.any or any(entry in found for entry in wish.any))
        asks_words = bool(wish.all or wish.any)
        subjects = tuple(sorted(wish.subjects & item.subjects))
        if not asks_words:
            fits = bool(subjects)
        elif not wish.subjects:
            fits = has_words
        elif wish.needs_both:
            fits = has_words and bool(subjects)
        else:
            fits = has_words or bool(subjects)
        if not fits:
            return None
        return Match(wish.key, item.key, tuple(dict.fromkeys(found)) if has_words else (), subjects)


def _keys(form):
    """Under what an item is looked up: its units, and pairs of neighbouring ideographs."""
    found = form.split()
    pairs = {a + b for a, b in zip(found, found[1:], strict=False) if _is_ideograph(a) and _is_ideograph(b)}
    return {*found, *pairs}


def _rarest(entry):
    """The key under which an entry stands: a pair of ideographs, or the longest of its words."""
    found = canonical(entry).split()
    pairs = [a + b for a, b in zip(found, found[1:], strict=False) if _is_ideograph(a) and _is_ideograph(b)]
    longest = max(found, key=len)
    return longest if len(longest) > 2 or not pairs else pairs[0]


def _is_ideograph(unit):
    return len(unit) == 1 and bool(CJK_RUN.fullmatch(unit))

"""How alike two kinds of patrons and their questions are, and what helped those who are alike.

A kind is never a person: it says which type of patron asked, at which stage of study, in which classes, with how much
practice, and how they want to be served. What helped is told only when enough different people stand behind it.

>>> me = Kind("student", "doctoral", frozenset({"R"}), "novice", {"depth": "full", "lang": "zh_CN"})
>>> same = likeness(me, me)
>>> round(same.share, 2), same.reasons
(1.0, ('type', 'stage', 'classes', 'ability', 'preference'))
>>> round(likeness(me, Kind("student", "bachelor", frozenset({"R", "Q"}))).share, 2)
0.75
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

K = 5
# what counts how much: the matter of the question most, then who asks it
WEIGHTS = {"type": 2.0, "stage": 2.0, "classes": 4.0, "ability": 1.0, "preference": 1.0}
ALIKE_FROM = 0.5
# stages of study in their order: neighbours are half alike
STAGES = ("school", "bachelor", "master", "doctoral", "postdoc", "staff")
ABILITIES = ("novice", "practised", "expert")
# as many people of no known opinion stand beside every document, so that two happy ones do not beat twenty
PRIOR_PEOPLE = 3.0


@dataclass(frozen=True)
class Kind:
    """A kind of patron with a kind of question; whatever is empty is not known and not compared."""

    type: Hashable = None
    stage: str | None = None
    classes: frozenset = frozenset()
    ability: str | None = None
    preferences: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Likeness:
    """How alike (0 to 1), and in what."""

    share: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Served:
    """Somebody of a kind got a document; `outcome` is 0 to 1, None when nothing was said of it.

    `person` is any key that tells different people apart; it never leaves this module.
    """

    document: Hashable
    kind: Kind
    person: Hashable
    outcome: float | None = None


@dataclass(frozen=True)
class Help:
    """What a document was to people alike: how alike, in what, how many, how many said something, and how it went."""

    match: float
    reasons: tuple[str, ...]
    people: int
    voices: int
    outcome: float | None
    rank: float


def likeness(one: Kind, other: Kind) -> Likeness:
    """Compare two kinds in what is known of both; what is not known of either counts neither for nor against.

    Two kinds that share nothing known are not alike.
    """
    parts = {
        "type": _same(one.type, other.type),
        "stage": _ordered(one.stage, other.stage, STAGES),
        "classes": _overlap(one.classes, other.classes),
        "ability": _ordered(one.ability, other.ability, ABILITIES),
        "preference": _preferences(one.preferences, other.preferences),
    }
    known = {name: part for name, part in parts.items() if part is not None}
    weight = sum(WEIGHTS[name] for name in known)
    if not weight:
        return Likeness(0.0, ())
    share = sum(WEIGHTS[name] * part for name, part in known.items()) / weight
    return Likeness(share, tuple(name for name, part in known.items() if part == 1.0))


def _same(one, other):
    return None if one in (None, False) or other in (None, False) else float(one == other)


def _ordered(one, other, order):
    """1 for the same, a half for neighbours of an order, else 0."""
    if not one or not other:
        return None
    if one == other:
        return 1.0
    if one in order and other in order and abs(order.index(one) - order.index(other)) == 1:
        return 0.5
    return 0.0


def _overlap(one, other):
    """1 when the smaller set of classes lies in the other, else their share in common."""
    if not one or not other:
        return None
    common = len(one & other)
    return 1.0 if common and common == min(len(one), len(other)) else common / len(one | other)


def _preferences(one, other):
    both = [name for name in one if one[name] and other.get(name)]
    return sum(one[name] == other[name] for name in both) / len(both) if both else None


def rank(me: Kind, served: Iterable[Served], k: int = K, alike_from: float = ALIKE_FROM) -> dict[Hashable, Help]:
    """What helped people alike, for every document that at least `k` different ones of them got.

    :param served: one entry for each document that somebody got; the same person may stand there several times
    :param k: fewest different people that anything is told about; an outcome needs as many who said something
    :return: {document: Help}, best first
    """
    alike = defaultdict(list)
    for one in served:
        found = likeness(me, one.kind)
        if found.share >= alike_from:
            alike[one.document].append((one, found))
    said = [one.outcome for group in alike.values() for one, _found in group if one.outcome is not None]
    usual = sum(said) / len(said) if said else 0.5
    helps = {
        document: _help(group, usual, k)
        for document, group in alike.items()
        if len({one.person for one, _found in group}) >= k
    }
    return dict(sorted(helps.items(), key=lambda item: (-item[1].rank, str(item[0]))))


def _help(group, usual, k):
    """Sum up what one document was to those who are alike."""
    voices = {one.person for one, _found in group if one.outcome is not None}
    weight = sum(found.share for one, found in group if one.outcome is not None)
    good = sum(found.share * one.outcome for one, found in group if one.outcome is not None)
    # the order tells nothing of a few voices either
    is_told = len(voices) >= k
    smoothed = (good + PRIOR_PEOPLE * usual) / (weight + PRIOR_PEOPLE) if is_told else usual
    match = sum(found.share for _one, found in group) / len(group)
    shared = set.intersection(*(set(found.reasons) for _one, found in group))
    return Help(
        match=match,
        reasons=tuple(name for name in WEIGHTS if name in shared),
        people=len({one.person for one, _found in group}),
        voices=len(voices),
        outcome=good / weight if is_told else None,
        rank=match * smoothed,
    )

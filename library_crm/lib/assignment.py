"""Who should serve a case, and which cases should change hands: scores from plain facts, each with its reasons.

A reason is a code with parameters; the words for it are made elsewhere, in the reader's language.
"""

from dataclasses import dataclass, field
from datetime import datetime

SAME = 50.0  # the patron asked for the librarian of last time
RELATION = 25.0  # looks after this patron for good
SERVED, MOST_SERVED = 5.0, 3  # for each earlier service, the first few
CLASS = 10.0  # knows a class that is asked for; with level and logs up to four times that
LANGUAGE = 30.0  # an answer in a language that nobody present speaks is none
METHOD = 5.0
LEVEL = 5.0  # for each level of a class; half of it for methods and tools
LOGS, MOST_LOGS = 0.5, 20
ROOM = 30.0  # whoever has nothing to do; minus as much for whoever has twice what fits
GAVE_BACK = -40.0
MOST_LOST = 10.0  # how much worse than the giver the taker of a case may suit it
FAR_CLASS = 0.5  # what a crosswalk to another scheme is worth
TOLERANCE = 0.15  # how much fuller than all together somebody may be before cases are moved
MOST_MOVES = 20


@dataclass(frozen=True)
class Skill:
    """What a colleague can do."""

    kind: str
    name: str
    level: int
    logs: int = 0
    path: str | None = None
    lang: str | None = None
    service_ids: frozenset = frozenset()


@dataclass
class Colleague:
    """Somebody who serves in the team: how much fits into a week, how much lies on the table."""

    user_id: int
    capacity: int = 600
    load: int = 0
    takes_new: bool = True
    until: datetime | None = None
    date_last: datetime | None = None
    skills: tuple = ()

    @property
    def is_free(self):
        return self.takes_new and not self.until

    def strain(self, more=0):
        """Share of the week that is spoken for, with `more` minutes added."""
        load = self.load + more
        return load / self.capacity if self.capacity else (float("inf") if load else 0.0)


@dataclass(frozen=True)
class Wish:
    """What a case asks of whoever serves it."""

    case_id: int
    minutes: int = 25
    paths: tuple = ()
    far_paths: tuple = ()
    lang: str | None = None
    service_id: int | None = None
    wants_same: bool = False
    last_librarian_id: int | None = None
    owner_id: int | None = None
    gave_back_id: int | None = None
    served: dict = field(default_factory=dict)


def closeness(skill_path, paths, far_paths=()):
    """How well a class fits those asked for: 1 for the class or a narrower one, less for a broader one, 0 for none."""
    best = 0.0
    for path in paths:
        if skill_path.startswith(path):
            return 1.0
        if path.startswith(skill_path):
            best = max(best, skill_path.count("/") / path.count("/"))
    if not best and any(skill_path.startswith(path) or path.startswith(skill_path) for path in far_paths):
        return FAR_CLASS
    return best


def weigh(wish, colleague):
    """How well a colleague suits a case.

    :return: (score, [(code, params), …])
    """
    parts = [*_known(wish, colleague), *_skilled(wish, colleague), *_room(wish, colleague)]
    return sum(score for score, _reason in parts), [reason for _score, reason in parts]


def suits(wish, colleague):
    """How well a colleague suits a case, apart from what lies on the table."""
    return sum(score for score, _reason in [*_known(wish, colleague), *_skilled(wish, colleague)])


def _known(wish, colleague):
    who = colleague.user_id
    if wish.wants_same and wish.last_librarian_id == who:
        yield SAME, ("same", {})
    if wish.owner_id == who:
        yield RELATION, ("relation", {})
    if count := wish.served.get(who):
        yield SERVED * min(count, MOST_SERVED), ("served", {"count": count})


def _skilled(wish, colleague):
    best = None
    for skill in colleague.skills:
        if skill.kind == "class" and skill.path:
            near = closeness(skill.path, wish.paths, wish.far_paths)
            score = near * (CLASS + LEVEL * skill.level + LOGS * min(skill.logs, MOST_LOGS))
            if near and (best is None or score > best[0]):
                best = score, ("class", {"skill": skill.name, "logs": skill.logs})
        elif skill.kind == "language":
            if wish.lang and skill.lang == wish.lang:
                yield LANGUAGE, ("language", {"skill": skill.name})
        elif wish.service_id in skill.service_ids:
            yield METHOD + LEVEL / 2 * skill.level, (skill.kind, {"skill": skill.name})
    if best:
        yield best


def _room(wish, colleague):
    room = max(-1.0, min(1.0, 1.0 - colleague.strain(wish.minutes)))
    yield ROOM * room, ("load", {"minutes": colleague.load, "capacity": colleague.capacity})
    if wish.gave_back_id == colleague.user_id:
        yield GAVE_BACK, ("gave_back", {})
    if not colleague.takes_new:
        yield 0.0, ("closed", {})
    if colleague.until:
        yield 0.0, ("absent", {"until": colleague.until})


def rank(wish, colleagues):
    """Everybody with score and reasons, the best first; who is away or takes nothing new stands last.

    :return: [(colleague, score, reasons), …]
    """
    found = [(colleague, *weigh(wish, colleague)) for colleague in colleagues]
    return sorted(found, key=lambda one: (not one[0].is_free, -one[1], one[0].user_id))


def choose(wish, colleagues, method):
    """Who gets the case by the team's way of assigning, or None when a person has to decide.

    :param str method: best, round_robin; with any other only the librarian of last time is chosen, on the patron's wish
    :return: (colleague, reasons) or None
    """
    free = [one for one in colleagues if one.is_free]
    if wish.wants_same:
        same = [one for one in free if one.user_id == wish.last_librarian_id and one.user_id != wish.gave_back_id]
        if same:
            return same[0], weigh(wish, same[0])[1]
    others = [one for one in free if one.user_id != wish.gave_back_id] or free
    if not others:
        return None
    if method == "round_robin":
        order = {one.user_id: place for place, one in enumerate(colleagues)}
        never = datetime.min
        chosen = min(others, key=lambda one: (one.date_last or never, order[one.user_id]))
        return chosen, [("turn", {}), *weigh(wish, chosen)[1]]
    if method == "best":
        chosen, _score, reasons = rank(wish, others)[0]
        return chosen, reasons
    return None


def rebalance(colleagues, held):
    """Which cases should change hands so that nobody drowns and nobody who is away keeps a patron waiting.

    The fullest gives first, to whoever suits the case best among those who stay less full than the giver was.

    :param colleagues: those who serve in the team
    :param dict held: {user id: [Wish, …]} of cases that may change hands
    :return: [(wish, giver's user id, taker's user id, reasons), …]
    """
    loads = {one.user_id: one.load for one in colleagues}
    try:
        return list(_moves(list(colleagues), {user_id: list(wishes) for user_id, wishes in held.items()}))
    finally:
        for one in colleagues:
            one.load = loads[one.user_id]


def _moves(colleagues, held):
    by_id = {one.user_id: one for one in colleagues}
    takers = [one for one in colleagues if one.is_free and one.capacity]
    capacity = sum(one.capacity for one in takers)
    fair = sum(one.load for one in colleagues) / capacity if capacity else 0.0
    for _move in range(MOST_MOVES):
        givers = [one for one in colleagues if held.get(one.user_id)]
        givers = [one for one in givers if one.until or one.strain() > max(fair, 0.5) + TOLERANCE]
        givers.sort(key=lambda one: (not one.until, -one.strain(), one.user_id))
        found = next((move for giver in givers if (move := _best_move(giver, takers, held[giver.user_id]))), None)
        if not found:
            return
        wish, giver, taker, reasons = found
        held[giver.user_id].remove(wish)
        by_id[giver.user_id].load -= wish.minutes
        by_id[taker.user_id].load += wish.minutes
        yield wish, giver.user_id, taker.user_id, reasons


def _best_move(giver, takers, wishes):
    best = None
    for wish in wishes:
        least = float("-inf") if giver.until else suits(wish, giver) - MOST_LOST
        for taker in takers:
            is_fuller = not giver.until and taker.strain(wish.minutes) >= giver.strain()
            if taker is giver or is_fuller or suits(wish, taker) < least:
                continue
            score, reasons = weigh(wish, taker)
            if best is None or score > best[0]:
                best = score, (wish, giver, taker, reasons)
    return best and best[1]

"""Terms that turn up more often than they did: a week beside the eight weeks before it.

A term is told when at least three different people or days speak of it within the week and its share of what was
written is larger than before by more than chance explains. The test is that of two Poisson means (Krishnamoorthy and
Thomson 2004) as SciPy has it; the exposure is the number of texts, so that a busy week alone makes no burst. Terms are
tested by the hundred, so the false discovery rate is held (Benjamini and Hochberg), also by SciPy.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .term_words import readable, terms, without_parts

WEEK_DAYS, BASE_DAYS = 7, 56
FEWEST = 3
MOST_TESTED = 400
FALSE_SHARE = 0.05


@dataclass(frozen=True)
class Text:
    """A text of the week or of the weeks before it.

    :ivar who: whatever tells two people apart; for a search, of whom nothing is kept, its day
    :ivar ref: where the text stands, for whoever may read it
    """

    words: str
    is_new: bool
    who: object
    kind: str
    ref: object = None


@dataclass
class Burst:
    """`n` texts of the week beside `base` texts of the eight weeks before; `p` is held for many tests."""

    key: str
    term: str
    n: int
    base: int
    people: int
    p: float
    ratio: float
    kinds: dict = field(default_factory=dict)
    refs: list = field(default_factory=list)


def find_bursts(texts, fewest=FEWEST, false_share=FALSE_SHARE):
    """The terms that turned up more than before.

    :param texts: list of Text
    :param int fewest: people who must have used a term
    :return: list of Burst, the clearest first
    """
    new = [text for text in texts if text.is_new]
    old = [text for text in texts if not text.is_new]
    found, refs, people, written, kinds = _collect(new)
    wanted = {key for key, count in found.items() if count >= fewest and len(people[key]) >= fewest}
    base = _count(old, wanted)
    # on average over the base the term would have come so often in a week of this size
    usual = {key: base[key] * len(new) / max(len(old), 1) for key in wanted}
    rising = {key: found[key] for key in wanted if found[key] > usual[key]}
    tested = sorted(without_parts(rising), key=lambda key: (usual[key] - found[key], key))[:MOST_TESTED]
    if not tested:
        return []
    chances = _held([_chance(found[key], len(new), base[key], max(len(old), 1)) for key in tested])
    bursts = [
        Burst(key, readable(written[key]), found[key], base[key], len(people[key]), chance,
              found[key] / usual[key] if usual[key] else float("inf"), dict(kinds[key]), refs[key])
        for key, chance in zip(tested, chances, strict=True)
        if chance <= false_share
    ]
    return sorted(bursts, key=lambda one: (one.p, -one.n, one.key))


def _collect(texts):
    found, refs, people = Counter(), defaultdict(list), defaultdict(set)
    written, kinds = defaultdict(Counter), defaultdict(Counter)
    for text in texts:
        for key, surface in terms(text.words).items():
            found[key] += 1
            people[key].add(text.who)
            written[key][surface] += 1
            kinds[key][text.kind] += 1
            if text.ref is not None:
                refs[key].append(text.ref)
    return found, refs, people, written, kinds


def _count(texts, wanted):
    found = Counter(dict.fromkeys(wanted, 0))
    for text in texts:
        found.update(key for key in terms(text.words) if key in wanted)
    return found


def _chance(count, exposure, base, base_exposure):
    """The chance of such a difference if nothing changed."""
    from scipy.stats import poisson_means_test  # noqa: PLC0415

    return float(poisson_means_test(count, exposure, base, base_exposure, alternative="greater").pvalue)


def _held(chances):
    """Chances raised so that of those below a limit no larger share than the limit is false."""
    from scipy.stats import false_discovery_control  # noqa: PLC0415

    return [float(chance) for chance in false_discovery_control([min(max(one, 0), 1) for one in chances])]

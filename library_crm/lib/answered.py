"""What the library has answered already: votes of similar cases, one list of different things, and when to be sure.

How sure one may be is learned from what librarians took and what they turned down, never assumed.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import product

NEIGHBOURS = 30
"""Similar cases that have a vote."""
VOTE_OFFSET = 3
FEWEST = 3
"""Fewer cases than this never make a full vote."""
SAME = 0.55
"""Share of a question's weight from which on another question counts as the same."""
SHOWN = 5
"""A list has five entries, always, as long as so much shares a word with the question."""
PRECISION = 0.8
"""Of what is marked as suggested, so much has to have been taken."""
LEAST_JUDGED = 20
"""Judgements above a threshold before it is believed."""


def vote(delivered):
    """What the nearest cases were answered with, weighted by how near they are.

    :param delivered: for each case, nearest first, the keys of what was delivered in it
    :return: Counter {key: sum of 1 / (rank + 3)}, rank counted from 0
    """
    votes = Counter()
    for rank, keys in enumerate(delivered):
        for key in set(keys):
            votes[key] += 1 / (rank + VOTE_OFFSET)
    return votes


def vote_shares(delivered):
    """The votes of `vote` as shares of all that could have been cast, 0 to 1."""
    delivered = list(delivered)
    total = sum(1 / (rank + VOTE_OFFSET) for rank in range(max(len(delivered), FEWEST)))
    return {key: weight / total for key, weight in vote(delivered).items()}


@dataclass(frozen=True)
class Weights:
    """What decides the order of a list of different things; learned from verdicts, see `tune`."""

    vote: float = 1.0
    """What similar cases were answered with, beside the words that are shared."""
    second_hand: float = 0.8
    """An earlier case beside what can be used as it is: its answer has still to be read out of it."""
    verdict: float = 0.6
    """How far earlier verdicts move something; 0 leaves them out."""


USUAL = Weights()
CHOICES = tuple(
    Weights(vote, second_hand, verdict)
    for vote, second_hand, verdict in product((0.5, 1.0, 1.5, 2.0), (0.6, 0.8, 1.0), (0.0, 0.6, 1.2))
)
LEAST_ASKED = 20
"""Questions in each half that are needed before an order is changed for them."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for a candidate: see `worth`."""

    key: tuple
    strength: float
    vote_share: float
    nearest: float
    taken: int
    refused: int
    is_second_hand: bool

    def worth(self, weights=USUAL):
        """How far up it stands."""
        strength = self.strength * (weights.second_hand if self.is_second_hand else 1.0)
        return worth(strength, self.vote_share, self.nearest, self.taken, self.refused, weights)


def worth(strength, vote_share, nearest, taken=0, refused=0, weights=USUAL):
    """How far up a candidate stands.

    :param float strength: share of the question's words by weight that it holds, 0 to 1
    :param float vote_share: of `vote_shares`
    :param float nearest: strength of the nearest case: votes of cases about something else count little
    :param int taken: how often it was taken when it was shown
    :param int refused: how often it was turned down
    """
    # two of each stand for "nobody has judged yet"; a single judgement moves little, ten move by a third
    liked = (taken + 2) / (taken + refused + 4)
    return (strength + weights.vote * vote_share * nearest) * (1 + weights.verdict * (liked - 0.5))


def quality(questions, weights=USUAL):
    """(share found first, share among the first five, mean reciprocal rank among ten) of what was taken.

    :param questions: for each question the Evidence of all candidates and the set of keys that were taken
    """
    first = among = reciprocal = 0.0
    for candidates, taken in questions:
        ranked = sorted(candidates, key=lambda one: (-one.worth(weights), one.key))[:10]
        place = next((number for number, one in enumerate(ranked) if one.key in taken), None)
        if place is not None:
            first += place == 0
            among += place < SHOWN
            reciprocal += 1 / (place + 1)
    count = max(len(questions), 1)
    return first / count, among / count, reciprocal / count


def tune(questions, present=USUAL, least=LEAST_ASKED):
    """The weights that put what was taken highest; `present` unless others prove better where they were not chosen.

    Chosen on every other question, proved on the rest: a choice that only fits its own questions fails there.

    :return: Weights
    """
    chosen_on, proved_on = questions[::2], questions[1::2]
    if len(proved_on) < least:
        return present
    # of equals the first: the present one, so that nothing is changed for nothing
    best = max((present, *CHOICES), key=lambda weights: round(quality(chosen_on, weights)[2], 6))
    return best if quality(proved_on, best)[2] > quality(proved_on, present)[2] else present


def learn_threshold(judged, precision=PRECISION, least=LEAST_JUDGED):
    """From which worth on candidates were right often enough to be marked.

    :param judged: (worth, was it taken) of the candidates that somebody judged
    :return: the lowest worth above which at least `least` were judged and a share of `precision` was taken, or None
             while there is no such worth
    """
    threshold, taken = None, 0
    ordered = sorted(judged, reverse=True)
    for number, (value, was_taken) in enumerate(ordered, 1):
        taken += bool(was_taken)
        # equal values are in or out together
        is_last_of_equals = number == len(ordered) or ordered[number][0] < value
        if is_last_of_equals and number >= least and taken >= precision * number:
            threshold = value
    return threshold

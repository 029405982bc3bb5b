"""What the library has answered already: votes of similar cases, one list of different things, and when to be sure.

How sure one may be is learned from what librarians took and what they turned down, never assumed.
"""

from collections import Counter

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


def worth(strength, vote_share, nearest, taken=0, refused=0):
    """How far up a candidate stands.

    :param float strength: share of the question's words by weight that it holds, 0 to 1
    :param float vote_share: of `vote_shares`
    :param float nearest: strength of the nearest case: votes of cases about something else count little
    :param int taken: how often it was taken when it was shown
    :param int refused: how often it was turned down
    """
    # two of each stand for "nobody has judged yet"; a single judgement moves little, ten move by a third
    liked = (taken + 2) / (taken + refused + 4)
    return (strength + vote_share * nearest) * (0.7 + 0.6 * liked)


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

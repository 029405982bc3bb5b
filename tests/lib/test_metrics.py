"""Measures of a forecast, against definitions worked out by hand and by brute force."""

import numpy as np
import pytest

from library_crm.lib import metrics


def test_auc_is_the_share_of_pairs_in_the_right_order():
    random = np.random.default_rng(3)
    happened, score = random.random(60) < 0.4, random.integers(0, 8, 60)
    pairs = [(a > b) + 0.5 * (a == b) for a in score[happened] for b in score[~happened]]
    assert metrics.auc(happened, score) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize("happened", [[], [True], [False, False]])
def test_what_has_no_answer_has_none(happened):
    assert metrics.auc(happened, [0.5] * len(happened)) is None
    assert metrics.recall_and_ndcg({}, {}) == (None, None, 0)
    assert metrics.ratio([False], [0.4]) is None
    assert metrics.brier([], []) is None


def test_recall_and_ndcg_of_a_known_list():
    recall, gain, people = metrics.recall_and_ndcg(
        {"ana": ["a", "b", "c"], "bo": []}, {"ana": {"c", "z"}, "bo": {"a"}, "cy": set()}, n=3)
    assert people == 2
    assert recall == pytest.approx(0.25)
    assert gain == pytest.approx((1 / np.log2(4)) / (1 + 1 / np.log2(3)) / 2)


def test_alarm_rings_outside_its_range():
    assert [metrics.alarm(value) for value in (0.8, 1.25, 0.799, 1.251)] == [False, False, True, True]

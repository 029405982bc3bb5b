"""Adjusted Rand index and resampling."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from benchmarks import mining_data
from library_crm.lib import stability


@pytest.mark.parametrize("seed", range(5))
def test_adjusted_rand_is_the_known_index(seed):
    random = np.random.default_rng(seed)
    one, two = random.integers(0, 4, 80), random.integers(0, 3, 80)
    assert stability.adjusted_rand(one, two) == pytest.approx(adjusted_rand_score(one, two))
    assert stability.adjusted_rand(one, [f"group {label}" for label in one]) == 1.0


def test_adjusted_rand_of_hardly_anything():
    assert stability.adjusted_rand([], []) == stability.adjusted_rand([1], [2]) == 1.0
    with pytest.raises(ValueError, match="same things"):
        stability.adjusted_rand([1], [1, 2])


def test_stages_are_steadier_than_quintiles():
    found = stability.evaluate_stage_stability(mining_data.sibgmu(), "2019-07-31")
    assert found["stages"]["mean"] == found["stages"]["lowest"] == 1.0
    assert found["quintiles"]["mean"] < 0.9


def test_resampling_is_seeded_and_survives_few_rows():
    frame = pd.DataFrame({"x": np.arange(30.0)})
    one, two = (stability.bootstrap(stability.quintile_groups, frame, 5, seed=4) for _time in range(2))
    assert one == two and one["rounds"] == 5
    assert stability.bootstrap(stability.quintile_groups, frame.iloc[:1])["mean"] is None

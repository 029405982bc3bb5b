"""BG/NBD against the figures its authors published."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import mining_data
from library_crm.lib import bgnbd


@pytest.fixture(scope="module")
def history():
    return bgnbd.summarise(mining_data.cdnow(), "1997-09-30")


@pytest.fixture(scope="module")
def fit(history):
    return bgnbd.fit(history)


def test_published_fit(fit):
    assert (fit.r, fit.alpha, fit.a, fit.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=0.002)
    assert fit.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert fit.patrons == 2357


def test_published_example_of_expected_uses(fit):
    """Fader, Hardie and Lee, "Implementing the BG/NBD model": two repeats, last in week 30.43 of 38.86."""
    one = pd.DataFrame({"repeats": [2], "recency": [30.43], "age": [38.86]})
    assert bgnbd.expected_uses(fit, one, 39)[0] == pytest.approx(1.226, abs=0.001)


def test_expected_uses_against_simulation():
    """Draw patrons of known parameters, keep those with one history and count what they do next."""
    r, alpha, a, b = 1.5, 5.0, 1.2, 3.0
    random = np.random.default_rng(7)
    rate, leave = random.gamma(r, 1 / alpha, 300000), random.beta(a, b, 300000)
    first = random.exponential(1 / rate)
    # one repeat within ten units, then alive or not, and no other repeat before the tenth
    second = first + random.exponential(1 / rate)
    gone = random.random(len(rate)) < leave
    match = (first < 5) & (first > 4) & (gone | (second > 10))
    time, count, alive = np.full(match.sum(), 10.0), np.zeros(match.sum()), ~gone[match]
    for _visit in range(200):
        time = time + random.exponential(1 / rate[match])
        alive = alive & (time < 20)
        count += alive
        alive = alive & (random.random(len(alive)) >= leave[match])
    one = pd.DataFrame({"repeats": [1], "recency": [4.5], "age": [10.0]})
    assert bgnbd.expected_uses((r, alpha, a, b), one, 10)[0] == pytest.approx(count.mean(), rel=0.03)


def test_fit_beats_any_parameters_near_it(fit, history):
    for name in ("r", "alpha", "a", "b"):
        for factor in (0.97, 1.03):
            other = {**fit.to_dict(), name: getattr(fit, name) * factor}
            four = tuple(other[key] for key in ("r", "alpha", "a", "b"))
            assert bgnbd.log_likelihood(four, history) < fit.log_likelihood


@pytest.mark.parametrize("cut", ["2018-07-31", "2019-07-31", "2020-01-31"])
def test_library_where_hardly_anybody_leaves(cut):
    """There a and b run away together; expectation must stay a number and keep order."""
    found = bgnbd.evaluate_bgnbd(mining_data.sibgmu(), cut, 182)
    assert np.isfinite(found["expected"]) and found["auc"] > 0.7


def test_too_little_to_fit():
    empty = pd.DataFrame({"patron": [], "date": pd.to_datetime([])})
    assert bgnbd.fit(bgnbd.summarise(empty, "2025-01-01")) is None
    once = pd.DataFrame({"patron": ["ana", "bo"], "date": pd.to_datetime(["2025-01-01", "2025-01-02"])})
    assert bgnbd.evaluate_bgnbd(once, "2025-02-01", 30)["fit"] is None


def test_frequent_patron_does_not_overflow(fit):
    heavy = pd.DataFrame({"repeats": [2000], "recency": [500.0], "age": [501.0]})
    expected = bgnbd.expected_uses(fit, heavy, 50)[0]
    assert 100 < expected < 220

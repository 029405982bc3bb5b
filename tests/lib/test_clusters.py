"""Groups found: public figures, labels that stay, descriptions, and data without groups."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import mining_data
from library_crm.lib import clusters, visits


@pytest.fixture(scope="module")
def shares():
    return clusters.subject_shares(mining_data.sibgmu())


@pytest.fixture(scope="module")
def interest(shares):
    return clusters.fit_interest(shares)


@pytest.fixture(scope="module")
def use():
    summary = visits.summary(mining_data.cdnow(), "1997-09-30", amount="amount")
    return clusters.use_features(summary, "amount")


def test_published_groups_of_use():
    """Feature: 13.1"""
    found = clusters.evaluate_use_clusters(mining_data.cdnow(), "1997-09-30", k=6, rounds=10)
    assert found["silhouette"] >= 0.42 and found["stability"] >= 0.95
    assert sum(found["sizes"]) == found["patrons"] == 2357


def test_published_groups_of_interest():
    """Feature: 13.1"""
    found = clusters.evaluate_interest_clusters(mining_data.sibgmu(), k=5, rounds=10)
    assert found["stability"] >= 0.9
    assert list(found["sizes"]) == sorted(found["sizes"], reverse=True)


def test_number_of_groups_is_chosen_among_those_that_come_again(interest):
    assert interest.k == 5
    chosen = next(one for one in interest.trials if one["k"] == interest.k)
    good = [one for one in interest.trials if one["stability"] >= 0.85 and one["smallest"] >= 0.03]
    assert chosen in good and chosen["silhouette"] == max(one["silhouette"] for one in good)
    assert len(good) < len(interest.trials) == 7


def test_stored_centroids_keep_labels(interest, shares):
    again = clusters.Clusters.from_json(interest.to_json())
    assert again == interest and again.k == interest.k
    labels = clusters.assign(interest, shares)
    assert np.bincount(labels).tolist() == list(interest.sizes)
    half = shares.sample(frac=0.5, random_state=1)
    assert clusters.assign(again, half).equals(labels.loc[half.index])
    reordered = shares[shares.columns[::-1]].assign(unheard=0.5)
    assert clusters.assign(again, reordered).equals(labels)


def test_same_data_give_the_same_groups(use):
    one, two = clusters.fit_use(use, 4, rounds=2), clusters.fit_use(use, 4, rounds=2)
    assert one == two
    assert clusters.assign(one, use).tolist() == clusters.assign(two, use).tolist()


def test_unknown_interest_has_no_group(interest):
    stranger = pd.DataFrame({"never seen": [1.0]}, index=["ana"])
    assert clusters.assign(interest, stranger).tolist() == [-1]


def test_description_names_what_distinguishes(interest, shares):
    labels = clusters.assign(interest, shares)
    for one in clusters.describe(interest, labels, shares):
        assert one["patrons"] == interest.sizes[one["cluster"]]
        assert 1 <= len(one["traits"]) <= 3
        for trait in one["traits"]:
            chosen = shares[labels == one["cluster"]][trait["subject"]] ** 2
            assert trait["share"] == pytest.approx(chosen.mean())
            assert trait["lift"] >= 1.2


def test_description_of_use_speaks_in_days_and_visits(use):
    found = clusters.fit_use(use, 3, rounds=2)
    for one in clusters.describe(found, clusters.assign(found, use), use):
        assert [trait["code"] for trait in one["traits"]] == ["recency", "frequency", "amount"]
        assert all(trait["level"] in ("low", "middle", "high") for trait in one["traits"])
        assert one["traits"][1]["typical"] >= 1


def test_groups_put_there_are_found():
    random = np.random.default_rng(0)
    middles = np.array([[0, 0], [6, 6], [0, 8], [9, 0]])
    clouds = [middle + random.normal(0, 0.5, (150, 2)) for middle in middles]
    points = pd.DataFrame(np.vstack(clouds), columns=["a", "b"])
    found = clusters.fit_use(points, rounds=3)
    assert found.k == 4 and found.stability == pytest.approx(1.0)
    assert found.sizes == (150,) * 4


def test_large_data_are_fitted_on_a_sample(monkeypatch, use):
    monkeypatch.setattr(clusters, "FIT_ROWS", 500)
    monkeypatch.setattr(clusters, "JUDGE_ROWS", 300)
    found = clusters.fit_use(use, 3, rounds=2)
    assert sum(found.sizes) == len(use)


def test_counted_uses_weigh_as_rows():
    rows = pd.DataFrame({"patron": ["a", "a", "a", "b"], "subject": ["X", "X", "Y", "Y"]})
    counts = pd.DataFrame({"patron": ["a", "a", "b"], "subject": ["X", "Y", "Y"], "uses": [2, 1, 1]})
    one, two = clusters.subject_shares(rows), clusters.subject_shares(counts, uses="uses")
    pd.testing.assert_frame_equal(one, two)
    assert (one ** 2).sum(axis=1).tolist() == pytest.approx([1, 1])
    assert clusters.subject_shares(rows, fewest_uses=2).index.tolist() == ["a"]


@pytest.mark.parametrize("count", [0, 1, 50])
def test_no_groups_among_the_same(count):
    same = pd.DataFrame({"recency": [1.0] * count, "frequency": [2.0] * count})
    assert clusters.fit_use(same) is None
    assert clusters.fit_interest(pd.DataFrame({"X": [1.0] * count})) is None
    empty = clusters.subject_shares(pd.DataFrame({"patron": [], "subject": []}))
    assert clusters.fit_interest(empty) is None

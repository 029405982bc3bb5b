"""Agreement between coders beside published examples. Feature: 17.3"""

import pytest

from library_crm.lib.agreement import agreement, drift, kappa, word_of

# Husbands' and wives' answers in M. Hout, O. D. Duncan and M. E. Sobel, Sociological Methodology 17 (1987) 145-184;
# worked in the documentation of the R package vcd (SexualFun): kappa 0.1293, weighted with equal spacing 0.2374, and
# with the squared weights of J. L. Fleiss and J. Cohen, Educ. Psychol. Measurement 33 (1973) 613-619, 0.3320.
MARRIED = ((7, 7, 2, 3), (2, 8, 3, 7), (1, 5, 4, 9), (2, 8, 9, 14))
# Two diagnosticians and 100 patients: J. L. Fleiss, Statistical Methods for Rates and Proportions, 2nd ed. (1981),
# table 13.1: kappa 0.68.
DIAGNOSES = ((75, 1, 4), (5, 4, 1), (0, 0, 10))
# Two coders of anxiety from 1 to 6, from the R package irr (anxiety): kappa2 with squared weights 0.297.
FIRST = (3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3)
SECOND = (3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4)


def _codes(table):
    one, other = [], []
    for row, counts in enumerate(table):
        for column, count in enumerate(counts):
            one += [row] * count
            other += [column] * count
    return one, other


@pytest.mark.parametrize(("weights", "value"), [(None, 0.1293), ("linear", 0.2374), ("quadratic", 0.3320)])
def test_weighted_kappa_agrees_with_hout(weights, value):
    assert kappa(*_codes(MARRIED), range(4), weights) == pytest.approx(value, abs=5e-5)


def test_kappa_agrees_with_fleiss():
    assert kappa(*_codes(DIAGNOSES), range(3), None) == pytest.approx(0.68, abs=0.005)


def test_weighted_kappa_agrees_with_irr():
    assert kappa(FIRST, SECOND, range(1, 7)) == pytest.approx(0.297, abs=5e-4)


def test_agreement_of_two_holds_its_interval():
    """The squared kappa of the 91 couples: Fleiss, Cohen and Everitt (1969) give an error of 0.0973 (package vcd)."""
    one, other = _codes(MARRIED)
    found = agreement({"one": dict(enumerate(one)), "other": dict(enumerate(other))}, range(4))
    assert found["value"] == pytest.approx(0.3320, abs=5e-5)
    assert found["low"] == pytest.approx(0.3320 - 1.96 * 0.0973, abs=0.06)
    assert found["high"] == pytest.approx(0.3320 + 1.96 * 0.0973, abs=0.06)


def test_agreement_of_three_is_the_mean_of_their_pairs():
    codes = {
        "a": {1: 1, 2: 2, 3: 3, 4: 4, 5: 6}, "b": {1: 1, 2: 3, 3: 3, 4: 4, 5: 5}, "c": {1: 2, 2: 2, 3: 3, 4: 5, 5: 6},
    }
    pairs = [
        kappa(list(codes[one].values()), list(codes[other].values()), range(1, 7))
        for one, other in (("a", "b"), ("a", "c"), ("b", "c"))
    ]
    found = agreement(codes, range(1, 7))
    assert found["value"] == pytest.approx(sum(pairs) / 3)
    assert found["low"] <= found["value"] <= found["high"]
    assert (found["n"], found["people"]) == (5, 3)


def test_agreement_of_one_with_the_others():
    same = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6}
    codes = {"a": same, "b": dict(same), "c": {1: 5, 2: 1, 3: 6, 4: 2, 5: 1}}
    assert agreement(codes, range(1, 7), person="a")["value"] == pytest.approx(
        (1 + kappa(list(same.values()), list(codes["c"].values()), range(1, 7))) / 2
    )


def test_only_what_both_coded_counts():
    found = agreement({"a": {1: 1, 2: 2, 9: 5}, "b": {1: 1, 2: 2, 8: 4}}, range(1, 7))
    assert found["told"] is False
    assert found["n"] == 2


def test_everybody_always_the_same_level_is_no_kappa():
    codes = {"a": dict.fromkeys(range(6), 3), "b": dict.fromkeys(range(6), 3)}
    assert agreement(codes, range(1, 7))["told"] is False


def test_full_agreement_has_an_interval_without_width():
    same = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}
    found = agreement({"a": same, "b": dict(same)}, range(1, 7))
    assert (found["value"], found["low"], found["high"]) == (1.0, 1.0, 1.0)
    assert found["word"] == "almost_perfect"


def test_drift():
    high = {"told": True, "value": 0.8, "low": 0.7, "high": 0.9}
    low = {"told": True, "value": 0.3, "low": 0.1, "high": 0.5}
    wide = {"told": True, "value": 0.6, "low": 0.2, "high": 0.9}
    assert drift(high, low) == "worse"
    assert drift(low, high) == "better"
    assert drift(high, wide) == "perhaps_worse"
    assert drift(high, {**high, "value": 0.75}) == "same"
    assert drift({"told": False}, high) is None


def test_words():
    assert [word_of(value) for value in (-0.2, 0.1, 0.3, 0.5, 0.7, 1.0)] == [
        "poor", "slight", "fair", "moderate", "substantial", "almost_perfect",
    ]

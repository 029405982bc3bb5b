"""Figures of surveys beside worked examples from the literature. Feature: 2.1, 17.1, P4"""

import pytest

from library_crm.lib.survey_figures import mean, mean_of_sums, nonresponse, nps, share


@pytest.mark.parametrize(("hits", "n", "low", "high"), [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
])
def test_share_agrees_with_newcombe(hits, n, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (Wilson without correction)."""
    found = share(hits, n)
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=5e-5)
    assert found["value"] == pytest.approx(hits / n)


def test_mean_agrees_with_nist():
    """NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2, ZARR13.DAT: 9.258242 to 9.264679."""
    n, middle, sd = 195, 9.261460, 0.02278881
    found = mean_of_sums(n, n * middle, (n - 1) * sd * sd + n * middle * middle)
    assert found["sd"] == pytest.approx(sd, rel=1e-6)
    assert (found["low"], found["high"]) == pytest.approx((9.258242, 9.264679), abs=2e-6)


def test_mean_of_counts():
    assert mean({5: 3, 4: 1, 1: 1})["value"] == pytest.approx(4.0)
    even = mean({4: 9})
    assert (even["low"], even["value"], even["high"]) == (4, 4, 4)


def test_nps_agrees_with_a_worked_example():
    """W. Huber on Cross Validated, question 18603: shares 1/2, 1/3, 1/6 and n = 324: 33.3 with an error of 4.1."""
    found = nps(162, 54, 324)
    assert (found["value"], found["error"]) == pytest.approx((33.3, 4.1), abs=0.05)
    assert (found["low"], found["high"]) == pytest.approx((33.3 - 1.96 * 4.14, 33.3 + 1.96 * 4.14), abs=0.05)


def test_nps_is_the_error_of_shares():
    """sqrt((P + D - (P - D)^2) / n) with shares, as in B. Rocks, The American Statistician 70 (2016) 365-372."""
    for promoters, detractors, n in ((20, 5, 40), (0, 30, 30), (13, 13, 97)):
        p, d = promoters / n, detractors / n
        assert nps(promoters, detractors, n)["error"] == pytest.approx(100 * ((p + d - (p - d) ** 2) / n) ** 0.5)


def test_nothing_is_told_of_few():
    assert nps(20, 4, 29)["told"] is False
    assert nps(20, 4, 29)["value"] is None
    assert nps(20, 4, 30)["told"] is True
    assert share(4, 4)["value"] is None
    assert share(5, 5)["value"] == 1
    assert mean({5: 4})["value"] is None


def test_nonresponse_agrees_with_agresti():
    """A. Agresti, An Introduction to Categorical Data Analysis (2007), table 2.5 (gender and party): X² = 30.1, df 2.

    Three groups beside two outcomes; V follows from X² and n as sqrt(X² / n).
    """
    found = nonresponse({"democrat": (762, 762 + 484), "independent": (327, 327 + 239), "republican": (468, 468 + 477)})
    assert found["statistic"] == pytest.approx(30.1, abs=0.05)
    assert found["degrees"] == 2
    assert found["p"] < 0.001
    assert found["v"] == pytest.approx((30.07 / 2757) ** 0.5, abs=0.0005)
    assert found["verdict"] == "some"


def test_nonresponse_says_when_it_cannot_know():
    assert nonresponse({"a": (3, 6), "b": (4, 7)})["verdict"] == "few"
    assert nonresponse({"a": (30, 60)})["told"] is False
    assert nonresponse({"a": (60, 60), "b": (70, 70)})["told"] is False
    even = nonresponse({"a": (30, 60), "b": (35, 70), "c": (1, 2)})
    assert even["verdict"] == "same"
    assert set(even["rates"]) == {"a", "b"}

"""Figures of gap surveys beside published examples. Feature: 17.1"""

import pytest

from library_crm.lib.gap_figures import drawn, figures, state_of, weighted

# Student, "The probable error of a mean", Biometrika 6 (1908) 1-25, table of additional hours of sleep: two values a
# patient. Mean difference 1.58, and the 95 % interval of the paired t test 0.7001142 to 2.4598858 (t = 4.0621, 9 df).
FIRST = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SECOND = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)

# Lehigh University, "Comparison of ULG libraries for spring 2002 and spring 2003 LibQUAL surveys" (LibQUAL02-04.htm),
# "Willingness to help users", 17 institutions: minimum, desired, perceived. Its last line: 6.23 7.93 6.99 0.76 -0.94.
INSTITUTIONS = (
    (5.70, 7.72, 6.92), (5.88, 7.92, 7.09), (6.11, 8.03, 7.31), (5.64, 7.60, 6.83), (6.06, 7.73, 7.22),
    (6.58, 7.99, 7.54), (6.11, 8.00, 7.01), (6.22, 7.92, 7.11), (6.54, 8.08, 7.38), (6.32, 7.85, 7.10),
    (6.26, 8.08, 6.92), (6.81, 8.17, 7.42), (6.70, 8.13, 7.19), (6.04, 7.88, 6.40), (5.87, 7.89, 6.23),
    (6.81, 7.90, 6.85), (6.30, 7.88, 6.27),
)


def test_gaps_agree_with_a_published_comparison():
    found = figures(INSTITUTIONS)
    published = {"minimum": 6.23, "desired": 7.93, "perceived": 6.99, "adequacy": 0.76, "superiority": -0.94}
    assert {name: found[name]["value"] for name in published} == pytest.approx(published, abs=0.006)
    assert found["place"] == "within"


def test_adequacy_is_the_mean_of_paired_differences():
    found = figures([(first, 9, second) for first, second in zip(FIRST, SECOND, strict=True)])
    assert found["adequacy"]["value"] == pytest.approx(1.58)
    assert (found["adequacy"]["low"], found["adequacy"]["high"]) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert found["n"] == 10


def test_superiority_is_the_mean_of_paired_differences():
    found = figures([(0, second, first) for first, second in zip(FIRST, SECOND, strict=True)])
    assert found["superiority"]["value"] == pytest.approx(-1.58)
    assert found["superiority"]["high"] == pytest.approx(-0.7001142, abs=1e-6)


def test_below_within_and_above_the_zone():
    assert figures([(6, 8, 4)] * 5)["place"] == "below"
    assert figures([(4, 8, 6)] * 5)["place"] == "within"
    assert figures([(4, 6, 8)] * 5)["place"] == "above"
    assert figures([(6, 8, 4), (6, 8, 4), (6, 8, 5), (6, 8, 5), (6, 8, 5)])["is_sure"] is True
    unsure = figures([(6, 8, 1), (6, 8, 8), (6, 8, 5), (6, 8, 7), (6, 8, 6)])
    assert (unsure["place"], unsure["is_sure"]) == ("below", False)


def test_the_perceived_mean_stands_beside_the_gaps():
    found = figures([(5, 8, 6), (6, 9, 7), (4, 7, 6), (5, 8, 5), (6, 8, 7)])
    assert found["perceived"]["value"] == pytest.approx(6.2)
    assert found["perceived"]["value"] - found["minimum"]["value"] == pytest.approx(found["adequacy"]["value"])
    assert found["perceived"]["value"] - found["desired"]["value"] == pytest.approx(found["superiority"]["value"])


def test_nothing_is_said_of_fewer_than_five():
    found = figures([(5, 8, 6)] * 4)
    assert found["told"] is False
    assert found["n"] == 4
    assert found["adequacy"]["value"] is None
    assert found["place"] is None


@pytest.mark.parametrize(("ratings", "state"), [
    ((5, 8, 6), "whole"), ((5, 5, 9), "whole"), ((0, 8, 6), "half"), ((5, 8, 0), "half"), ((9, 1, 0), "reversed"),
    ((8, 5, 6), "reversed"), ((0, 0, 0), "empty"),
])
def test_state_of(ratings, state):
    assert state_of(*ratings) == state


def test_each_item_is_drawn_about_as_often():
    items = [f"item{number}" for number in range(18)]
    times = dict.fromkeys(items, 0)
    for person in range(3000):
        chosen = drawn(items, 6, str(person))
        assert len(chosen) == 6
        for item in chosen:
            times[item] += 1
    assert all(850 < count < 1150 for count in times.values()), times


def test_weights():
    assert weighted([(6.0, 1), (8.0, 3)]) == pytest.approx(7.5)
    assert weighted([(None, 1)]) is None

"""Minutes avoided by reuse: the figure, its doubt, and when nothing is said. Feature: 33.4"""

import numpy

from library_crm.lib.reuse_value import avoided


def test_the_figure_is_reuses_times_the_median_less_what_they_took():
    value = avoided({"3": [20, 30, 40, 50, 60]}, {"3": [10] * 6})["3"]
    assert (value.first, value.reused, value.median_first, value.minutes) == (5, 6, 40, 6 * 40 - 60)
    assert value.low <= value.minutes <= value.high
    assert value.low < value.high


def test_the_same_cases_give_the_same_interval():
    first, reused = {"2": [5, 9, 14, 20, 31, 8]}, {"2": [3, 4, 5, 6, 7]}
    assert avoided(first, reused) == avoided(first, reused)


def test_too_few_cases_say_nothing():
    values = avoided({"3": [20] * 4, "4": [60] * 9}, {"3": [5] * 9, "4": [9] * 4})
    assert values["3"].minutes is None and values["4"].minutes is None
    assert values[None].minutes is None
    assert (values["3"].first, values["3"].reused) == (4, 9)


def test_the_sum_counts_only_levels_with_enough_cases():
    values = avoided({"3": [20] * 5, "4": [60] * 9}, {"3": [5] * 5, "4": [9] * 2})
    assert values[None].minutes == values["3"].minutes == 75
    assert values[None].reused == 5


def test_reuse_that_took_longer_is_not_hidden():
    assert avoided({"1": [5] * 5}, {"1": [9] * 5})["1"].minutes == -20


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    draw, hits = numpy.random.default_rng(1), 0
    for seed in range(60):
        first, reused = draw.exponential(40, 40), draw.exponential(10, 40)
        value = avoided({"3": first}, {"3": reused}, rounds=200, seed=seed)["3"]
        truth = 40 * (40 * numpy.log(2) - 10)
        hits += value.low <= truth <= value.high
    assert hits >= 50

"""Intervals against hand calculations and scipy; time averages against small drawings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from sim import stats


def test_mean_and_interval_of_four_numbers_by_hand() -> None:
    """2, 4, 4, 6: mean 4, sd sqrt(8/3), standard error 0.8165, t(3, 0.975) = 3.1824."""
    found = stats.t_interval(np.array([2.0, 4.0, 4.0, 6.0]))
    assert found.mean == 4.0
    assert found.n == 4
    reach = 3.182446 * math.sqrt(8 / 3) / 2
    assert found.low == pytest.approx(4 - reach, abs=1e-5)
    assert found.high == pytest.approx(4 + reach, abs=1e-5)
    assert found.half_width == pytest.approx(reach, abs=1e-5)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_interval_is_that_of_scipy(level: float) -> None:
    values = np.random.default_rng(1).normal(50, 7, 13)
    low, high = scipy_stats.t.interval(level, 12, loc=values.mean(), scale=scipy_stats.sem(values))
    found = stats.t_interval(values, level)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)


def test_an_amount_has_the_t_interval_while_that_stays_above_zero() -> None:
    values = np.array([2.0, 4.0, 4.0, 6.0])
    assert stats.amount_interval(values) == stats.t_interval(values)
    assert stats.amount_interval(np.array([0.0, 0.0, 0.0])) == (0.0, 0.0, 0.0, 3)
    below = np.array([-1.0, 0.5, 2.0])
    assert stats.amount_interval(below) == stats.t_interval(below)


def test_an_amount_whose_t_interval_falls_below_zero_has_a_log_interval_by_hand() -> None:
    """0, 0, 3: mean 1, standard error 1, t(2, 0.975) = 4.302653: from exp(-4.302653) to exp(4.302653)."""
    found = stats.amount_interval(np.array([0.0, math.nan, 0.0, 3.0]))
    assert found.mean == pytest.approx(1.0)
    assert found.low == pytest.approx(0.0135326, rel=1e-5)
    assert found.high == pytest.approx(73.8956, rel=1e-5)
    assert found.n == 3


def test_the_log_interval_of_rare_skewed_waits_holds_the_truth_more_often_than_the_t_interval() -> None:
    """2000 experiments of 10 waits that are exponential (mean 1) with chance 0.3, else 0: the mean is 0.3."""
    rng = np.random.default_rng(20260101)
    waits = rng.exponential(1.0, (2000, 10)) * (rng.random((2000, 10)) < 0.3)
    hits = {
        kind: np.mean([found.low <= 0.3 <= found.high for found in map(kind, waits)])
        for kind in (stats.t_interval, stats.amount_interval)
    }
    assert hits[stats.amount_interval] > hits[stats.t_interval] + 0.05
    assert hits[stats.amount_interval] > 0.85


def test_paired_interval_is_that_of_scipys_paired_test() -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(100, 20, 10)
    alt = base + rng.normal(3, 1, 10)
    expected = scipy_stats.ttest_rel(alt, base).confidence_interval(0.95)
    found = stats.paired_interval(base, alt)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9)


def test_unpaired_interval_is_that_of_welch() -> None:
    rng = np.random.default_rng(3)
    base, alt = rng.normal(10, 2, 8), rng.normal(12, 5, 11)
    expected = scipy_stats.ttest_ind(alt, base, equal_var=False).confidence_interval(0.95)
    found = stats.unpaired_interval(base, alt)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9)
    assert found.n == 8


def test_unpaired_interval_of_constants_has_no_width() -> None:
    found = stats.unpaired_interval(np.array([1.0, 1.0]), np.array([3.0, 3.0]))
    assert (found.mean, found.low, found.high) == (2.0, 2.0, 2.0)


def test_what_is_the_same_in_every_replication_has_an_interval_without_width() -> None:
    """A sixth of six times 229,771.19 is not quite that in binary, and 0.3 - 0.1 not quite 0.9 - 0.7."""
    same = stats.t_interval(np.full(6, 229_771.19))
    assert same.low == same.high == pytest.approx(229_771.19)
    pair = stats.paired_interval(np.array([0.1, 0.7]), np.array([0.3, 0.9]))
    assert pair.low == pair.high == pytest.approx(0.2)


def test_one_observation_has_a_mean_and_no_interval() -> None:
    found = stats.t_interval(np.array([3.0]))
    assert found.mean == 3.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(stats.unpaired_interval(np.array([3.0]), np.array([4.0])).low)


def test_missing_observations_are_left_out_and_counted() -> None:
    found = stats.t_interval(np.array([1.0, math.nan, 3.0]))
    assert (found.mean, found.n) == (2.0, 2)
    pair = stats.paired_interval(np.array([1.0, math.nan, 3.0]), np.array([2.0, 5.0, 7.0]))
    assert (pair.mean, pair.n) == (2.5, 2)
    assert math.isnan(stats.t_interval(np.array([math.nan])).mean)


def test_paired_interval_refuses_unequal_lengths() -> None:
    with pytest.raises(ValueError, match="2 base replications against 3"):
        stats.paired_interval(np.zeros(2), np.zeros(3))


def test_variance_ratio_by_hand() -> None:
    """Base 1, 2, 3 and alt 2, 3, 5: variances 1 and 7/3, differences 1, 1, 2 with variance 1/3."""
    ratio = stats.variance_ratio(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 5.0]))
    assert ratio == pytest.approx((1 + 7 / 3) / (1 / 3))


def test_variance_ratio_at_its_ends() -> None:
    same = np.array([1.0, 2.0])
    assert stats.variance_ratio(same, same + 1) == math.inf
    assert math.isnan(stats.variance_ratio(np.ones(2), np.ones(2)))
    assert math.isnan(stats.variance_ratio(np.ones(1), np.ones(1)))


def test_a_difference_that_varies_by_rounding_alone_is_the_same_in_every_pair() -> None:
    """0.3 - 0.1 and 0.9 - 0.7 are 0.2 both, and in binary not quite."""
    first, second = np.array([0.1, 0.7]), np.array([0.3, 0.9])
    assert np.var(second - first) > 0
    assert stats.variance_ratio(first, second) == math.inf


def test_overlap_of_intervals_that_do_not_meet_is_zero() -> None:
    found = stats.overlap(np.array([0, 8, 30]), np.array([5, 12, 40]), 10, 30)
    assert found.tolist() == [0, 2, 0]


@pytest.mark.parametrize(
    ("level", "expected"), [(0.5, 2.0), (0.51, 7.0), (0.9, 7.0), (0.01, 1.0), (1.0, 9.0)]
)
def test_quantile_of_counts_is_the_smallest_value_that_reaches_the_level(
    level: float, expected: float
) -> None:
    """Values 1, 2, 2, 2, 2, 7, 7, 7, 7, 9: five of ten are 2 or less, nine are 7 or less."""
    found = stats.quantile_of_counts(np.array([1, 2, 7, 9]), np.array([1, 4, 4, 1]), level)
    assert found == expected


def test_quantile_of_counts_is_that_of_numpy() -> None:
    values = np.random.default_rng(4).integers(0, 40, 999)
    distinct, counts = np.unique(values, return_counts=True)
    for level in (0.1, 0.5, 0.9, 0.99):
        expected = np.quantile(values, level, method="inverted_cdf")
        assert stats.quantile_of_counts(distinct, counts, level) == expected


def test_quantile_of_nothing_is_not_a_number() -> None:
    assert math.isnan(stats.quantile_of_counts(np.zeros(0, np.int64), np.zeros(0, np.int64), 0.5))


def test_the_interval_of_a_rank_correlation_is_that_of_fisher_for_all_comparisons_together() -> None:
    """Ranks 1 to 7 against 2, 1, 4, 3, 6, 5, 7: squared differences sum to 6, so r = 1 - 36 / 336 = 0.8929.

    Fisher's z 1.4361, error sqrt((1 + 0.8929 ** 2 / 2) / 4) = 0.5913. One comparison: 1.96 errors, from
    tanh(0.2772) = 0.2703 to tanh(2.5950) = 0.9889. Ten (Sidak: level 0.99488, 2.7996 errors) reach below 0.
    """
    first, second = np.arange(7.0), np.array([2.0, 1, 4, 3, 6, 5, 7])
    found = stats.rank_interval(first, second)
    assert found.mean == pytest.approx(0.892857, abs=1e-6)
    assert (found.low, found.high) == (pytest.approx(0.2703, abs=5e-4), pytest.approx(0.9889, abs=5e-4))
    assert stats.rank_interval(first, second, 10).low == pytest.approx(
        math.tanh(1.4361 - 2.7996 * 0.5913), abs=5e-4
    )
    assert stats.rank_interval(first, second, 10).low < 0
    assert stats.rank_interval(first, first).high == 1
    assert stats.rank_interval(first, np.zeros(7)).mean == 0
    assert math.isnan(stats.rank_interval(first[:3], second[:3]).low)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    """By hand: 1 and 1 have ranks 1 and 2, then 3; the three 7s have 4, 5 and 6."""
    found = stats.ranks(np.array([7.0, 1.0, 3.0, 7.0, 1.0, 7.0]))
    assert found.tolist() == [5.0, 1.5, 3.0, 5.0, 1.5, 5.0]
    values = np.round(np.random.default_rng(1).normal(size=500), 1)
    assert stats.ranks(values).tolist() == scipy_stats.rankdata(values).tolist()


def test_how_sure_a_sign_is_follows_from_student_t():
    """Mean 1 with standard error 0.5 over 11: t = 2 with 10 degrees, P = 0.96331 (table of Student t)."""
    reach = 2.2281388519649385 * 0.5  # two-sided 95% quantile with 10 degrees
    assert stats.sign_probability(stats.Interval(1, 1 - reach, 1 + reach, 11)) == pytest.approx(
        0.96331, abs=1e-5
    )
    assert stats.sign_probability(stats.Interval(-1, -1 - reach, -1 + reach, 11)) == pytest.approx(
        0.96331, abs=1e-5
    )
    assert math.isnan(stats.sign_probability(stats.Interval(0, 0, 0, 11)))
    assert stats.sign_probability(stats.Interval(3, 3, 3, 11)) == 1

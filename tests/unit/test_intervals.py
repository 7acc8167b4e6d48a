"""Ratio and quantile intervals, the warm-up check, and how often the intervals hold a known truth."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy import stats as scipy_stats

import sim
from sim import stats

ROOT = Path(sim.__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def study() -> ModuleType:
    """The program that writes docs/coverage.md."""
    spec = importlib.util.spec_from_file_location("coverage_study", ROOT / "docs/generate/coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("size", [10, 30])
def test_intervals_of_normal_data_hold_the_truth_in_93_to_97_percent_of_2000_experiments(
    study: ModuleType, size: int
) -> None:
    assert study.EXPERIMENTS == 2000
    for share in study.coverage("normal", size):
        assert 0.93 <= share <= 0.97


def test_the_page_on_coverage_reports_skewed_and_zero_inflated_data(study: ModuleType) -> None:
    page, stops = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").split("## Stopping")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ") and "%" in line]
    assert [(row[0].strip("| "), int(row[1])) for row in rows] == [
        (kind, size) for kind in study.KINDS for size in study.SIZES
    ]
    paired, ratio, middle = study.coverage("lognormal", 10)
    row = next(row for row in rows if row[0] == "| lognormal" and row[1] == "10")
    assert row[2:] == [f"{paired:.1%}", f"{ratio:.1%}", f"{middle:.1%} |"]
    told = [line.split(" | ") for line in stops.splitlines() if line.startswith("| ") and "%" in line]
    assert [(row[0].strip("| "), float(row[1])) for row in told] == [
        (kind, width) for kind, _, _, widths in study.STOPS for width in widths
    ]
    held, replications = study.sequential(0, 2.0)
    assert told[0][2:] == [f"{replications:.1f}", f"{held:.1%} |"]
    assert held >= 0.92


def test_a_ratio_interval_solves_fiellers_equation() -> None:
    """At each bound r, the t statistic of mean(alt - r base) equals the t quantile in size."""
    rng = np.random.default_rng(3)
    base = rng.normal(50, 5, 12)
    alt = 1.2 * base + rng.normal(0, 2, 12)
    found = stats.ratio_interval(base, alt)
    assert found.mean == pytest.approx(alt.mean() / base.mean())
    for bound in (found.low, found.high):
        rest = alt - bound * base
        statistic = rest.mean() / (rest.std(ddof=1) / math.sqrt(12))
        assert abs(statistic) == pytest.approx(scipy_stats.t.ppf(0.975, 11), rel=1e-9)


def test_a_ratio_without_a_clear_base_has_no_bounds() -> None:
    found = stats.ratio_interval(np.array([-1.0, 1.0, 2.0, -1.5]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(stats.ratio_interval(np.zeros(3), np.ones(3)).mean)
    assert stats.ratio_interval(np.array([2.0, math.nan]), np.array([3.0, 1.0]))[0] == 1.5


def test_a_median_interval_lies_between_the_order_statistics_around_95_percent() -> None:
    """Of ten values, ranks 2 to 9 hold the median in 97.9% and ranks 3 to 8 in 89.1%."""
    values = np.array([3.0, 1.0, 4.0, 9.0, 5.0, 2.0, 6.0, 8.0, 7.0, 10.0])
    found = stats.quantile_interval(values)
    assert found.mean == 5.5
    assert 2.0 < found.low < 3.0
    assert 8.0 < found.high < 9.0
    assert found.low - 1 == pytest.approx(10 - found.high)


def test_the_interpolated_bound_is_that_of_hettmansperger_and_sheather() -> None:
    """K = 2 of n = 10: I = (0.97852 - 0.95) / (0.97852 - 0.89063), lambda = 8 I / (2 + 6 I)."""
    part = (0.978515625 - 0.95) / (0.978515625 - 0.890625)
    weight = 8 * part / (2 + 6 * part)
    found = stats.quantile_interval(np.arange(1.0, 11.0))
    assert found.low == pytest.approx(2 + weight)


def test_few_values_bound_no_median() -> None:
    """Five values: the lowest lies above the median in 1/32 of the cases, more than 2.5%."""
    found = stats.quantile_interval(np.arange(5.0))
    assert found.mean == 2.0
    assert math.isnan(found.low)
    assert stats.quantile_interval(np.arange(6.0)).low > -1


def test_mser_leaves_out_a_rise_and_nothing_of_a_level_series() -> None:
    """Zeros for 40 days, then a level with small noise: batches 0 to 7 go, the rest stays."""
    noise = np.random.default_rng(4).normal(0, 0.1, 400)
    risen = np.where(np.arange(400) < 40, 0.0, 20.0) + noise
    assert stats.mser(risen) == 40
    assert stats.mser(np.tile([1.0, -1.0, 1.0, -1.0, 0.0], 40)) == 0
    assert stats.mser(np.ones(3)) == 0


def test_replications_needed_is_the_first_number_whose_interval_is_narrow() -> None:
    values = np.array([1.0, 3.0, 5.0, 7.0])
    deviation = math.sqrt(20 / 3)
    n = stats.replications_needed(values, 1.0)
    assert scipy_stats.t.ppf(0.975, n - 1) * deviation / math.sqrt(n) <= 1.0
    assert scipy_stats.t.ppf(0.975, n - 2) * deviation / math.sqrt(n - 1) > 1.0
    assert stats.replications_needed(np.ones(4), 0.5) == 2


def test_the_interval_of_a_share_stays_between_0_and_1() -> None:
    """Values 0.5 and 0.9: t reaches 2.54 either way; the rest, 0.3, begins at 0.3 exp(-2.54 / 0.3)."""
    found = stats.share_interval(np.array([0.5, 0.9]))
    reach = scipy_stats.t.ppf(0.975, 1) * 0.2
    assert found.mean == pytest.approx(0.7)
    assert found.low == pytest.approx(0.7 * math.exp(-reach / 0.7))
    assert found.high == pytest.approx(1 - 0.3 * math.exp(-reach / 0.3))
    assert 0 < found.low < found.mean < found.high < 1


def test_a_share_far_from_its_ends_has_the_t_interval_and_one_above_1_that_of_an_amount() -> None:
    middle, above = np.array([0.4, 0.5, 0.6]), np.array([0.9, 1.1, 1.3])
    assert stats.share_interval(middle) == stats.t_interval(middle)
    assert stats.share_interval(above) == stats.amount_interval(above)
    assert stats.share_interval(np.array([1.0, 1.0])).high == 1.0

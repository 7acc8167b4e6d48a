"""Means with Student t or log intervals, paired differences, and time averages of a queueing system."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, ndtri, stdtr, stdtrit

from sim.units import Floats, Ints

CONFIDENCE_LEVEL = 0.95  # of every interval that is told

_MSER_BATCH = 5  # days a batch mean of the warm-up check
ROUNDING = 16 * 2.0**-52  # part of a value that a sum or quotient of a few floats may be off
FISHER_LOST = 3  # observations that Fisher's transform of a correlation loses


class Interval(NamedTuple):
    """A mean with its confidence interval over `n` replications; NaN bounds when n is below 2."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


def mean(values: Floats) -> float:
    """Arithmetic mean of the numbers that are there, NaN being none; NaN where there is none."""
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    return math.fsum(known) / len(known) if len(known) else math.nan


@lru_cache
def t_quantile(level: float, freedom: int) -> float:
    """Two-sided Student t quantile: the factor of the standard error for an interval of a level in (0, 1)."""
    return float(stdtrit(freedom, (1 + level) / 2))


def t_interval(values: Floats, level: float = CONFIDENCE_LEVEL, rounding: float = 0.0) -> Interval:
    """Mean of independent replications, one value each, with its Student t interval.

    NaN (no observation) is left out. With one observation the bounds are NaN; with none the mean is NaN too.
    Values that lie no further apart than their rounding, or a larger `rounding` that they have, have an
    interval without width.
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    n = len(known)
    centre = mean(known)
    if n < 2:
        return Interval(centre, math.nan, math.nan, n)
    if float(np.ptp(known)) <= max(rounding, _rounding(known)):
        return Interval(centre, centre, centre, n)
    error = math.sqrt(math.fsum((known - centre) ** 2) / (n - 1) / n)
    reach = t_quantile(level, n - 1) * error
    return Interval(centre, centre - reach, centre + reach, n)


def amount_interval(values: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Interval of the mean of an amount that cannot be negative: a wait, a count, a share, a cost.

    The Student t interval, unless that reaches below 0: then the interval is symmetric for the logarithm of
    the mean (delta method), `mean * exp(-r)` to `mean * exp(r)` with r the t reach by the mean. It is above 0
    on both sides unless every value is 0. With a value below 0 it is the t interval; NaN is left out.
    """
    found = t_interval(values, level)
    if not found.low < 0 or bool(np.nanmin(values) < 0):
        return found
    reach = (found.high - found.mean) / found.mean
    return Interval(found.mean, found.mean * math.exp(-reach), found.mean * math.exp(reach), found.n)


def share_interval(values: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Interval, within [0, 1], of the mean of a share: that of an amount, from either end of 0 to 1.

    The lower bound is that of the share as an amount, the upper bound that of the rest as an amount. With a
    value outside [0, 1] it is the interval of an amount; NaN is left out.
    """
    found = amount_interval(values, level)
    if not found.high > 1 or bool(np.nanmin(values) < 0 or np.nanmax(values) > 1):
        return found
    return Interval(found.mean, found.low, 1 - amount_interval(1 - values, level).low, found.n)


def reach_over_parts(rates: Floats, weights: Floats, level: float = CONFIDENCE_LEVEL) -> float:
    """Half the interval of a sum of rates by weights, of which each part was seen once; NaN below two parts.

    A rate is such as a difference per person, its weight the persons. The variance of a part is taken from
    the spread between the parts. Where parts truly differ that spread holds more than chance, so that the
    reach is an upper bound of it.
    """
    if len(rates) < 2:
        return math.nan
    variance = math.fsum((rates - mean(rates)) ** 2) / (len(rates) - 1)
    return t_quantile(level, len(rates) - 1) * math.sqrt(variance * math.fsum(weights**2))


def paired_interval(base: Floats, alt: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Interval of the mean difference `alt - base` of replications that share their random numbers.

    A pair with a NaN is left out. Raises ValueError when the arrays differ in length.
    """
    first, second = np.asarray(base, np.float64), np.asarray(alt, np.float64)
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} base replications against {len(second)} of the alternative")
    return t_interval(second - first, level, _rounding(first, second))


def sign_probability(found: Interval, level: float = CONFIDENCE_LEVEL) -> float:
    """Probability that a mean has the sign that it shows, by chance alone: Student t around it.

    The interval is that of `t_interval` or `paired_interval` at this level. From a half to 1; NaN where
    nothing differs, or one replication says nothing.
    """
    if found.n < 2 or found.mean == 0 or math.isnan(found.low):
        return math.nan
    error = found.half_width / t_quantile(level, found.n - 1)
    return 1.0 if error == 0 else float(stdtr(found.n - 1, abs(found.mean) / error))


def unpaired_interval(base: Floats, alt: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Welch interval of the difference of means, as if the replications were independent.

    NaN is left out; `n` is the smaller of the two numbers of observations.
    """
    sides = []
    for values in (base, alt):
        known = np.asarray(values, np.float64)
        sides.append(known[~np.isnan(known)])
    sizes = [len(side) for side in sides]
    difference = mean(sides[1]) - mean(sides[0])
    if min(sizes) < 2:
        return Interval(difference, math.nan, math.nan, min(sizes))
    errors = [float(np.var(side, ddof=1)) / len(side) for side in sides]
    total = sum(errors)
    if total == 0:
        return Interval(difference, difference, difference, min(sizes))
    freedom = total**2 / sum(error**2 / (size - 1) for error, size in zip(errors, sizes, strict=True))
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(total)
    return Interval(difference, difference - reach, difference + reach, min(sizes))


def variance_ratio(base: Floats, alt: Floats) -> float:
    """How many times common random numbers shrink the variance of the difference of paired replications.

    (var(base) + var(alt)) / var(alt - base); infinite when every pair has the same difference but for the
    rounding of the values, NaN below two pairs.
    """
    first, second = np.asarray(base, np.float64), np.asarray(alt, np.float64)
    both = ~(np.isnan(first) | np.isnan(second))
    if both.sum() < 2:
        return math.nan
    first, second = first[both], second[both]
    paired, apart = _variance(second - first), _variance(first) + _variance(second)
    rounding = _rounding(first, second)
    if paired <= rounding**2:
        return math.inf if apart > rounding**2 else math.nan
    return apart / paired


def _rounding(*values: Floats) -> float:
    """How far apart values are at most that differ by the rounding of floats alone; NaN is left out."""
    return ROUNDING * max(float(np.nan_to_num(np.abs(each)).max(initial=0.0)) for each in values)


def _variance(values: Floats) -> float:
    """As `np.var(values, ddof=1)` to the last bit, which takes three times as long for a few numbers."""
    apart = values - values.sum() / len(values)
    return float((apart * apart).sum() / (len(values) - 1))


def ratio_interval(base: Floats, alt: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Interval of the ratio of means `alt / base` of paired replications, by Fieller's theorem.

    A pair with a NaN is left out. The ratio is NaN where the mean of the base is 0; the bounds are NaN below
    two pairs, and where the base is not clearly apart from 0, so that no finite interval exists.
    """
    first, second = np.asarray(base, np.float64), np.asarray(alt, np.float64)
    both = ~(np.isnan(first) | np.isnan(second))
    first, second = first[both], second[both]
    n = len(first)
    below, above = mean(first), mean(second)
    if n == 0 or below == 0:
        return Interval(math.nan, math.nan, math.nan, n)
    ratio = above / below
    if n < 2:
        return Interval(ratio, math.nan, math.nan, n)
    apart = np.array((first, second))
    apart -= apart.sum(axis=1, keepdims=True) / n
    spread = np.dot(apart, apart.T) * (1 / (n - 1)) / n
    reach = t_quantile(level, n - 1) ** 2
    lead = below**2 - reach * float(spread[0, 0])
    if lead <= 0:
        return Interval(ratio, math.nan, math.nan, n)
    middle = below * above - reach * float(spread[0, 1])
    last = above**2 - reach * float(spread[1, 1])
    root = math.sqrt(max(middle**2 - lead * last, 0.0))
    return Interval(ratio, (middle - root) / lead, (middle + root) / lead, n)


def quantile_interval(values: Floats, quantile: float = 0.5, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Interval of a quantile that assumes no distribution: interpolated order statistics (Nyblom 1992).

    `mean` is the sample quantile; a bound that these few observations cannot give is NaN. NaN is left out.
    """
    known = np.sort(np.asarray(values, np.float64))
    known = known[~np.isnan(known)]
    n = len(known)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    place, part = divmod((n - 1) * quantile, 1)
    under, over = float(known[int(place)]), float(known[min(int(place) + 1, n - 1)])
    step = over - under
    centre = under + step * part if part < 1 / 2 else over - step * (1 - part)
    error = (1 - level) / 2
    low = _order_bound(known, quantile, error)
    high = -_order_bound(-known[::-1], 1 - quantile, error)
    return Interval(centre, low, high, n)


def _order_bound(ascending: Floats, quantile: float, error: float) -> float:
    """Lower bound of a quantile that lies above it with probability `error`."""
    rank, weight = _order_rank(len(ascending), quantile, error)
    if rank == 0:
        return math.nan
    if rank >= len(ascending):
        return float(ascending[-1])
    return float(ascending[rank - 1] + weight * (ascending[rank] - ascending[rank - 1]))


@lru_cache
def _order_rank(n: int, quantile: float, error: float) -> tuple[int, float]:
    """Which of n sorted observations lies below such a bound, and how far the bound is to the next."""
    at_most = np.asarray(bdtr(np.arange(n, dtype=np.float64), n, quantile), np.float64)
    rank = int(np.searchsorted(at_most, error, side="right"))
    if not 0 < rank < n:
        return rank, 0.0
    under, over = error - float(at_most[rank - 1]), float(at_most[rank]) - error
    if under == 0:
        return rank, 0.0
    return rank, 1 / (1 + rank * (1 - quantile) * over / ((n - rank) * quantile * under))


def ranks(values: Floats) -> Floats:
    """Rank of each value (float64 arrays) from 1; equal values share the mean of their ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray(((last - count + 1 + last) / 2)[place], np.float64)


def rank_interval(
    first: Floats, second: Floats, comparisons: int = 1, level: float = CONFIDENCE_LEVEL
) -> Interval:
    """Spearman's rank correlation with Fisher's interval, as wide as several comparisons at once ask for.

    The variance of Fisher's z is (1 + r**2 / 2) / (n - 3) (Bonett and Wright 2000). With k comparisons every
    interval has level `level ** (1 / k)` (Sidak), so that all of them together hold their truths at `level`.
    The correlation is 0 where one of the two does not vary; the bounds are NaN with 3 pairs or fewer.
    """
    n = len(first)
    if n < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return Interval(0.0, math.nan, math.nan, n)
    found = float(np.corrcoef(ranks(first), ranks(second))[0, 1])
    if n <= FISHER_LOST:
        return Interval(found, math.nan, math.nan, n)
    most = 1 - 1 / n**2
    middle = math.atanh(min(max(found, -most), most))
    wide = float(ndtri((1 + level ** (1 / comparisons)) / 2))
    reach = wide * math.sqrt((1 + found**2 / 2) / (n - FISHER_LOST))
    low, high = math.tanh(middle - reach), math.tanh(middle + reach)
    return Interval(found, min(low, found), max(high, found), n)


def mser(series: Floats, batch: int = _MSER_BATCH) -> int:
    """Number of first days to leave out so that the rest has the smallest standard error: MSER-5.

    A multiple of `batch`, the days of a batch mean, and at most half the series.
    """
    blocks = len(series) // batch
    if blocks < 2:
        return 0
    means = np.asarray(series[: blocks * batch], np.float64).reshape(blocks, batch).mean(axis=1)
    left = np.arange(blocks, 0, -1, dtype=np.float64)
    sums, squares = np.cumsum(means[::-1])[::-1], np.cumsum(means[::-1] ** 2)[::-1]
    error = np.maximum(squares - sums**2 / left, 0.0) / left**2
    return int(np.argmin(error[: blocks // 2 + 1])) * batch


def replications_needed(values: Floats, half_width: float, level: float = CONFIDENCE_LEVEL) -> int:
    """Replications, 2 or more, after which the t interval of a mean is expected to be this narrow.

    Judged by the spread of two or more pilot replications; NaN is left out.
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    variance = float(np.var(known, ddof=1)) if len(known) > 1 else 0.0
    low, high = 1, 2
    while t_quantile(level, high - 1) * math.sqrt(variance / high) > half_width:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        enough = t_quantile(level, middle - 1) * math.sqrt(variance / middle) <= half_width
        low, high = (low, middle) if enough else (middle, high)
    return high


def overlap(start: Ints, end: Ints, low: Ints | int, high: Ints | int) -> Ints:
    """Minutes that half-open intervals share with a window (int64 arrays, shape (k,)); 0 where they do not.

    The half-open window is one for all or one for each interval.
    """
    return np.asarray(np.maximum(np.minimum(end, high) - np.maximum(start, low), 0), np.int64)


def quantile_of_counts(values: Ints, counts: Ints, level: float) -> float:
    """Quantile of a distribution given as counts: the smallest value that reaches a level in (0, 1].

    Values are distinct and ascending. NaN when nothing was counted.
    """
    reached = np.cumsum(counts)
    if not len(reached) or reached[-1] == 0:
        return math.nan
    rank = max(math.ceil(level * int(reached[-1])), 1)
    return float(values[int(np.searchsorted(reached, rank))])

"""Means with Student t intervals, paired differences, and time averages of a queueing system."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from sim.units import CONFIDENCE_LEVEL, Floats, Ints


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
    """Arithmetic mean of the numbers that are there.

    Parameters
    ----------
    values : float64 array
        NaN means no observation.

    Returns
    -------
    float
        NaN when there is no observation.
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    return math.fsum(known) / len(known) if len(known) else math.nan


def t_quantile(level: float, freedom: int) -> float:
    """Two-sided Student t quantile: the factor of the standard error for an interval of this level.

    Parameters
    ----------
    level : float
        Confidence level in (0, 1).
    freedom : int
        Degrees of freedom, 1 or more.
    """
    return float(stdtrit(freedom, (1 + level) / 2))


def t_interval(values: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Mean of independent replications with its Student t interval.

    Parameters
    ----------
    values : float64 array, shape (n,)
        One value a replication; NaN (no observation) is left out.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        With one observation the bounds are NaN; with none the mean is NaN too.
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    n = len(known)
    centre = mean(known)
    if n < 2:
        return Interval(centre, math.nan, math.nan, n)
    error = math.sqrt(math.fsum((known - centre) ** 2) / (n - 1) / n)
    reach = t_quantile(level, n - 1) * error
    return Interval(centre, centre - reach, centre + reach, n)


def paired_interval(base: Floats, alt: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Interval of the mean difference `alt - base` of replications that share their random numbers.

    Parameters
    ----------
    base, alt : float64 array, shape (n,)
        Value of replication i under both policies; a pair with a NaN is left out.
    level : float
        Confidence level.

    Raises
    ------
    ValueError
        When the arrays differ in length.
    """
    first, second = np.asarray(base, np.float64), np.asarray(alt, np.float64)
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} base replications against {len(second)} of the alternative")
    return t_interval(second - first, level)


def unpaired_interval(base: Floats, alt: Floats, level: float = CONFIDENCE_LEVEL) -> Interval:
    """Welch interval of the difference of means, as if the replications were independent.

    Parameters
    ----------
    base, alt : float64 array
        Replications of the two policies; NaN is left out.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        `n` is the smaller of the two numbers of observations.
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
    """How many times common random numbers shrink the variance of the difference.

    Parameters
    ----------
    base, alt : float64 array, shape (n,)
        Paired replications.

    Returns
    -------
    float
        (var(base) + var(alt)) / var(alt - base); infinite when every pair has the same difference,
        NaN below two pairs.
    """
    first, second = np.asarray(base, np.float64), np.asarray(alt, np.float64)
    both = ~(np.isnan(first) | np.isnan(second))
    if both.sum() < 2:
        return math.nan
    paired = float(np.var(second[both] - first[both], ddof=1))
    apart = float(np.var(first[both], ddof=1) + np.var(second[both], ddof=1))
    if paired == 0:
        return math.inf if apart > 0 else math.nan
    return apart / paired


def overlap(start: Ints, end: Ints, low: Ints | int, high: Ints | int) -> Ints:
    """Minutes that half-open intervals share with a half-open window.

    Parameters
    ----------
    start, end : int64 array, shape (k,)
        Minutes.
    low, high : int64 array, shape (k,), or int
        Window, one for all or one for each interval.

    Returns
    -------
    int64 array, shape (k,)
        0 where they do not meet.
    """
    return np.asarray(np.maximum(np.minimum(end, high) - np.maximum(start, low), 0), np.int64)


def time_average(start: Ints, end: Ints, low: int, high: int) -> float:
    """Time-averaged number present in a window: the area under the count, divided by its length.

    Parameters
    ----------
    start, end : int64 array, shape (k,)
        Half-open presences in minutes.
    low, high : int
        Window in minutes, `low < high`.
    """
    return int(overlap(start, end, low, high).sum()) / (high - low)


def quantile_of_counts(values: Ints, counts: Ints, level: float) -> float:
    """Quantile of a distribution given as counts: the smallest value that reaches the level.

    Parameters
    ----------
    values : int64 array, shape (k,)
        Distinct values, ascending.
    counts : int64 array, shape (k,)
        How often each occurs.
    level : float
        In (0, 1].

    Returns
    -------
    float
        NaN when nothing was counted.
    """
    reached = np.cumsum(counts)
    if not len(reached) or reached[-1] == 0:
        return math.nan
    rank = max(math.ceil(level * int(reached[-1])), 1)
    return float(values[int(np.searchsorted(reached, rank))])

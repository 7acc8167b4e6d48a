"""Inverse-CDF sampling: one uniform in, one value out, monotone in every parameter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import special

from sim.cohort.taken_over import again
from sim.columns import order_by
from sim.rng import BLOCK, CohortDraws
from sim.scenario.numbers import GammaHours, Lognormal
from sim.schema import GROUPS
from sim.units import WINDOW_EDGES_DAYS, Bools, Floats, Ints


def by_group(values: Mapping[Any, float]) -> Floats:
    """Numbers in the order of `GROUPS`; 0 for a group that is left out (float64 array)."""
    return np.array([values.get(g, 0.0) for g in GROUPS], np.float64)


def lognormal(u: Floats, dist: Lognormal) -> Floats:
    """Days by the inverse lognormal, cut at the maximum (float64 array like `u`)."""
    days = dist.median * np.exp(dist.sigma * special.ndtri(u))
    return np.asarray(np.minimum(days, dist.maximum), np.float64)


def gamma(u: Floats, dist: GammaHours) -> Floats:
    """Inverse gamma of given mean and standard deviation (float64 array like `u`)."""
    shape = (dist.mean / dist.sd) ** 2
    return np.asarray(special.gammaincinv(shape, u), np.float64) * (dist.mean / shape)


def exponential(u: Floats, mean: float) -> Floats:
    """Inverse exponential (float64 array like `u`)."""
    return -mean * np.log1p(-u)


def truncated_normal(u: Floats, mean: Floats, sd: Floats, low: Floats, high: Floats) -> Floats:
    """Inverse normal between two bounds, all arguments per patient (float64 arrays)."""
    a, b = special.ndtr((low - mean) / sd), special.ndtr((high - mean) / sd)
    return np.asarray(mean + sd * special.ndtri(a + u * (b - a)), np.float64)


def choose(u: Floats, shares: Sequence[float] | Floats) -> Ints:
    """Index of the outcome in which a uniform falls (int64 array like `u`)."""
    edges = np.cumsum(np.asarray(shares, np.float64))[:-1]
    passed = np.zeros(np.shape(u), np.int64)
    for edge in edges.tolist():
        passed += u >= edge
    return passed


def choose_word(u: Floats, shares: Mapping[Any, float], words: Sequence[str]) -> Ints:
    """Code in `words` of a named outcome (int64 array like `u`)."""
    names = list(shares)
    codes = np.array([words.index(n) for n in names], np.int64)
    return codes[choose(u, [shares[n] for n in names])]


def poisson_count(u: float, mean: float) -> int:
    """Inverse Poisson of one uniform."""
    if mean <= 0:
        return 0
    count: int = math.ceil(special.pdtrik(u, mean))
    return count - 1 if count > 0 and special.pdtr(count - 1, mean) >= u else count


def event_times(draws: CohortDraws, stream: str, rates: Floats) -> tuple[Ints, Ints, Floats]:
    """Times of a Poisson process whose rate depends on the time remaining.

    The k-th event of a patient happens when the cumulative hazard since entry passes the sum of k unit
    exponentials, so a higher rate moves every event earlier and changes no other patient. Rates are events a
    day in the windows 365-90, 90-30, 30-7 and 7-0 days before death, shape (n, 4). Gives the row of the
    patient, ascending, the number of the event (0 for the first) and the days before death.
    """
    return again(f"times {stream}", (draws, rates), lambda: _event_times(draws, stream, rates))


def _event_times(draws: CohortDraws, stream: str, rates: Floats) -> tuple[Ints, Ints, Floats]:
    edges = np.array(WINDOW_EDGES_DAYS, np.float64)
    hazard = rates * -np.diff(edges)
    cumulative = np.concatenate([np.zeros((len(rates), 1)), np.cumsum(hazard, axis=1)], axis=1)
    total = cumulative[:, -1]
    active = np.flatnonzero(total > 0)
    passed = np.zeros((len(active), 1))
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    while active.size:
        block = len(found) - 1
        steps = -np.log(draws.block_of(active, stream, block))
        levels = np.cumsum(np.concatenate([passed, steps], axis=1), axis=1)[:, 1:]
        inside = levels < total[active, None]
        row, column = np.nonzero(inside)
        found.append((active[row], BLOCK * block + column, levels[row, column]))
        on = np.flatnonzero(inside[:, -1])
        active, passed = active[on], levels[on, -1:]
    patient, number, level = (np.concatenate(each) for each in zip(*found, strict=True))
    order = order_by(patient)
    patient, level = patient[order], level[order]
    window = np.zeros(len(patient), np.int64)
    for bound in cumulative.T[1:-1]:
        window += level >= bound[patient]
    inside_window = (level - cumulative[patient, window]) / rates[patient, window]
    return patient, number[order], edges[window] - inside_window


def numbered_uniform(draws: CohortDraws, stream: str, patient: Ints, number: Ints) -> Floats:
    """One uniform for each numbered event of a patient (float64 array like `patient`, which ascends)."""
    asked = (draws, patient, number)
    return again(f"numbered {stream}", asked, lambda: _numbered(draws, stream, patient, number))


def _numbered(draws: CohortDraws, stream: str, patient: Ints, number: Ints) -> Floats:
    out = np.zeros(len(patient))
    block, column = np.divmod(number, BLOCK)
    order = order_by(block)
    cuts = np.searchsorted(block[order], np.arange(int(block.max(initial=-1)) + 2)).tolist()
    for k, (low, high) in enumerate(pairwise(cuts)):
        rows = order[low:high]
        out[rows] = draws.block_of(patient[rows], stream, k)[np.arange(len(rows)), column[rows]]
    return out


def bernoulli(u: Floats, probability: Floats | float) -> Bools:
    """True where the uniform lies below the probability."""
    return np.asarray(u < probability, np.bool_)


def admission_hazard(probability: Floats) -> Floats:
    """Mean number of events of a Poisson process that has at least one with this probability."""
    return np.asarray([-math.log1p(-p) for p in probability], np.float64)
